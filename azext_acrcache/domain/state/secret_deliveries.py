"""Which secrets go to which upstream when the stored credentials of rules are tried, and where that is to be asked.

A credential set names any secrets, and whoever may read these delivers them to the upstream of the rules that use it.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.upstreams import canonical_login_server, find_upstream


@dataclass(frozen=True)
class SecretDelivery:
    """:ivar login_server: the host that gets the values. :ivar doubts: why somebody has to agree first."""

    credential_set: CredentialSet
    login_server: str
    doubts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        secrets = " and ".join(f"'{secret.subject}'" for secret in self.credential_set.secrets)
        return f"{secrets} to {self.login_server}, for the credential set '{self.credential_set.name}'"


def secret_deliveries(rules: Iterable[Rule], credential_sets: Iterable[CredentialSet],
                      alone: Iterable[CredentialSet] = ()) -> list[SecretDelivery]:
    """One for each upstream and credential set, in the order of the rules.

    :param credential_sets: all of the registry, since a secret may serve one that no rule names.
    :param alone: sets that are tried at the upstream that they are for, whatever rules use them.
    """
    by_id = {credential_set.id: credential_set for credential_set in credential_sets}
    served: dict[str, dict[str, str]] = {}
    for credential_set in by_id.values():
        for secret in credential_set.secrets:
            upstreams = served.setdefault(secret.key, {})
            upstreams.setdefault(canonical_login_server(credential_set.login_server), credential_set.name)
    ways: dict[tuple[ArmId, str], CredentialSet] = {
        (each.id, canonical_login_server(each.login_server)): each for each in alone if each.username and each.password}
    for rule in rules:
        # A rule with an identity signs in with that, and no secret is read for it.
        named = by_id.get(rule.credential_set) if rule.credential_set and not rule.identities else None
        if named and named.username and named.password:
            ways.setdefault((named.id, canonical_login_server(rule.source.login_server)), named)
    return [SecretDelivery(credential_set, host, tuple(_doubts(credential_set, host, served)))
            for (_, host), credential_set in ways.items()]


def _doubts(credential_set: CredentialSet, host: str, served: dict[str, dict[str, str]]) -> Iterable[str]:
    if find_upstream(host) is None:
        yield f"'{host}' is not among the upstreams that are known"
    if canonical_login_server(credential_set.login_server) != host:
        yield f"the set is for '{credential_set.login_server}'"
    for secret in credential_set.secrets:
        for other, name in served[secret.key].items():
            if other not in (host, canonical_login_server(credential_set.login_server)):
                yield f"'{secret.subject}' serves the set '{name}' for '{other}' too"
