"""The cache rules of a registry as a manifest has them."""
from __future__ import annotations

from typing import Iterable, Mapping

from azext_acrcache.domain.plan.collisions import check_form
from azext_acrcache.domain.plan.prune import OF_AKS
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRule
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.names import check_rule_name
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.domain.values.upstreams import (canonical_login_server, is_azure_registry,
                                                    refuses_anonymous_rules)


def exported_rules(snapshot: RegistrySnapshot, sets: Iterable[DesiredCredentialSet]
                   ) -> tuple[tuple[DesiredRule, ...], tuple[str, ...]]:
    """The rules by name, and why others are left out, a sentence each.

    :param sets: the credential sets of the manifest: a rule can only name one of those.
    """
    by_name = {credential_set.name.lower(): credential_set for credential_set in sets}
    rules: list[DesiredRule] = []
    warnings: list[str] = []
    targets: TargetIndex[DesiredRule] = TargetIndex()
    for rule in sorted(snapshot.rules, key=lambda each: each.name.lower()):
        reason = _unsayable(rule, snapshot, by_name)
        # Whoever reads the manifest adds library/ too: the images are the same.
        desired = DesiredRule(rule.name, rule.source.with_library(), rule.target, _set_name(rule, by_name),
                              rule.identities[0] if rule.identities else None)
        collision = next(iter(targets.colliding(rule.target)), None)
        if not reason and collision:
            reason = f"its target '{rule.target}' overlaps with '{collision.target}' of the rule '{collision.name}'"
        if reason:
            warnings.append(f"The cache rule '{rule.name}' is left out: {reason}.")
            continue
        targets.add(desired)
        rules.append(desired)
        if provisioning.has_failed(rule.provisioning_state):
            warnings.append(f"The last change of the cache rule '{rule.name}' failed: applying the manifest writes it "
                            "again.")
    return tuple(rules), tuple(warnings)


def _set_name(rule: Rule, sets: Mapping[str, DesiredCredentialSet]) -> str | None:
    """As the set itself writes it."""
    credential_set = sets.get(rule.credential_set.name.lower()) if rule.credential_set else None
    return credential_set.name if credential_set else None


def _unsayable(rule: Rule, snapshot: RegistrySnapshot, sets: Mapping[str, DesiredCredentialSet]) -> str:
    """Why a manifest can't say a rule, or would be refused with it; empty where it can be said."""
    if rule.name.lower().startswith(OF_AKS):
        return "AKS made it for a network-isolated cluster, and it is not to be changed"
    if provisioning.is_deleting(rule.provisioning_state):
        return "it is being deleted"
    if len(rule.identities) > 1:
        return f"it has {len(rule.identities)} identities, and a manifest gives a rule one"
    if rule.identities and rule.credential_set:
        return "it has an identity and a credential set, and a manifest gives a rule one of the two"
    if rule.identities and not is_azure_registry(rule.source.login_server):
        return "it has an identity, which a manifest gives to rules on Azure registries only"
    return _unsayable_text(rule) or _unsayable_credentials(rule, snapshot, sets)


def _unsayable_text(rule: Rule) -> str:
    try:
        check_rule_name(rule.name)
        source, target = Source.parse(str(rule.source)), RepositoryPattern.parse(str(rule.target), "target")
        check_form(DesiredRule(rule.name, source, target))
    except UserError as error:
        return error.message.rstrip(".")
    if source.same_images(rule.source) and target == rule.target:
        return ""
    return f"its source '{rule.source}' is called {source} in a manifest, and Azure can't change the source of a rule"


def _unsayable_credentials(rule: Rule, snapshot: RegistrySnapshot, sets: Mapping[str, DesiredCredentialSet]) -> str:
    if rule.credential_set is None:
        if rule.identities or not refuses_anonymous_rules(rule.source.login_server):
            return ""
        return f"it has no credential set, without which Azure refuses a rule on {rule.source.login_server}"
    name = rule.credential_set.name
    if not rule.credential_set.canonical.startswith(f"{snapshot.registry.id.canonical}/credentialsets/"):
        return f"its credential set {rule.credential_set} is another registry's"
    if name.lower() not in sets:
        state = "is left out" if snapshot.credential_set(name) else "does not exist"
        return f"its credential set '{name}' {state}"
    login_server = sets[name.lower()].login_server
    if canonical_login_server(login_server) != canonical_login_server(rule.source.login_server):
        return f"its credential set '{name}' logs in to '{login_server}', not to '{rule.source.login_server}'"
    return ""
