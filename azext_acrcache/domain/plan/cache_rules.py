"""The steps that make one cache rule as wanted."""
from __future__ import annotations

from typing import Any, Container

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan import recovery
from azext_acrcache.domain.plan.actions import AwaitGone, PatchRule, PutRule
from azext_acrcache.domain.plan.changes import CACHE_RULE, CREATE, MODIFY, NO_CHANGE, Change
from azext_acrcache.domain.plan.hand_over import rule_hand_over
from azext_acrcache.domain.plan.keys import GONE, ResourceKey, credential_set_key, rule_key
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.state.desired import DesiredRule
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId, same_id
from azext_acrcache.domain.values.errors import Conflict, MissingArgument
from azext_acrcache.domain.values.upstreams import canonical_login_server, refuses_anonymous_rules


def rule_steps(wanted: DesiredRule, snapshot: RegistrySnapshot, planned: Container[ResourceKey]) -> list[Step]:
    """At most two steps: waiting until an old rule of that name is gone, and making or changing the rule.

    A rule waits for the request that makes its credential set to be accepted, not for the set to be provisioned.
    Raises Conflict for what Azure can't change.

    :param planned: keys of the steps before these.
    """
    rule, registry = snapshot.rule(wanted.name), snapshot.registry
    rule_id = registry.id.child("cacheRules", wanted.name)
    key, subject, steps = rule_key(rule_id), f"cache rule '{wanted.name}'", []
    if rule and provisioning.is_deleting(rule.provisioning_state):
        steps.append(Step(key.awaiting(GONE), subject, AwaitGone(rule_id), affects=(rule_id,)))
        rule = None
    if rule:
        check_immutable(wanted, rule, registry.name)
    set_id = registry.id.child("credentialSets", wanted.credential_set) if wanted.credential_set else None
    needs = tuple(step.key for step in steps)
    if set_id and (set_key := credential_set_key(set_id)) in planned:
        needs += (set_key,)
    if snapshot.unseen_rules:
        # A rule of that name may be there and be another one; nobody writes over what they can't read.
        lines = recovery.commands(PutRule(rule_id, _body(wanted, set_id), wanted.identity is not None), "")
        return [rule_hand_over(rule_id, snapshot.unseen_rules.reason, *lines, needs=needs)]
    detail, preview = f"{wanted.target} <= {wanted.source}", wanted.identity is not None
    if rule is None or provisioning.has_failed(rule.provisioning_state):
        change = Change(CACHE_RULE, MODIFY if rule else CREATE, wanted.name, str(rule_id), detail)
        return [*steps, Step(key, subject, PutRule(rule_id, _body(wanted, set_id), preview), change, needs)]
    if rule.credential_set == set_id and _same_identity(wanted, rule):
        return [Step(key, subject, change=Change(CACHE_RULE, NO_CHANGE, rule.name, str(rule.id), detail))]
    _check_keeps_identity(wanted, rule)
    properties = {} if rule.credential_set == set_id else {"credentialSetResourceId": str(set_id) if set_id else None}
    what = f"credential set '{wanted.credential_set}'" if wanted.credential_set else \
        "identity" if wanted.identity else "no credential set"
    return [Step(key, subject, PatchRule(rule_id, {"properties": properties, **_identity_body(wanted)}, preview),
                 Change(CACHE_RULE, MODIFY, rule.name, str(rule.id), f"{detail}, {what}"), needs)]


def check_anonymous(rule: DesiredRule, snapshot: RegistrySnapshot) -> None:
    """Raises MissingArgument for a rule without credentials whose upstream Azure refuses such a rule for."""
    if rule.credential_set is None and rule.identity is None and refuses_anonymous_rules(rule.source.login_server):
        present = [f"Use the credential set that the registry has for it: --cred-set {name}"
                   for name in _sets_for(rule.source.login_server, snapshot)]
        others = AzLine.of("acr", "credential-set", "list").registry(snapshot.registry.id)
        raise MissingArgument("Docker Hub needs credentials: Azure refuses a cache rule on docker.io without a "
                              "credential set.", *present,
                              "Name the secrets that hold them: --vault MyVault --username-id MyUserSecret "
                              "--password-id MyPasswordSecret",
                              "Or have them stored: --vault MyVault --upstream-username MyUser "
                              "--upstream-password-file FILE",
                              *([] if present else [Advice("Or use a credential set that exists, with --cred-set. See "
                                                           "those that the registry has", others)]))


def _sets_for(login_server: str, snapshot: RegistrySnapshot) -> list[str]:
    """Names of credential sets for an upstream: those that were looked at, and those that its rules use."""
    names = [existing.name for existing in snapshot.credential_sets
             if canonical_login_server(existing.login_server) == login_server]
    names += [existing.credential_set.name for existing in snapshot.rules if existing.credential_set
              and canonical_login_server(existing.source.login_server) == login_server]
    return sorted(set(names))


def check_immutable(wanted: DesiredRule, rule: Rule, registry: str) -> None:
    """Azure can't change a rule's source or target. Raises Conflict."""
    if not rule.source.same_images(wanted.source):
        what, old, new = "source", str(rule.source), str(wanted.source)
    elif rule.target != wanted.target:
        what, old, new = "target", str(rule.target), str(wanted.target)
    else:
        return
    raise Conflict(f"The cache rule '{rule.name}' has the {what} '{old}', not '{new}'; Azure can't change the {what} "
                   "of a rule.",
                   Advice("Choose another name with --name, or delete the rule first", _deletion(rule)),
                   "After that the old target repository still stands in the registry: a new rule needs another "
                   "target, or that repository deleted.")


def _deletion(rule: Rule) -> AzLine:
    return AzLine.of("acrcache", "bootstrap", "delete").registry(rule.id.parent).option("--name", rule.name)


def _check_keeps_identity(wanted: DesiredRule, rule: Rule) -> None:
    """An identity can be replaced by another; that it can be taken off is written nowhere. Raises Conflict."""
    if rule.identities and not wanted.identity:
        raise Conflict(f"The cache rule '{rule.name}' signs in to its upstream with the identity "
                       f"'{rule.identities[0].rpartition('/')[2]}'; Azure is not known to take it off again.",
                       f"Keep it with --identity {rule.identities[0]}",
                       Advice("Or delete the rule first", _deletion(rule)))


def _same_identity(wanted: DesiredRule, rule: Rule) -> bool:
    identities = [wanted.identity] if wanted.identity else []
    return len(identities) == len(rule.identities) and \
        all(same_id(wanted_id, id_) for wanted_id, id_ in zip(identities, rule.identities))


def _body(wanted: DesiredRule, set_id: ArmId | None) -> dict[str, Any]:
    properties = {"sourceRepository": str(wanted.source), "targetRepository": str(wanted.target)}
    if set_id:
        properties["credentialSetResourceId"] = str(set_id)
    return {"properties": properties, **_identity_body(wanted)}


def _identity_body(wanted: DesiredRule) -> dict[str, Any]:
    if not wanted.identity:
        return {}
    return {"identity": {"type": "UserAssigned", "userAssignedIdentities": {wanted.identity: {}}}}
