"""A VM, a cluster and apps around the registry of `records`, and the roles that count."""
from __future__ import annotations

from azext_acrcache.domain.access.roles import (ACR_PULL, ACR_PUSH, CATALOG_LISTER, LIST_CATALOG, NAMES, PULL_LEGACY,
                                                PUSH_LEGACY, READ_CONTENT, READ_METADATA, REPOSITORY_READER,
                                                REPOSITORY_WRITER, WRITE_CONTENT, WRITE_METADATA, Permission,
                                                RoleAssignment, RoleDefinition, assignment_name)
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.settings import RegistriesSettings, WebSettings
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.known import Known
from unit.records import REGISTRY_ID, SUBSCRIPTION, TENANT, registry

ABAC = "AbacRepositoryPermissions"
OWN, ONE, TWO = (f"4444444{digit}-4444-4444-4444-444444444444" for digit in "012")
_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers"
_READ, _WRITE = (READ_CONTENT, READ_METADATA), (READ_CONTENT, READ_METADATA, WRITE_CONTENT, WRITE_METADATA)
DEFINITIONS = {guid: RoleDefinition(guid, NAMES[guid], (permission,)) for guid, permission in {
    ACR_PULL: Permission((PULL_LEGACY,)), ACR_PUSH: Permission((PULL_LEGACY, PUSH_LEGACY)),
    REPOSITORY_READER: Permission(data_actions=_READ), REPOSITORY_WRITER: Permission(data_actions=_WRITE),
    CATALOG_LISTER: Permission(data_actions=LIST_CATALOG[:1])}.items()}


def identity(name: str, principal: str = ONE) -> Identity:
    return Identity(principal, f"{_GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/{name}", f"client-of-{name}")


def consumer(word: str = "vm", name: str = "my-vm", identities: tuple[Identity, ...] = (Identity(OWN),),
             **more) -> Consumer:
    kind = BY_FLAG[word]
    return Consumer(kind, name, f"{_GROUP}/{kind.type}/{name}", identities, **{"tenant_id": TENANT, **more})


def web_app(**more) -> Consumer:
    return consumer("webapp", "my-app", **{"settings": WebSettings(), **more})


def container_app(*registries: dict, **more) -> Consumer:
    return consumer("containerapp", "my-capp", **{"settings": RegistriesSettings(registries), **more})


def role(guid: str, principal: str = OWN, condition: str | None = None, ours: bool = True,
         scope: str = str(REGISTRY_ID)) -> RoleAssignment:
    name = assignment_name(scope, guid, principal) if ours else "made-elsewhere"
    return RoleAssignment(f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", scope, guid, principal,
                          "ServicePrincipal", condition)


def access(*assignments: RoleAssignment, mode: str | None = ABAC, consumers: tuple[Consumer, ...] | None = None,
           **more) -> AccessSnapshot:
    return AccessSnapshot(registry(mode), (consumer(),) if consumers is None else consumers, Known(assignments),
                          DEFINITIONS, tenant_id=TENANT, **more)
