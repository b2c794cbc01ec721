"""Who may do what with a registry's repositories, by the registry's mode.

Legacy mode honours actions on the registry, ABAC mode data actions with their conditions; each ignores the other
(AC/container-registry-troubleshoot-login-authn-authz; fact sheet, section 4).
"""
from __future__ import annotations

from dataclasses import dataclass

from ...rbac.authorization import REPOSITORY_NAME, allows
from ...state.resources import Resource
from ..registry.scope_maps import actions_of, granted as scope_map_grants

ACTIONS = ("pull", "push", "delete", "metadata_read", "metadata_write")

_PROVIDER = "Microsoft.ContainerRegistry/registries/"
# Guess: legacy roles have no actions for metadata; the pull and push rights stand for them.
_LEGACY = {"pull": ["pull/read"], "push": ["push/write"], "delete": ["artifacts/delete"],
           "metadata_read": ["pull/read", "metadata/read"], "metadata_write": ["push/write", "metadata/write"]}
_ABAC = {"pull": "repositories/content/read", "push": "repositories/content/write",
         "delete": "repositories/content/delete", "metadata_read": "repositories/metadata/read",
         "metadata_write": "repositories/metadata/write"}


@dataclass(frozen=True)
class Caller:
    """Who calls a registry: `kind` is principal, admin, token or anonymous; `principal_id` only for a principal.

    `name` is the application id, the admin user, the repository token, or nothing.
    """
    kind: str
    name: str = ""
    principal_id: str | None = None


ANONYMOUS = Caller("anonymous")


def is_abac(registry: Resource) -> bool:
    return registry.properties.get("roleAssignmentMode") == "AbacRepositoryPermissions"


def mode(registry: Resource) -> str:
    return "abac" if is_abac(registry) else "legacy"


def permitted(world, registry: Resource, caller: Caller, repository: str) -> set[str]:
    """The actions, of ACTIONS, that the caller may carry out on the repository now."""
    granted = set()
    if registry.properties["anonymousPullEnabled"]:
        # Overrides ABAC (AC/anonymous-pull-access).
        granted |= {"pull", "metadata_read"}
    if caller.kind == "admin":
        granted |= set(ACTIONS)
    elif caller.kind == "token":
        granted |= _token_actions(world, registry, caller, repository)
    elif caller.kind == "principal":
        granted |= {action for action in ACTIONS if _principal_may(world, registry, caller, action, repository)}
    return granted


def may_list(world, registry: Resource, caller: Caller) -> bool:
    """May the caller list the registry's repositories?"""
    if caller.kind == "admin":
        return True
    if caller.kind != "principal":
        return False
    if is_abac(registry):
        return allows(world, caller.principal_id, registry.id, data_action=_PROVIDER + "catalog/read")
    return any(allows(world, caller.principal_id, registry.id, action=_PROVIDER + name)
               for name in ("pull/read", "catalog/read"))


def _token_actions(world, registry: Resource, caller: Caller, repository: str) -> set[str]:
    token = world.resources.get(f"{registry.id}/tokens/{caller.name}")
    if token is None or token.properties["status"] != "enabled":
        return set()
    return scope_map_grants(actions_of(world, token.properties["scopeMapId"]) or [], repository)


def _principal_may(world, registry: Resource, caller: Caller, action: str, repository: str) -> bool:
    if is_abac(registry):
        return allows(world, caller.principal_id, registry.id, data_action=_PROVIDER + _ABAC[action],
                      request_attributes={REPOSITORY_NAME: repository})
    return any(allows(world, caller.principal_id, registry.id, action=_PROVIDER + name) for name in _LEGACY[action])
