"""A vault's access policies: one entry a principal, with lists of permissions by kind of object."""
from __future__ import annotations

from ...protocol.http import arm_error

_LIMIT = 1024
_KINDS = ("keys", "secrets", "certificates", "storage")


def checked_policies(given: list | None) -> list[dict]:
    """The policies of a request body. Raises Reject 400 for entries without principal or permissions, or too many."""
    if not isinstance(given, list):
        raise arm_error(400, "BadRequest", "The accessPolicies property is required.")
    for policy in given:
        if not (isinstance(policy, dict) and policy.get("objectId") and isinstance(policy.get("permissions"), dict)):
            raise arm_error(400, "BadRequest", "An access policy needs objectId, tenantId and permissions.")
    _check_limit(given)
    return given


def changed_policies(present: list[dict], operation: str, given: list[dict]) -> list[dict]:
    """The vault's policies after `add`, `replace` or `remove`; those of other principals stay as they are.

    Raises Reject 400 for another operation and for more than 1024 policies.
    """
    if operation not in ("add", "replace", "remove"):
        raise arm_error(400, "BadRequest", f"The operation '{operation}' is not one of add, replace, remove.")
    policies = [dict(policy) for policy in present]
    for policy in given:
        at = next((index for index, item in enumerate(policies) if _key(item) == _key(policy)), None)
        if operation == "remove":
            if at is not None:
                left = _without(policies[at]["permissions"], policy["permissions"])
                policies[at:at + 1] = [{**policies[at], "permissions": left}] if any(left.values()) else []
        elif at is None:
            policies.append(dict(policy))
        elif operation == "replace":
            policies[at] = dict(policy)
        else:
            policies[at] = {**policies[at], "permissions": _joined(policies[at]["permissions"], policy["permissions"])}
    _check_limit(policies)
    return policies


def _key(policy: dict) -> tuple[str, str]:
    return str(policy["objectId"]).lower(), str(policy.get("applicationId") or "").lower()


def _joined(present: dict, given: dict) -> dict:
    joined = {kind: list(present.get(kind) or []) for kind in _KINDS if kind in present or kind in given}
    for kind in joined:
        have = {word.lower() for word in joined[kind]}
        joined[kind] += [word for word in given.get(kind) or [] if word.lower() not in have]
    return joined


def _without(present: dict, taken: dict) -> dict:
    return {kind: [word for word in words or [] if word.lower() not in {gone.lower() for gone in taken.get(kind) or []}]
            for kind, words in present.items()}


def _check_limit(policies: list) -> None:
    if len(policies) > _LIMIT:
        raise arm_error(400, "BadRequest", f"A vault can have at most {_LIMIT} access policies.")
