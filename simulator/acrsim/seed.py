"""Seed documents: what a world holds at the start, as data.

Core sections: tenants, subscriptions, principals, resources, roleDefinitions, roleAssignments, denyAssignments,
policies, locks; their shapes are those of seeds/demo.yaml and of the loaders below. Every service module that has
`SEED_KEYS` (the sections it owns) and `seed(world, document)` gets the document too, in the order of SERVICES, after
principals and subscriptions exist and before role assignments are made. A packaged seed or a file may name another as
`extends`, which comes first.
"""
from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .state.directory import Principal
from .state.governance import Lock, Policy
from .state.resources import Resource
from .state.roles import DenyAssignment, RoleAssignment, RoleDefinition
from .state.subscription import ResourceGroup, Subscription

if TYPE_CHECKING:
    from .app import App
    from .state.world import World

SEEDS = Path(__file__).parent / "seeds"
CORE_KEYS = {"tenants", "subscriptions", "principals", "resources", "roleDefinitions", "roleAssignments",
             "denyAssignments", "policies", "locks"}


class SeedError(ValueError):
    """A seed that can't be found, read or planted."""


def load_seed(seed: str | dict) -> dict:
    """The document behind a packaged name (`demo`), a path, or the document itself. Raises SeedError."""
    if isinstance(seed, dict):
        return seed
    path = SEEDS / f"{seed}.yaml" if (SEEDS / f"{seed}.yaml").exists() else Path(seed)
    try:
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError) as error:
        raise SeedError(f"seed {seed}: {error}") from error
    if document is not None and not isinstance(document, dict):
        raise SeedError(f"seed {seed}: a mapping of sections is expected")
    document = document or {}
    base = document.pop("extends", None)
    return _joined(load_seed(base), document) if base else document


def _joined(base: dict, document: dict) -> dict:
    """Both documents as one: lists of entries one after the other, any other section as `document` has it."""
    joined = {**base, **document}
    for name in base.keys() & document.keys():
        if isinstance(base[name], list):
            joined[name] = base[name] + document[name]
    return joined


def plant(app: App, document: dict) -> None:
    """Add what the document describes to the app's world. Raises SeedError for an unknown section or a bad entry."""
    known = CORE_KEYS.union(*(module.SEED_KEYS for module in app.services if hasattr(module, "SEED_KEYS")))
    unknown = sorted(set(document) - known)
    if unknown:
        raise SeedError(f"unknown sections: {', '.join(unknown)}; there are: {', '.join(sorted(known))}")
    world = app.world
    try:
        _tenants(world, document.get("tenants") or [])
        _subscriptions(world, document.get("subscriptions") or [])
        _principals(world, document.get("principals") or [])
        _role_definitions(world, document.get("roleDefinitions") or [])
        _resources(world, document.get("resources") or [])
        for module in app.services:
            if hasattr(module, "seed"):
                module.seed(world, document)
        for entry in document.get("principals") or []:
            for grant in entry.get("roles") or []:
                made = assign(world, entry["objectId"], entry["kind"], grant["role"], grant["scope"],
                              grant.get("condition"))
                made.by_delegation = grant.get("delegated", False)
        _role_assignments(world, document.get("roleAssignments") or [])
        _deny_assignments(world, document.get("denyAssignments") or [])
        _policies(world, document.get("policies") or [])
        _locks(world, document.get("locks") or [])
    except (KeyError, TypeError, AttributeError) as error:
        raise SeedError(f"bad seed: {type(error).__name__} {error}") from error


def assign(world: World, principal_id: str, kind: str, role: str, scope: str, condition: str | None = None,
           name: str | None = None) -> RoleAssignment:
    """A role assignment that has counted for ever. `role` is a role's name or GUID. Raises SeedError."""
    definition = world.role_definitions.named(role) or world.role_definitions.get(role)
    if definition is None:
        raise SeedError(f"no such role: {role}")
    name = name or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope}|{principal_id}|{definition.name}".lower()))
    assignment_id = f"{scope.rstrip('/')}/providers/Microsoft.Authorization/roleAssignments/{name}"
    prefix = "/".join(scope.split("/")[:3]) if scope.startswith("/subscriptions/") else ""
    assignment = RoleAssignment(
        assignment_id, name, scope, f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{definition.name}",
        principal_id, kind, created_at=float("-inf"), updated_at=world.clock.now(), condition=condition,
        condition_version="2.0" if condition else None)
    world.role_assignments[assignment_id.lower()] = assignment
    return assignment


def principal_named(world: World, name: str) -> Principal:
    """A principal by object id, application id or display name. Raises SeedError."""
    for principal in world.directory:
        if name.lower() in (principal.object_id.lower(), (principal.app_id or "").lower(),
                            principal.display_name.lower()):
            return principal
    raise SeedError(f"no such principal: {name}")


def _tenants(world: World, entries: list[dict]) -> None:
    for entry in entries:
        world.directory.add_tenant(entry["id"], entry["domain"])


def _subscriptions(world: World, entries: list[dict]) -> None:
    for entry in entries:
        subscription = world.subscription(entry["id"]) or world.add_subscription(
            Subscription(entry["id"], entry["name"], entry["tenant"]))
        for group in entry.get("groups") or []:
            subscription.add_group(ResourceGroup(group["name"], group["location"], group.get("tags")))
        if "managedBy" in entry:
            subscription.managed_by = list(entry["managedBy"])
        if "unregistered" in entry:
            subscription.unregistered = {namespace.lower() for namespace in entry["unregistered"]}


def _principals(world: World, entries: list[dict]) -> None:
    for entry in entries:
        world.directory.add(Principal(
            entry["objectId"], entry.get("appId"), entry["kind"], entry["name"],
            entry.get("tenant") or next(iter(world.directory.tenants)), entry.get("secret"),
            member_of=list(entry.get("memberOf") or []), reads_directory=entry.get("readsDirectory", True),
            managed=entry.get("managed", False), deleted=entry.get("deleted", False)))


def _role_definitions(world: World, entries: list[dict]) -> None:
    for entry in entries:
        permissions = [{"actions": [], "notActions": [], "dataActions": [], "notDataActions": [], **item}
                       for item in entry.get("permissions") or _permissions_without(world, entry)]
        world.role_definitions.put(RoleDefinition(entry["id"], entry["name"], permissions,
                                                  entry.get("description", ""), entry.get("type", "CustomRole"),
                                                  list(entry["assignableScopes"])))


def _permissions_without(world: World, entry: dict) -> list[dict]:
    """Those of the role `basedOn`, less the actions and data actions that `without` names. Raises SeedError."""
    base = world.role_definitions.named(entry["basedOn"])
    if base is None:
        raise SeedError(f"no such role: {entry['basedOn']}")
    taken = list(entry.get("without") or [])
    return [{**item, "notActions": [*item["notActions"], *taken], "notDataActions": [*item["notDataActions"], *taken]}
            for item in base.permissions]


def _resources(world: World, entries: list[dict]) -> None:
    """Resources of types that no service serves: something to hold role assignments."""
    for entry in entries:
        parts = entry["id"].strip("/").split("/")
        kind = "/".join([parts[5], *parts[6::2]])
        world.resources.put(Resource(entry["id"], kind, parts[-1], entry.get("location"), entry.get("tags"),
                                     identity=entry.get("identity"), properties=entry.get("properties") or {}))


def _role_assignments(world: World, entries: list[dict]) -> None:
    for entry in entries:
        principal = principal_named(world, entry["principal"])
        assign(world, principal.object_id, principal.kind, entry["role"], entry["scope"], entry.get("condition"),
               entry.get("id"))


def _deny_assignments(world: World, entries: list[dict]) -> None:
    for entry in entries:
        permissions = [{"actions": [], "notActions": [], "dataActions": [], "notDataActions": [], **item}
                       for item in entry["permissions"]]
        deny_id = f"{entry['scope'].rstrip('/')}/providers/Microsoft.Authorization/denyAssignments/{entry['id']}"
        world.deny_assignments[deny_id.lower()] = DenyAssignment(
            deny_id, entry["id"], entry["name"], entry["scope"], permissions, list(entry["principals"]),
            list(entry.get("excludePrincipals") or []), entry.get("doNotApplyToChildScopes", False),
            entry.get("description", ""))


def _policies(world: World, entries: list[dict]) -> None:
    for entry in entries:
        title = entry.get("displayName", entry["name"])
        policy = Policy(entry["name"], entry["scope"], entry["resourceType"], title,
                        entry.get("definitionName", str(uuid.uuid5(uuid.NAMESPACE_URL, entry["name"]))),
                        entry.get("definitionDisplayName", title), entry.get("field"), entry.get("missing", False),
                        entry.get("matches"), entry.get("byAzure", False))
        if entry.get("removed"):
            world.policies.pop(policy.id.lower(), None)
        else:
            world.put_policy(policy)


def _locks(world: World, entries: list[dict]) -> None:
    for entry in entries:
        lock = Lock(entry["name"], entry["scope"], entry["level"], entry.get("notes"))
        if entry.get("removed"):
            world.locks.pop(lock.id.lower(), None)
        else:
            world.put_lock(lock)
