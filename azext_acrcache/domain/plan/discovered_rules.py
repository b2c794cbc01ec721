"""The fewest rules for repositories that no rule serves yet, with targets that stand beside one another.

Source: wildcards-artifact-cache: what collides; docker hub's official images below library/ (Azure/acr issue 772).
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterable

from azext_acrcache.domain.state.desired import DesiredRule
from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.names import proving_name
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source

SHORT, MIRROR = "short", "mirror"
WILDCARD_MINIMUM = 3


@dataclass(frozen=True)
class RuleStyle:
    """:ivar layout: SHORT or MIRROR. :ivar wildcards: how many repositories below a prefix make it a wildcard; None for
    no wildcards. :ivar whole_hosts: whether all of an upstream may be such a prefix."""

    layout: str = SHORT
    wildcards: int | None = None
    whole_hosts: bool = False


@dataclass(frozen=True)
class Holder:
    """What stands in the place of a target already. :ivar told: such as `the rule 'ubuntu' fills it`.
    :ivar beside: whether a rule may stand there nevertheless, as a plain one inside a wildcard may."""

    told: str
    beside: bool = False


@dataclass(frozen=True)
class NewRules:
    """:ivar notes: which targets are not what the layout says, and why, a sentence each.
    :ivar errors: sources that no target is left for."""

    rules: tuple[DesiredRule, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[UserError, ...] = ()


def new_rules(repositories: Iterable[Source], style: RuleStyle,
              holder: Callable[[RepositoryPattern], Holder | None]) -> NewRules:
    """In the order of their sources; the order of `repositories` makes no difference.

    :param holder: what stands in the place of a target.
    """
    wanted = _with_wildcards(set(repositories), style, holder)
    targets, reasons = _targets(wanted, style.layout, holder)
    rules: list[DesiredRule] = []
    errors = []
    index: TargetIndex[DesiredRule] = TargetIndex()
    for source in wanted:
        target = targets[source]
        rule = DesiredRule(proving_name(source, target), source, target, named=False)
        holds, other = holder(target), index.first_colliding(target)
        if other or (holds and not holds.beside):
            why = f"'{other.source}' has it" if other else holds.told if holds else ""
            errors.append(UserError(f"There is no target for {source}: neither '{_short(source)}' nor '{target}' is "
                                    f"free: {why}.",
                                    "Create a rule for it with a --target-repo of your choice first; it will be taken "
                                    "over."))
            continue
        index.add(rule)
        rules.append(rule)
    notes = tuple(f"{source} gets the target '{targets[source]}': {reason}." for source, reason in reasons.items())
    return NewRules(tuple(rules), notes, tuple(errors))


def _short(source: Source) -> RepositoryPattern:
    """`*` would need an empty registry, so that Docker Hub's official images keep library/ there."""
    target = source.default_target()
    return target if target.path or not source.repository.path else source.repository


def mirror_target(source: Source) -> RepositoryPattern:
    """With the upstream's host in front, so that it is no other source's target."""
    path = source.repository.path
    return RepositoryPattern(f"{source.login_server}/{path}" if path else source.login_server, source.wildcard)


def _with_wildcards(repositories: set[Source], style: RuleStyle,
                    holder: Callable[[RepositoryPattern], Holder | None]) -> list[Source]:
    """The repositories, with those below a prefix replaced by it where there are enough; the longest prefix first."""
    if not style.wildcards:
        return sorted(repositories)
    below: dict[Source, set[Source]] = {}
    for repository in repositories:
        path = repository.repository.path
        while path:
            path = path.rpartition("/")[0]
            if path or style.whole_hosts:
                below.setdefault(Source(repository.login_server, RepositoryPattern(path, True)), set()).add(repository)
    left = set(repositories)
    chosen: list[Source] = []
    around: set[Source] = set()
    for prefix in sorted(below, key=lambda each: (-len(each.repository.path), each)):
        covered = below[prefix] & left
        # Two wildcards of which one contains the other would overlap.
        if len(covered) < style.wildcards or prefix in around:
            continue
        if all(holder(target) for target in (_short(prefix), mirror_target(prefix))):
            continue
        chosen.append(prefix)
        around |= {Source(prefix.login_server, RepositoryPattern(path, True)) for path in _above(prefix.repository)}
        left -= covered
    return sorted([*left, *chosen])


def _targets(sources: list[Source], layout: str, holder: Callable[[RepositoryPattern], Holder | None]
             ) -> tuple[dict[Source, RepositoryPattern], dict[Source, str]]:
    """And why some have their host in front although the layout is short."""
    if layout == MIRROR:
        return {source: mirror_target(source) for source in sources}, {}
    targets = {source: _short(source) for source in sources}
    reasons: dict[Source, str] = {}
    for source, target in targets.items():
        holds = holder(target)
        if holds:
            reasons[source] = f"of '{target}' {holds.told}"
    clashes = _clashes({source: target for source, target in targets.items() if source not in reasons})
    for source, other in sorted(clashes.items()):
        reasons[source] = f"'{targets[source]}' would be the target of {other} too"
    for source in reasons:
        targets[source] = mirror_target(source)
    return targets, dict(sorted(reasons.items()))


def _clashes(targets: dict[Source, RepositoryPattern]) -> dict[Source, Source]:
    """Each source whose target equals, contains or lies in that of another, with one such other."""
    by_target: dict[RepositoryPattern, list[Source]] = {}
    for source, target in targets.items():
        by_target.setdefault(target, []).append(source)
    clashes: dict[Source, Source] = {}
    for source, target in targets.items():
        around = [target, *(RepositoryPattern(path, True) for path in _above(target))]
        for pattern in around:
            for other in by_target.get(pattern, ()):
                if other != source:
                    clashes.setdefault(source, other)
                    clashes.setdefault(other, source)
                    break
    return clashes


def _above(target: RepositoryPattern) -> list[str]:
    paths, path = [], target.path
    while path:
        path = path.rpartition("/")[0]
        paths.append(path)
    return [*paths, target.path] if not target.wildcard else paths
