"""The managed identities of a resource: its `identity` block, and the service principals behind it.

Shapes: recording vm-identity.json; rules: learn.microsoft.com, entra/identity/managed-identities-azure-resources.
"""
from __future__ import annotations

from typing import TYPE_CHECKING

from ...arm import require
from ...protocol.http import Request, arm_error
from ...rbac.authorization import allows
from ...state.directory import Principal
from ...state.resources import Resource

if TYPE_CHECKING:
    from ...state.world import World

USER_ASSIGNED = "Microsoft.ManagedIdentity/userAssignedIdentities"
_KINDS = {"systemassigned": "SystemAssigned", "userassigned": "UserAssigned"}


def write_identity(world: World, request: Request, resource: Resource, given: dict, merge: bool) -> None:
    """Lay the `identity` of a body over the resource's.

    `merge` (PATCH): user-assigned identities that the body does not name stay, those with null go. Otherwise (PUT) only
    those named stay. A user-assigned identity that is new shows as {} until `complete_identity`, as recorded.
    Raises Reject 400 FailedIdentityOperation (no such identity), 403 LinkedAuthorizationFailed (the caller may not
    assign it), 400 for a type that is none; nothing has changed then.
    """
    kinds = _kinds(given)
    assigned = _assigned(world, request, resource, given, merge) if "UserAssigned" in kinds else {}
    if "UserAssigned" in kinds and not assigned:
        # Guess: code and text.
        raise arm_error(400, "InvalidIdentityType", "An identity of type 'UserAssigned' needs at least one entry in "
                                                    "'userAssignedIdentities'.")
    _set(world, resource, kinds, assigned)


def complete_identity(world: World, resource: Resource) -> None:
    """Fill in the ids of user-assigned identities that a write left open."""
    for key, value in ((resource.identity or {}).get("userAssignedIdentities") or {}).items():
        found = world.resources.get(key)
        if found and not value:
            value.update({name: found.properties[name] for name in ("principalId", "clientId")})


def seed_identity(world: World, resource: Resource, entry: dict) -> None:
    """The `identity` of a seed entry: {system: true or {principalId, clientId}, userAssigned: [ids]}.

    Its principals have been there for ever. Raises KeyError for a user-assigned identity that does not exist.
    """
    given = entry.get("identity") or {}
    system, kinds = given.get("system"), []
    if system:
        kinds.append("SystemAssigned")
    if given.get("userAssigned"):
        kinds.append("UserAssigned")
    known = system if isinstance(system, dict) else {}
    if known:
        world.directory.add(Principal(known["principalId"], known["clientId"], "ServicePrincipal", resource.name,
                                      world.tenant_of(resource.id), managed=True, resource_id=resource.id))
        resource.identity = {"principalId": known["principalId"]}
    for key in given.get("userAssigned") or []:
        if world.resources.get(key) is None:
            raise KeyError(f"no user-assigned identity {key}")
    _set(world, resource, kinds, {key: {} for key in given.get("userAssigned") or []})
    complete_identity(world, resource)
    if system and not known:
        world.directory.get(resource.identity["principalId"]).created_at = float("-inf")


def end_identity(world: World, resource: Resource) -> None:
    """The system-assigned identity goes with its resource; its role assignments stay behind as orphans."""
    if (resource.identity or {}).get("principalId"):
        world.directory.remove(resource.identity["principalId"])


def _kinds(given: dict) -> list[str]:
    words = [word.strip().lower() for word in str(given.get("type") or "None").split(",")]
    if words == ["none"]:
        return []
    if not all(word in _KINDS for word in words):
        # Guess: code and text.
        raise arm_error(400, "InvalidIdentityType", f"The identity type '{given.get('type')}' is not supported.")
    return [_KINDS[name] for name in _KINDS if name in words]


def _assigned(world: World, request: Request, resource: Resource, given: dict, merge: bool) -> dict:
    """The user-assigned identities after the write, under the case in which they were first given."""
    present = (resource.identity or {}).get("userAssignedIdentities") or {}
    wanted = given.get("userAssignedIdentities") or {}
    named = {key.lower(): value for key, value in wanted.items()}
    kept = {key: value for key, value in present.items()
            if (named[key.lower()] is not None if key.lower() in named else merge)}
    for key in wanted:
        if wanted[key] is not None and key.lower() not in {item.lower() for item in kept}:
            _check_assignable(world, request, resource, key)
            kept[key] = {}
    return kept


def _check_assignable(world: World, request: Request, resource: Resource, identity_id: str) -> None:
    found = world.resources.get(identity_id)
    if found is None or found.type.lower() != USER_ASSIGNED.lower():
        # Guess: the text, put together from reports of this code.
        raise arm_error(400, "FailedIdentityOperation",
                        f"Identity operation for resource '{resource.id}' failed with error 'Failed to perform "
                        f"resource identity operation. Status: 'BadRequest'. Response: 'Resource '{identity_id}' was "
                        "not found.'.'.")
    action = f"{resource.type}/write"
    caller = require(world, request, action, resource.id)
    # The role Managed Identity Operator names the action with a star in between.
    if not any(allows(world, caller.object_id, found.id, action=f"{USER_ASSIGNED}/{name}")
               for name in ("assign/action", "*/assign/action")):
        raise arm_error(403, "LinkedAuthorizationFailed",
                        f"The client '{caller.app_id or caller.display_name}' with object id '{caller.object_id}' has "
                        f"permission to perform action '{action}' on scope '{resource.id}'; however, it does not have "
                        f"permission to perform action(s) '{USER_ASSIGNED}/assign/action' on the linked scope(s) "
                        f"'{identity_id}' (respectively) or the linked scope(s) are invalid.")


def _set(world: World, resource: Resource, kinds: list[str], assigned: dict) -> None:
    if "SystemAssigned" not in kinds:
        end_identity(world, resource)
    if not kinds:
        resource.identity = None
        return
    identity: dict = {"type": ", ".join(kinds)}
    if "SystemAssigned" in kinds:
        tenant = world.tenant_of(resource.id)
        known = (resource.identity or {}).get("principalId")
        identity["principalId"] = known or world.directory.create_managed_identity(resource.name, tenant,
                                                                                   resource.id).object_id
        identity["tenantId"] = tenant
    if assigned:
        identity["userAssignedIdentities"] = assigned
    resource.identity = identity
