"""What a manifest no longer lists and what this extension made: it goes with `--prune`. What people made stays.

A rule proves itself by its name, which has digits of a hash of its source and target; a role assignment by its name
and its description. Names that a file gives prove nothing: for these there is the manifest of before.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Iterable

from azext_acrcache.domain.access.roles import RoleAssignment, is_made_here
from azext_acrcache.domain.plan.actions import RemoveAssignment
from azext_acrcache.domain.plan.changes import CACHE_RULE, CREDENTIAL_SET, DELETE, IGNORE, PULL_ACCESS, Change
from azext_acrcache.domain.plan.keys import PULL_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey, credential_set_key, rule_key
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.plan.take_down import TakeDown, plan_take_down
from azext_acrcache.domain.state.desired import DesiredRegistry
from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.names import is_made_by_apply

# Rules that AKS makes and keeps for its own clusters.
OF_AKS = "aks-managed-"


@dataclass(frozen=True)
class Unlisted:
    """What stands in a registry and not in the manifest.

    :ivar rules, credential_sets, assignments: all of it. :ivar prunable: IDs in lower case of those that are proven to
        be this extension's or that the manifest of before lists, and that nothing which stays needs.
    """

    rules: tuple[Rule, ...] = ()
    credential_sets: tuple[CredentialSet, ...] = ()
    assignments: tuple[RoleAssignment, ...] = ()
    prunable: frozenset[str] = field(default_factory=frozenset)

    def with_assignments(self, assignments: Iterable[RoleAssignment], prunable: bool = True) -> "Unlisted":
        """And with this pull access, which goes where it is `prunable` and proven to be ours."""
        assignments = tuple(assignments)
        ours = {assignment.id.lower() for assignment in assignments if prunable and is_made_here(assignment)}
        return replace(self, assignments=assignments, prunable=self.prunable | ours)

    def goes(self, resource_id: object) -> bool:
        """Whether it may be pruned."""
        return str(resource_id).lower() in self.prunable


def unlisted(desired: DesiredRegistry, snapshot: RegistrySnapshot, previous: DesiredRegistry | None = None
             ) -> Unlisted:
    """Rules and sets; pull access comes with `with_assignments`.

    :param desired: after the existing rules and sets were adopted. :param previous: the same registry in the manifest
        of before.
    """
    listed_rules = {rule.name.lower() for rule in desired.rules}
    listed_sets = {wanted.name.lower() for wanted in desired.credential_sets} | \
        {rule.credential_set.lower() for rule in desired.rules if rule.credential_set}
    rules = tuple(rule for rule in snapshot.rules if rule.name.lower() not in listed_rules
                  and not provisioning.is_deleting(rule.provisioning_state))
    sets = tuple(credential_set for credential_set in snapshot.credential_sets
                 if credential_set.name.lower() not in listed_sets
                 and not provisioning.is_deleting(credential_set.provisioning_state))
    before = {(rule.name.lower(), rule.target) for rule in previous.rules} if previous else set()
    going = [rule for rule in rules if not rule.name.lower().startswith(OF_AKS)
             and (is_made_by_apply(rule.name, rule.source, rule.target) or (rule.name.lower(), rule.target) in before)]
    gone = {rule.id for rule in going}
    sets_before = {wanted.name.lower() for wanted in previous.credential_sets} if previous else set()
    going_sets = [credential_set for credential_set in sets if credential_set.name.lower() in sets_before
                  and all(rule.id in gone for rule in snapshot.rules_using(credential_set.id))]
    prunable = {rule.id.canonical for rule in going} | {entry.id.canonical for entry in going_sets}
    return Unlisted(rules, sets, prunable=frozenset(prunable))


def prune_steps(unlisted_here: Unlisted, snapshot: RegistrySnapshot) -> list[Step]:
    """Rules first, then sets that nothing uses, with their access to vaults; then pull access."""
    rules = tuple(rule for rule in unlisted_here.rules if unlisted_here.goes(rule.id))
    sets = tuple(entry for entry in unlisted_here.credential_sets if unlisted_here.goes(entry.id))
    steps = list(plan_take_down(TakeDown(rules, sets), snapshot).steps)
    steps += [Step(_assignment_key(snapshot, assignment), f"pull access of {assignment.principal_id}",
                   RemoveAssignment(assignment.id),
                   Change(PULL_ACCESS, DELETE, assignment.principal_id, assignment.id, "not in the manifest"))
              for assignment in unlisted_here.assignments if unlisted_here.goes(assignment.id)]
    return steps


def ignored_steps(unlisted_here: Unlisted, snapshot: RegistrySnapshot, pruning: bool) -> list[Step]:
    """What stays and is not in the manifest, to be told. :param pruning: whether what is prunable goes."""
    def stays(resource_id: object) -> bool:
        return not (pruning and unlisted_here.goes(resource_id))

    return [*(Step(rule_key(rule.id), f"cache rule '{rule.name}'",
                   change=Change(CACHE_RULE, IGNORE, rule.name, str(rule.id), f"{rule.target} <= {rule.source}"))
              for rule in unlisted_here.rules if stays(rule.id)),
            *(Step(credential_set_key(entry.id), f"credential set '{entry.name}'",
                   change=Change(CREDENTIAL_SET, IGNORE, entry.name, str(entry.id), f"for {entry.login_server}"))
              for entry in unlisted_here.credential_sets if stays(entry.id)),
            *(Step(_assignment_key(snapshot, assignment), f"pull access of {assignment.principal_id}",
                   change=Change(PULL_ACCESS, IGNORE, assignment.principal_id, assignment.id, "not in the manifest"))
              for assignment in unlisted_here.assignments if stays(assignment.id))]


def _assignment_key(snapshot: RegistrySnapshot, assignment: RoleAssignment) -> ResourceKey:
    return ResourceKey.of(snapshot.registry.id, ACCESS_KEY, assignment.id)
