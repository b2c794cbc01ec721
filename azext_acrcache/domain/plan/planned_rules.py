"""Rules that somebody plans, to be checked before they are made."""
from __future__ import annotations

from dataclasses import replace

from azext_acrcache.domain.plan.collisions import (check_against_existing, check_among_desired, check_form, check_limit,
                                                   check_unoccupied)
from azext_acrcache.domain.state.desired import DesiredRule
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from azext_acrcache.domain.values.names import apart, rule_name_for
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source


def planned_rules(sources: list[str] | None, targets: list[str] | None) -> list[DesiredRule]:
    """A rule for each source. Raises UserError for what no registry would take: form, or a collision among themselves.

    :param sources: such as `docker.io/library/ubuntu`. :param targets: as many, in the same order; none means defaults.
    """
    if targets and not sources:
        raise MissingArgument("--target-repo is the target of a planned rule, and no source was given.",
                              "Add --source-repo, such as docker.io/library/ubuntu.")
    if targets and len(targets) != len(sources or ()):
        raise UserError(f"{len(sources or ())} values of --source-repo and {len(targets)} of --target-repo were given.",
                        "Give one --target-repo for each --source-repo, or none.")
    rules: list[DesiredRule] = []
    names: set[str] = set()
    for place, text in enumerate(sources or ()):
        source = Source.parse(text).with_library()
        target = RepositoryPattern.parse(targets[place], "target") if targets else source.default_target()
        name = rule_name_for(source, target)
        if name in names:
            name = apart(name, f"{source}>{target}")
        rule = DesiredRule(name, source, target)
        check_form(rule)
        rules.append(rule)
        names.add(name)
    check_among_desired(rules)
    return rules


def named_apart(rule: DesiredRule, snapshot: RegistrySnapshot) -> DesiredRule:
    """The rule with a name that no other rule of the registry has."""
    if snapshot.rule(rule.name) is None or _existing(rule, snapshot):
        return rule
    return replace(rule, name=apart(rule.name, str(rule.source)))


def note_on(rule: DesiredRule, snapshot: RegistrySnapshot) -> str:
    """What to know of a planned rule that can be made. Raises UserError where Azure would refuse it."""
    existing = _existing(rule, snapshot)
    if existing:
        return "exists already" if existing.name.lower() == rule.name.lower() else \
            f"exists already under the name '{existing.name}'"
    check_limit(len(snapshot.rules), 1, snapshot.registry.name)
    check_against_existing(rule, snapshot.targets)
    check_unoccupied(rule, snapshot.occupied, snapshot.registry.name)
    if rule.target not in snapshot.occupied:
        return "no other rule stands in its way; the registry's repositories could not be looked at"
    return "nothing stands in its way"


def _existing(rule: DesiredRule, snapshot: RegistrySnapshot) -> Rule | None:
    """The rule of the registry with this source and target, whatever its name."""
    return snapshot.targets.same(rule.target, rule.source)
