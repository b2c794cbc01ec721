"""Key vaults, secrets and rights behind the credential sets of a registry."""
from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Iterable, Mapping, Sequence, TypeVar

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import READ_SECRET, RoleAssignment, RoleDefinition
from azext_acrcache.domain.checks.snapshot import Access, ChainSnapshot
from azext_acrcache.domain.state.known import Known, Unknown, value_or
from azext_acrcache.domain.state.observed import UNREADABLE, Secret, Vault
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.vault_hosts import vault_name_in
from azext_acrcache.observe.known import known
from azext_acrcache.observe.vaults import VaultReader

T = TypeVar("T")


@dataclass(frozen=True)
class VaultReaderIdentity:
    """The identity of a credential set that is to read in a vault. :ivar principal_id: in lower case."""

    principal_id: str
    vault: Vault

    @property
    def key(self) -> tuple[str, str]:
        return self.principal_id, self.vault.host


@dataclass(frozen=True)
class ReaderAccess:
    """:ivar by_reader: by principal ID and vault host. :ivar definitions: of the roles met there, by GUID."""

    by_reader: Mapping[tuple[str, str], Access]
    definitions: Mapping[str, RoleDefinition]


def observe_vaults(azure: Azure, chain: ChainSnapshot) -> ChainSnapshot:
    """The snapshot with the vaults of the credential sets that are asked about, and all that is behind them."""
    names = {host: name for host in chain.hosts if (name := vault_name_in(host, chain.vault_suffix))}
    if not names:
        return chain
    vaults = _by_host(known(lambda: azure.vaults.find_all(names.values())), names, "key vaults")
    visible = {host: replace(vault, host=host) for host, answer in vaults.items()
               if (vault := value_or(answer, None)) is not None}
    vaults = {**vaults, **{host: Known(vault) for host, vault in visible.items()}}
    missing = {host: name for host, name in names.items() if host not in visible}
    deleted_lookup = Future(lambda: _by_host(known(lambda: azure.vaults.deleted(missing.values())), missing,
                                             "deleted key vaults"))
    readers = list(dict.fromkeys(
        VaultReaderIdentity(credential_set.principal_id.lower(), vault) for host, vault in visible.items()
        for credential_set in chain.sets_at(host) if credential_set.principal_id))
    access_lookup = Future(lambda: _access(azure, readers))
    secrets = _secrets(azure, [secret for secret in chain.secret_ids if secret.vault_host in visible], visible)
    access = access_lookup.result()
    return replace(chain, vaults=vaults, deleted_vaults=deleted_lookup.result(), secrets=secrets,
                   access=access.by_reader, definitions=access.definitions)


def _by_host(search: Known[tuple[Mapping[str, T], Sequence[str]]] | Unknown, names: Mapping[str, str], what: str
             ) -> dict[str, Known[T | None] | Unknown]:
    """:param search: of what `Vaults.find_all` and `Vaults.deleted` answer: by name, and what can't be listed."""
    if isinstance(search, Unknown):
        return {host: search for host in names}
    by_name, unlisted = search.value
    nowhere: Known[T | None] | Unknown = Known(None)
    if unlisted:
        nowhere = Unknown(f"You may not list {what} in the subscription {', '.join(unlisted)}.")
    return {host: Known(by_name[name]) if name in by_name else nowhere for host, name in names.items()}


def _secrets(azure: Azure, secrets: Sequence[SecretId], vaults: Mapping[str, Vault]
             ) -> dict[str, Known[Secret] | Unknown]:
    reader = VaultReader(azure)
    answers = gather([partial(known, partial(reader.secret, vaults[secret.vault_host], secret)) for secret in secrets])
    return {secret.key: _readable(answer) for secret, answer in zip(secrets, answers)}


def _readable(secret: Known[Secret] | Unknown) -> Known[Secret] | Unknown:
    attributes = value_or(secret, None)
    if attributes is not None and attributes.state == UNREADABLE:
        return Unknown(f"The attributes of the secret '{attributes.id.subject}' could not be read. {attributes.reason}")
    return secret


def _access(azure: Azure, readers: Sequence[VaultReaderIdentity]) -> ReaderAccess:
    def denials_on(vault: Vault) -> Known[tuple[Denial, ...]] | Unknown:
        return known(lambda: tuple(azure.authorization.denials(str(vault.id))))

    def denials_of(reader: VaultReaderIdentity) -> Known[tuple[Denial, ...]] | Unknown:
        return known(lambda: tuple(azure.authorization.denials(str(reader.vault.id), reader.principal_id)))

    def assignments_of(reader: VaultReaderIdentity) -> Known[tuple[RoleAssignment, ...]] | Unknown:
        return known(lambda: tuple(azure.authorization.assignments_reaching(reader.principal_id, str(reader.vault.id))))

    vaults = list({reader.vault.host: reader.vault for reader in readers}.values())
    denials_lookup = Future(lambda: gather([partial(denials_on, vault) for vault in vaults]))
    assignments = gather([partial(assignments_of, reader) for reader in readers])
    denials = {vault.host: answer for vault, answer in zip(vaults, denials_lookup.result())}
    # Mostly nobody is denied anything; only where somebody is does it matter which groups the identity is in.
    denying = [reader for reader in readers
               if any(denial.denies_data(READ_SECRET) for denial in value_or(denials[reader.vault.host], ()))]
    own_denials = dict(zip((reader.key for reader in denying),
                           gather([partial(denials_of, reader) for reader in denying])))
    by_reader, met = {}, {}
    for reader, answer in zip(readers, assignments):
        of_vault = denials[reader.vault.host]
        by_reader[reader.key] = Access(
            answer, own_denials.get(reader.key) or (Known(()) if isinstance(of_vault, Known) else of_vault))
        met.update({assignment.role: (assignment, str(reader.vault.id)) for assignment in value_or(answer, ())})
    return ReaderAccess(by_reader, _definitions(azure, met.values()))


def _definitions(azure: Azure, assignments: Iterable[tuple[RoleAssignment, str]]) -> dict[str, RoleDefinition]:
    """Each role once, asked for in the subscription where it was met. :param assignments: each with a vault's ID."""
    by_scope: dict[str, list[RoleAssignment]] = {}
    for assignment, scope in assignments:
        by_scope.setdefault(scope, []).append(assignment)
    definitions: dict[str, RoleDefinition] = {}
    for part in gather([partial(azure.authorization.definitions, some, scope)
                        for scope, some in by_scope.items()]):
        definitions.update(part)
    return definitions
