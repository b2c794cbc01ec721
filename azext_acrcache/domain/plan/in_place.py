"""What is as wanted already, so that nothing is to be done."""
from __future__ import annotations

from dataclasses import replace

from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRule
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values import provisioning


def adopt(rule: DesiredRule, snapshot: RegistrySnapshot) -> DesiredRule:
    """Without a name of the user's choosing, an existing rule with the same source and target is the one meant."""
    if rule.named:
        return rule
    existing = snapshot.targets.same(rule.target, rule.source)
    return replace(rule, name=existing.name, named=True) if existing else rule


def is_in_place(wanted: DesiredCredentialSet, snapshot: RegistrySnapshot) -> bool:
    """Whether the set is as wanted and Healthy: then both secrets exist and its identity has access to them."""
    existing = snapshot.credential_set(wanted.name)
    return (existing is not None and existing.login_server.lower() == wanted.login_server.lower()
            and has_secrets_of(wanted, existing) and is_settled(existing) and existing.health.healthy
            and all(secret.value is None or snapshot.current_values.get(secret.id.key)
                    for secret in wanted.secrets))


def has_secrets_of(wanted: DesiredCredentialSet, existing: CredentialSet) -> bool:
    """Whether the set refers to the secrets that are wanted, where any are."""
    if not wanted.secrets:
        return True
    return all(secret is not None and wanted_secret is not None and secret.same(wanted_secret.id)
               for secret, wanted_secret in ((existing.username, wanted.username),
                                             (existing.password, wanted.password)))


def is_settled(existing: CredentialSet) -> bool:
    """Whether it has an identity, has not failed and is not being deleted."""
    return existing.principal_id is not None and not provisioning.has_failed(existing.provisioning_state) \
        and not provisioning.is_deleting(existing.provisioning_state)
