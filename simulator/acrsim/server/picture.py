"""The world without what differs from run to run: two runs that ended alike have equal pictures.

Left out: times, etags, ids of secrets' versions, names of role assignments, and what registries have cached. Identities
that came into being on the way are called by the resource that they serve.
"""
from __future__ import annotations

import hashlib
import json
import re

from ..state.directory import Principal
from ..state.world import World

# Keys of resources whose values tell when or how often something was written.
_WHEN = re.compile(r"(etag|systemData|creationDate|timeCreated|latest\w*Revision\w*|\w+Time(Utc)?|\w+Timestamp)$")


def picture(world: World) -> dict:
    """{resources: {id: …}, secrets: {vault: {name: …}}, roleAssignments: […], denyAssignments, locks, policies,
    principals: […]}, with lists in order, so that `==` compares two worlds and a diff shows where they differ.

    A secret is {versions: how many, deleted, enabled, expires, contentType, tags, value: a digest of it}; a role
    assignment {scope, role, principal, condition, description}. Two assignments of the same right show twice.
    """
    names = _names(world)
    return _ordered({
        "resources": {item.id: _plain(item.to_arm(), names) for item in world.resources},
        "secrets": _secrets(world),
        "roleAssignments": [{"scope": item.scope, "role": _role(world, item.role_definition_id),
                             "principal": names.get(item.principal_id.lower(), item.principal_id),
                             "principalType": item.principal_type, "condition": item.condition,
                             "description": item.description} for item in world.role_assignments.values()],
        "denyAssignments": sorted(world.deny_assignments),
        "locks": {item.id: item.level for item in world.locks.values()},
        "policies": sorted(world.policies),
        "principals": [names.get(item.object_id.lower(), item.display_name) for item in world.directory],
    })


def _names(world: World) -> dict[str, str]:
    """For the object and application ids of identities: whose they are."""
    names = {}
    for principal in world.directory.everyone():
        if principal.managed and principal.resource_id:
            for own in (principal.object_id, principal.app_id):
                if own:
                    names[own.lower()] = _name(principal)
    return names


def _name(principal: Principal) -> str:
    return f"identity of {principal.resource_id}" + (", deleted" if principal.deleted else "")


def _plain(value, names: dict[str, str]):
    """A resource's document with identities by name, and without what _WHEN says."""
    if isinstance(value, dict):
        return {key: _plain(item, names) for key, item in value.items() if not _WHEN.fullmatch(key)}
    if isinstance(value, list):
        return [_plain(item, names) for item in value]
    return names.get(value.lower(), value) if isinstance(value, str) else value


def _secrets(world: World) -> dict:
    """What the vaults' part shows of itself, with the present version alone and no value in it."""
    shown: dict[str, dict] = {}
    for part in world.parts():
        if getattr(part, "view_name", "") == "vaults":
            for vault, secrets in part.view().items():
                shown[vault] = {name: _secret(secret) for name, secret in secrets.items()}
    return shown


def _secret(secret: dict) -> dict:
    current = secret["versions"][-1]
    return {"versions": secret["count"], "deleted": secret["deleted"], "enabled": current["enabled"],
            "expires": current["expires"], "contentType": current["content_type"], "tags": current["tags"],
            "value": hashlib.sha256(current["value"].encode()).hexdigest()[:16]}


def _role(world: World, definition_id: str) -> str:
    role = world.role_definitions.get(definition_id)
    return role.role_name if role else definition_id


def _ordered(value):
    """Keys by name; lists by their items' text, since their order tells what was written first."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted((_ordered(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value
