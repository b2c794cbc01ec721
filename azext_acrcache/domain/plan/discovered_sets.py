"""How the rules of a discovered manifest sign in to their upstreams."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable

from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRule, DesiredSecret
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.names import apart, credential_set_name_for
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.upstreams import (NONE, OPTIONAL, REQUIRED, canonical_login_server, find_upstream,
                                                    is_azure_registry)


@dataclass(frozen=True)
class VaultChoice:
    """The key vault for new sets. :ivar suffix: of the hosts of key vaults in this cloud."""

    name: str
    suffix: str


@dataclass(frozen=True)
class SignIns:
    """:ivar without_vault: login servers whose set does not exist and has no vault to be made with.
    :ivar notes: a sentence each."""

    rules: tuple[DesiredRule, ...]
    sets: tuple[DesiredCredentialSet, ...]
    without_vault: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def sign_ins(rules: Iterable[DesiredRule], snapshot: RegistrySnapshot | None, vault: VaultChoice | None) -> SignIns:
    """New rules with the set or the identity that their upstream demands.

    What the registry has is taken: the set of another rule on the same upstream, else one for its login server, by
    name. A set that exists is named alone, so that applying the manifest leaves it as it is.
    """
    existing, identities = _existing(snapshot)
    names = {each.name.lower() for each in snapshot.credential_sets} if snapshot else set()
    done: list[DesiredRule] = []
    sets: dict[str, DesiredCredentialSet] = {}
    notes, without_vault = [], []
    for rule in rules:
        host = rule.source.login_server
        if is_azure_registry(host):
            identity = identities.get(host)
            if not identity:
                notes.append(f"{host} serves nobody without an identity: give the rule for {rule.source} the ID of a "
                             "user-assigned one that may pull there, with the key identity.")
            done.append(replace(rule, identity=identity))
            continue
        if host not in sets and host in existing and _demand(host) != NONE:
            sets[host] = DesiredCredentialSet(existing[host], host)
        elif host not in sets and _demand(host) == REQUIRED:
            sets[host] = _new_set(host, names, vault)
            if vault is None:
                without_vault.append(host)
        done.append(replace(rule, credential_set=sets[host].name if host in sets else None))
    return SignIns(tuple(done), tuple(sets[host] for host in sorted(sets)), tuple(without_vault), tuple(notes))


def _demand(host: str) -> str:
    upstream = find_upstream(host)
    return upstream.credentials if upstream else OPTIONAL


def _existing(snapshot: RegistrySnapshot | None) -> tuple[dict[str, str], dict[str, str]]:
    """The names of sets and the IDs of identities, by login server."""
    sets: dict[str, str] = {}
    identities: dict[str, str] = {}
    if snapshot is None:
        return sets, identities
    for rule in sorted(snapshot.rules, key=lambda each: each.name.lower()):
        host = canonical_login_server(rule.source.login_server)
        if rule.credential_set and rule.credential_set.parent == snapshot.registry.id:
            sets.setdefault(host, rule.credential_set.name)
        if rule.identities:
            identities.setdefault(host, rule.identities[0])
    for credential_set in sorted(snapshot.credential_sets, key=lambda each: each.name.lower()):
        if not provisioning.is_deleting(credential_set.provisioning_state):
            sets.setdefault(canonical_login_server(credential_set.login_server), credential_set.name)
    return sets, identities


def _new_set(host: str, names: set[str], vault: VaultChoice | None) -> DesiredCredentialSet:
    name = credential_set_name_for(host)
    name = apart(name, host) if name.lower() in names else name
    if vault is None:
        return DesiredCredentialSet(name, host)
    stem = credential_set_name_for(host)
    username, password = (DesiredSecret(SecretId.in_vault(vault.name, vault.suffix, f"{stem}-{ending}"))
                          for ending in ("username", "password"))
    return DesiredCredentialSet(name, host, username, password)
