"""What a test may turn while the simulator runs."""
from __future__ import annotations

import re
from dataclasses import dataclass, fields


class KnobError(ValueError):
    """A knob that does not exist, or a value that it can't take."""


# Tokens, and how many are added each second; learn.microsoft.com, request-limits-and-throttling.
ARM_BUCKETS = {"reads": (250, 25), "writes": (200, 10), "deletes": (200, 10)}


@dataclass
class Knobs:
    """Times are simulated seconds unless said otherwise.

    latency: real seconds that each request takes.
    clock_speed: simulated seconds in one real second.
    role_delay: from writing a role assignment until it counts.
    identity_delay: from creating a principal until ARM knows it.
    vault_identity_delay: from creating a principal until Key Vault takes its tokens.
    operation_seconds: shortest and longest run of a long-running operation.
    retry_after: Retry-After on the first answer and the polls of long-running operations; None sends no header.
    principal_strict: PrincipalNotFound comes for a fresh principal even when principalType is given.
    throttle: None or {"requests": n, "seconds": s, "host": regex}: more than n requests in s real seconds get a 429.
    arm_throttle: None, or ARM's token buckets for each subscription and caller, in simulated seconds: {} or true for
    Azure's own (ARM_BUCKETS), {"writes": [tokens, added each second], "reads": …, "deletes": …} for others,
    "subscriptions": [ids] where they hold for these alone.
    registry_writes: None, or how many operations may run on a registry and what is in it before another write gets 409;
    they run for operation_seconds.
    page_size: None, or the most entries on a page of any ARM list; otherwise each list has its own, most of them 100.
    token_seconds: real life time of Entra's access tokens.
    import_seconds: from the first pull through a cache rule until the image is the registry's own.
    repositories_survive_rule_delete: cached content stays when its rule is deleted.
    docker_adds_library: a pull through `docker.io/ubuntu` asks Docker Hub for `library/ubuntu`.
    seconds_per_request: None, or how far each request moves the clock, which then counts no real time at all: what a
    delay means is a number of requests, and no test depends on the machine's speed.
    rule_needs_ready_set: a cache rule is refused while its credential set is still being created.
    rule_needs_healthy_set: a cache rule is refused while its credential set is unhealthy.
    expired_secrets_refused: Key Vault refuses to read a secret after its expiry date.
    role_assignment_limit: role assignments in one subscription.
    cache_rule_limit: cache rules in one registry.
    client_in_vnet: clients come through the approved private endpoints of registries and vaults.
    unresolved_hosts: None, or a regex: names of hosts that have no address.
    delegation_needs_identity_id: a role assignment by a principal of the managing tenant (Azure Lighthouse) is refused
    without delegatedManagedIdentityResourceId.
    """

    latency: float = 0.0
    clock_speed: float = 1.0
    role_delay: float = 0.0
    identity_delay: float = 0.0
    vault_identity_delay: float = 0.0
    operation_seconds: tuple[float, float] = (0.0, 0.0)
    retry_after: int | None = None
    principal_strict: bool = False
    throttle: dict | None = None
    arm_throttle: dict | None = None
    registry_writes: int | None = None
    page_size: int | None = None
    token_seconds: int = 3600
    import_seconds: float = 2.0
    repositories_survive_rule_delete: bool = True
    docker_adds_library: bool = True
    seconds_per_request: float | None = None
    rule_needs_ready_set: bool = False
    rule_needs_healthy_set: bool = False
    expired_secrets_refused: bool = False
    role_assignment_limit: int = 4000
    cache_rule_limit: int = 1000
    client_in_vnet: bool = False
    unresolved_hosts: str | None = None
    delegation_needs_identity_id: bool = False

    @property
    def speed(self) -> float:
        """Simulated seconds in one real second: none where requests move the clock."""
        return self.clock_speed if self.seconds_per_request is None else 0.0

    def turn(self, document: dict) -> None:
        """Set what `document` names, all of it or nothing.

        Raises KnobError for a name that is no knob and for a value of the wrong kind.
        """
        known = {item.name for item in fields(self)}
        unknown = sorted(set(document) - known)
        if unknown:
            raise KnobError(f"no such knob: {', '.join(unknown)}; there are: {', '.join(sorted(known))}")
        checked = {name: _checked(name, value) for name, value in document.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def to_json(self) -> dict:
        return {item.name: list(value) if isinstance(value := getattr(self, item.name), tuple) else value
                for item in fields(self)}


def _checked(name: str, value):
    if name == "operation_seconds":
        pair = [value, value] if isinstance(value, (int, float)) else value
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(_is_time(item) for item in pair) \
                or pair[0] > pair[1]:
            raise KnobError("operation_seconds takes a number or [shortest, longest]")
        return float(pair[0]), float(pair[1])
    if name == "retry_after":
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise KnobError("retry_after takes whole seconds or null")
        return value
    if isinstance(getattr(Knobs, name), bool):
        if not isinstance(value, bool):
            raise KnobError(f"{name} takes true or false")
        return value
    if name == "unresolved_hosts":
        return _pattern(name, value)
    if name == "seconds_per_request" and value is None:
        return None
    if name == "throttle":
        if value is not None and (not isinstance(value, dict) or not {"requests", "seconds"} <= set(value)
                                  or set(value) - {"requests", "seconds", "host"}):
            raise KnobError('throttle takes null or {"requests": n, "seconds": s, "host": regex}')
        return value
    if name == "arm_throttle":
        return _buckets(value)
    if name in ("registry_writes", "page_size"):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
            raise KnobError(f"{name} takes null or a whole number from 1")
        return value
    if not _is_time(value):
        raise KnobError(f"{name} takes a number that is not negative")
    return int(value) if isinstance(getattr(Knobs, name), int) else float(value)


def _buckets(value) -> dict | None:
    if value is None or value is False:
        return None
    document = {} if value is True else value
    fine = isinstance(document, dict) and not set(document) - {*ARM_BUCKETS, "subscriptions"} and all(
        isinstance(pair, (list, tuple)) and len(pair) == 2 and all(map(_is_time, pair)) and pair[0] >= 1
        for kind, pair in document.items() if kind != "subscriptions")
    only = document.get("subscriptions") if fine else None
    if not fine or not (only is None or isinstance(only, list) and all(isinstance(item, str) for item in only)):
        raise KnobError('arm_throttle takes null, true or {"reads", "writes", "deletes": [tokens, added each second], '
                        '"subscriptions": [ids]}')
    return document


def _pattern(name: str, value):
    try:
        re.compile(value or "")
    except (re.error, TypeError) as error:
        raise KnobError(f"{name} takes null or a regex: {error}") from error
    return value


def _is_time(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
