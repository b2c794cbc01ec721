"""From what is wanted to the document of a manifest, in its normal form."""
from __future__ import annotations

from typing import Any, Mapping

from azext_acrcache.domain.state.desired import (AUTO, SECRET_SCOPE, DesiredCredentialSet, DesiredEstate, DesiredGrant,
                                                 DesiredRegistry, DesiredRule, DesiredSecret)
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.names import proving_name
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.vault_hosts import vault_name_in
from azext_acrcache.manifest.keys import API_VERSION, PUSH, consumer_key

Document = dict[str, Any]


def manifest_document(estate: DesiredEstate, vault_suffix: str) -> Document:
    """The manifest as dictionaries, lists and texts that JSON and YAML can hold, keys in the order of the schema.

    Registries, sets, rules and grants keep their order. What is as it is by default is left out, but for targets.
    Reading it gives the same estate, unless it has what no manifest can say: secrets with a version or a value, the ID
    of a key vault for a set whose two secrets are in different vaults.

    :param vault_suffix: of the hosts of key vaults in this cloud, such as `.vault.azure.net`. Secrets of other hosts
        are written as IDs.
    """
    return {"apiVersion": API_VERSION,
            "registries": [_registry(registry, estate.vault_ids, vault_suffix) for registry in estate.registries]}


def _registry(desired: DesiredRegistry, vault_ids: Mapping[str, ArmId], vault_suffix: str) -> Document:
    document: Document = {"registry": _registry_text(desired.registry)}
    if desired.registry.group:
        document["resourceGroup"] = desired.registry.group
    if desired.credential_sets:
        document["credentialSets"] = [_credential_set(credential_set, vault_ids, vault_suffix)
                                      for credential_set in desired.credential_sets]
    if desired.rules:
        document["rules"] = [_rule(rule) for rule in desired.rules]
    if desired.grants:
        document["grants"] = [_grant(grant) for grant in desired.grants]
    return document


def _registry_text(ref: RegistryRef) -> str:
    """A login server tells registries of one name apart, so it is kept where it was given."""
    return ref.login_server or str(ref.registry)


def _credential_set(desired: DesiredCredentialSet, vault_ids: Mapping[str, ArmId], vault_suffix: str) -> Document:
    document: Document = {"name": desired.name, "loginServer": desired.login_server}
    hosts = {secret.id.vault_host for secret in desired.secrets}
    by_name = False
    if len(hosts) == 1:
        host = hosts.pop()
        vault_name = vault_name_in(host, "." + vault_suffix.lstrip("."))
        by_name = vault_name is not None
        if host in vault_ids:
            document["vault"] = str(vault_ids[host])
        elif vault_name is not None:
            document["vault"] = vault_name
    for key, secret in (("usernameSecret", desired.username), ("passwordSecret", desired.password)):
        if secret:
            document[key] = _secret(secret, by_name)
    if desired.access != AUTO:
        document["vaultAccess"] = desired.access
    if desired.scope != SECRET_SCOPE:
        document["vaultScope"] = desired.scope
    return document


def _secret(desired: DesiredSecret, by_name: bool) -> str:
    return desired.id.name if by_name and not desired.id.version else str(desired.id)


def _rule(desired: DesiredRule) -> Document:
    document: Document = {}
    if desired.named or desired.name != proving_name(desired.source, desired.target):
        document["name"] = desired.name
    document.update(source=str(desired.source), target=str(desired.target))
    if desired.credential_set:
        document["credentialSet"] = desired.credential_set
    if desired.identity:
        document["identity"] = desired.identity
    return document


def _grant(desired: DesiredGrant) -> Document:
    document: Document = {}
    if desired.consumer:
        document[consumer_key(desired.consumer.kind)] = desired.consumer.text
    else:
        document.update(principalId=desired.principal_id, principalType=desired.principal_type)
    if desired.push:
        document["role"] = PUSH
    if desired.repositories:
        document["repositories"] = [str(repository) for repository in desired.repositories]
    if desired.assign_identity:
        document["assignIdentity"] = desired.assign_identity
    return document
