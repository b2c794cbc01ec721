"""The whole world as JSON, for tests to look at."""
from __future__ import annotations

from dataclasses import asdict

from ..state.world import World


def view(world: World) -> dict:
    """{time, subscriptions, principals, resources, roleAssignments, roleDefinitions, denyAssignments, ...}.

    Each service part with a `view()` adds the key its `view_name` says (secrets: with values, since none is real).
    """
    document = {
        "time": world.clock.iso(),
        "subscriptions": {item.id: {"name": item.name, "tenantId": item.tenant_id, "state": item.state,
                                    "groups": sorted(group.name for group in item.groups.values())}
                          for item in world.subscriptions.values()},
        "principals": {item.object_id: {"appId": item.app_id, "kind": item.kind, "displayName": item.display_name,
                                        "tenantId": item.tenant_id, "deleted": item.deleted, "managed": item.managed,
                                        "resourceId": item.resource_id, "memberOf": item.member_of}
                       for item in world.directory.everyone()},
        "resources": {item.id: item.to_arm() for item in world.resources},
        "roleAssignments": [{"id": item.id, "scope": item.scope, "roleDefinitionId": item.role_definition_id,
                             "roleName": _role_name(world, item.role_definition_id),
                             "principalId": item.principal_id, "principalType": item.principal_type,
                             "condition": item.condition, "description": item.description}
                            for item in world.role_assignments.values()],
        "roleDefinitions": [asdict(item) for item in world.role_definitions if item.type == "CustomRole"],
        "denyAssignments": [asdict(item) for item in world.deny_assignments.values()],
    }
    for part in world.parts():
        if hasattr(part, "view"):
            document[part.view_name] = part.view()
    return document


def _role_name(world: World, definition_id: str) -> str | None:
    role = world.role_definitions.get(definition_id)
    return role.role_name if role else None
