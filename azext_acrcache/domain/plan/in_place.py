"""What is as wanted already, so that nothing is to be done."""
from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRegistry, DesiredRule, DesiredSecret
from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.secret_ids import SecretId


def adopt(rule: DesiredRule, snapshot: RegistrySnapshot) -> DesiredRule:
    """Without a name of the user's choosing, an existing rule with the same source and target is the one meant."""
    if rule.named:
        return rule
    existing = snapshot.targets.same(rule.target, rule.source)
    return replace(rule, name=existing.name, named=True) if existing else rule


def may_adopt_credential_sets(desired: DesiredRegistry) -> bool:
    """Whether `adopt_credential_sets` has anything to decide, so that the rules must be known first."""
    return any(not wanted.named for wanted in desired.credential_sets) or any(map(_names_no_way_in, desired.rules))


def adopt_credential_sets(desired: DesiredRegistry, snapshot: RegistrySnapshot) -> DesiredRegistry:
    """Without a credential set of the user's choosing, the one that is in use already is the one meant.

    A rule that exists keeps its set. For a new one a set of the registry for the same upstream with the same secrets
    is taken, so that the registry does not fill with equal sets. Raises UserError where several sets could be meant.

    :param snapshot: with all credential sets of the registry where one of `desired` was not named.
    """
    sets = [wanted if wanted.named else _adopted_set(wanted, desired.rules, snapshot)
            for wanted in desired.credential_sets]
    names = {wanted.name: adopted.name for wanted, adopted in zip(desired.credential_sets, sets)}
    listed = {wanted.name.lower() for wanted in sets}
    rules: list[DesiredRule] = []
    for rule in desired.rules:
        existing = _existing_rule(rule, snapshot) if _names_no_way_in(rule) else None
        if existing and existing.credential_set:
            rules.append(replace(rule, credential_set=existing.credential_set.name))
            if existing.credential_set.name.lower() not in listed:
                listed.add(existing.credential_set.name.lower())
                sets.append(DesiredCredentialSet(existing.credential_set.name, rule.source.login_server))
        else:
            adopted = names.get(rule.credential_set or "", rule.credential_set)
            rules.append(rule if adopted == rule.credential_set else replace(rule, credential_set=adopted))
    return replace(desired, rules=tuple(rules), credential_sets=tuple(sets))


def _names_no_way_in(rule: DesiredRule) -> bool:
    return rule.credential_set is None and rule.identity is None


def _existing_rule(rule: DesiredRule, snapshot: RegistrySnapshot) -> Rule | None:
    existing = snapshot.rule(adopt(rule, snapshot).name)
    if existing is None or provisioning.is_deleting(existing.provisioning_state) or existing.target != rule.target \
            or not existing.source.same_images(rule.source):
        return None
    return existing


def _adopted_set(wanted: DesiredCredentialSet, rules: Sequence[DesiredRule], snapshot: RegistrySnapshot
                 ) -> DesiredCredentialSet:
    usable = [existing for existing in snapshot.credential_sets
              if existing.login_server.lower() == wanted.login_server.lower()
              and not provisioning.is_deleting(existing.provisioning_state)]
    in_use = {existing.credential_set for rule in rules if rule.credential_set == wanted.name
              if (existing := _existing_rule(rule, snapshot))}
    candidates = [existing for existing in usable if existing.id in in_use] or \
        [existing for existing in usable if has_secrets_of(wanted, existing)]
    if not candidates:
        return wanted
    if len(candidates) > 1:
        names = sorted(existing.name for existing in candidates)
        reason = "are in use by the rules" if candidates[0].id in in_use else "have the same secrets"
        raise UserError(f"Several credential sets of the registry '{snapshot.registry.name}' for "
                        f"'{wanted.login_server}' {reason}: {', '.join(names)}.",
                        *(f"Use this one: --cred-set {name}" for name in names))
    only, = candidates
    return replace(wanted, name=only.name, username=_adopted_secret(wanted.username, only.username),
                   password=_adopted_secret(wanted.password, only.password))


def _adopted_secret(wanted: DesiredSecret | None, existing: SecretId | None) -> DesiredSecret | None:
    """Without a name of the user's choosing, the set's own secret in the same vault; never a pinned version."""
    if wanted is None or wanted.named or existing is None or existing.version or \
            existing.vault_host != wanted.id.vault_host:
        return wanted
    return replace(wanted, id=existing)


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
