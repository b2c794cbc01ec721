"""Refusals that no role gets past: policies, locks, deny assignments, limits, providers that are not registered.

Sources: Azure Policy's "Programmatically create policies" (RequestDisallowedByPolicy, the identifiers in its message),
"Lock your resources to protect your infrastructure" (ScopeLocked), "Understand Azure deny assignments",
"Troubleshoot Azure RBAC limits" (4,000 assignments in a subscription), "Resolve errors for resource provider
registration".
"""
from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Callable

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.values.errors import ServiceError

_IDENTIFIERS = re.compile(r"Policy identifiers: '(\[.*\])'", re.DOTALL)
_ASSIGNMENT = "/providers/Microsoft.Authorization/policyAssignments/"
_LOCKED = re.compile(r"scope\(s\) are locked: '([^']+)'")
_NAMESPACE = re.compile(r"namespace '([^']+)'")
# A name in it may hold apostrophes of its own.
_DENIED = re.compile(r"deny assignment with name '(.+)' and Id '[^']*' at scope '([^']+)'", re.DOTALL)
_EXPIRY = re.compile(r"expir", re.IGNORECASE)
# The built-in definition "Key Vault secrets should have an expiration date".
_SECRETS_EXPIRE = "98728c90-32c7-4049-8429-847dc0f4fe37"
_WITH_EXPIRY = "Store the secrets with an expiry date: add --expires and the day until which the credentials are valid."


@dataclass(frozen=True)
class Governance:
    """What stands in the way of everybody.

    :ivar reason: what it is and where, completes "Cache rule 'x': …". :ivar ways: what satisfies it, in order.
    :ivar final: whether the same command can't succeed until it is changed itself.
    """

    reason: str
    ways: tuple[str, ...]
    final: bool = False


def governance_of(error: ServiceError, subscription: str = "") -> Governance | None:
    """None for a refusal that is about rights or about the request itself.

    :param subscription: that of the resource, where it is known.
    """
    reader = _BY_CODE.get(error.code)
    return reader(error, subscription) if reader else None


def _policy(error: ServiceError, _: str) -> Governance:
    policies = _policies(error.answer)
    if not policies:
        return Governance(f"Azure Policy does not allow it; no role gets past that ({error.code}: {error.message})",
                          ("Ask the owner of the policy what it demands, or for an exemption.",))
    named = "; ".join(
        f"the policy '{name}' on {_place(identifier.partition(_ASSIGNMENT)[0])}" for name, identifier, _ in policies)
    ways: list[str] = [_WITH_EXPIRY] if any(_demands_expiry(*policy) for policy in policies) else []
    final = bool(ways)
    for _, identifier, _ in policies:
        scope, _, name = identifier.partition(_ASSIGNMENT)
        ways.append(Advice("See what it demands", AzLine.of("policy", "assignment", "show").option("--name", name)
                           .option("--scope", scope)))
    ways.append("Change what is asked for so that it meets the policy, or ask the policy's owner for an exemption.")
    return Governance(f"{named} does not allow it; no role gets past that ({error.code})", tuple(ways), final)


def _policies(message: str) -> list[tuple[str, str, str]]:
    """Display name, ID of the assignment and what is known of the definition; empty where the text holds none."""
    match = _IDENTIFIERS.search(message)
    try:
        entries = json.loads(match[1]) if match else []
        return [(str(entry["policyAssignment"]["name"]), str(entry["policyAssignment"]["id"]),
                 json.dumps(entry.get("policyDefinition") or {})) for entry in entries]
    except (ValueError, KeyError, TypeError):
        return []


def _demands_expiry(name: str, _: str, definition: str) -> bool:
    return _SECRETS_EXPIRE in definition or bool(_EXPIRY.search(name) or _EXPIRY.search(definition))


def _azure(error: ServiceError, _: str) -> Governance:
    return Governance(f"Azure does not offer it to this subscription ({error.code}: {error.message})",
                      ("Choose another region, or ask Azure support for access to this one.",), final=True)


def _lock(error: ServiceError, subscription: str) -> Governance:
    match = _LOCKED.search(error.answer)
    if match is None:
        return Governance(f"a lock forbids it; no role gets past that ({error.code}: {error.message})",
                          ("Have the owner of the lock remove it.",))
    levels, line = match[1].split("/"), AzLine.of("lock", "list")
    if len(levels) > 5:
        line = line.option("--resource", match[1])
    elif len(levels) > 4:
        line = line.option("--resource-group", levels[4]).option("--subscription", levels[2])
    else:
        line = line.option("--subscription", *levels[2:3])
    return Governance(f"a lock on {_place(match[1])} forbids it; no role gets past that ({error.code})",
                      (Advice("See who set it and why", line.option("--output", "table")),
                       "Have its owner remove it for the time of the change."))


def _denial(error: ServiceError, _: str) -> Governance:
    match = _DENIED.search(error.answer)
    what = f"the deny assignment '{match[1]}' on {_place(match[2])}" if match else "a deny assignment"
    return Governance(f"{what} forbids it; no role gets past that ({error.code})",
                      ("It can only be lifted where it was made, such as in the deployment stack or the managed "
                       "application that it belongs to.",))


def _assignments(error: ServiceError, subscription: str) -> Governance:
    line = AzLine.of("role", "assignment", "list").flag("--all").option("--subscription", subscription)
    return Governance(f"the subscription holds as many role assignments as Azure allows ({error.code})",
                      (Advice("Count them", line.option("--query", "length(@)")),
                       "Have assignments that nobody needs removed, such as those of identities that no longer exist; "
                       "roles that are given to groups need fewer."))


def _registration(error: ServiceError, subscription: str) -> Governance:
    match = _NAMESPACE.search(error.answer)
    if match is None:
        return Governance(f"the subscription is not registered for a resource provider ({error.code}: "
                          f"{error.message})", ("Register it with `az provider register`.",))
    line = AzLine.of("provider", "register").option("--namespace", match[1]).option("--subscription", subscription)
    return Governance(f"the subscription is not registered for the resource provider '{match[1]}' ({error.code})",
                      (Advice("Register it", line.flag("--wait")),))


def _place(scope: str) -> str:
    levels = scope.strip("/").split("/")
    if len(levels) > 4:
        return f"'{levels[-1]}' ({levels[-2]})"
    if len(levels) == 4:
        return f"the resource group '{levels[3]}'"
    return f"the {'subscription' if levels[0].lower() == 'subscriptions' else 'scope'} '{levels[-1]}'"


_BY_CODE: dict[str, Callable[[ServiceError, str], Governance]] = {
    "RequestDisallowedByPolicy": _policy, "RequestDisallowedByAzure": _azure, "ScopeLocked": _lock,
    "DenyAssignmentAuthorizationFailed": _denial, "RoleAssignmentLimitExceeded": _assignments,
    "MissingSubscriptionRegistration": _registration}
