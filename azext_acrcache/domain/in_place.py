"""What is as wanted already."""
from __future__ import annotations

from azext_acrcache.domain import provisioning
from azext_acrcache.domain.desired import DesiredCredentialSet, DesiredRule
from azext_acrcache.domain.observed import CredentialSet, Snapshot


def adopt(rule: DesiredRule, snapshot: Snapshot) -> DesiredRule:
    """Without a name of the user's choosing, an existing rule with the same source and target is the one meant."""
    if rule.named:
        return rule
    for found in snapshot.rules:
        if found.target == rule.target and found.source.same_images(rule.source):
            return DesiredRule(found.name, rule.source, rule.target, rule.credential_set, rule.identity)
    return rule


def is_in_place(wanted: DesiredCredentialSet, snapshot: Snapshot) -> bool:
    """Whether the set is as wanted and Healthy: then both secrets exist and its identity has access to them."""
    found = snapshot.credential_set(wanted.name)
    return (found is not None and found.login_server.lower() == wanted.login_server.lower()
            and has_secrets_of(wanted, found) and is_settled(found) and found.health.healthy
            and all(secret.value is None or snapshot.current_values.get(str(secret.id).lower())
                    for secret in wanted.secrets))


def has_secrets_of(wanted: DesiredCredentialSet, found: CredentialSet) -> bool:
    """Whether the set refers to the secrets that are wanted, where any are."""
    if not wanted.secrets:
        return True
    return all(one is not None and one.same(other.id) for one, other in
               ((found.username, wanted.username), (found.password, wanted.password)))


def is_settled(found: CredentialSet) -> bool:
    """Neither failed nor on its way out, and with an identity."""
    return found.principal_id is not None and not provisioning.has_failed(found.provisioning_state) \
        and not provisioning.is_going(found.provisioning_state)
