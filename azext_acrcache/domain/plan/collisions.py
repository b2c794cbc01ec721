"""Which cache rules can't stand beside one another. Source: wildcards-artifact-cache, artifact-cache-overview."""
from __future__ import annotations

from typing import Iterable, Iterator, Mapping

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, chains_of
from azext_acrcache.domain.state.desired import DesiredRule
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values.errors import Conflict, UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern

# Cache rules that one registry takes (artifact-cache-overview, limitations).
RULE_LIMIT = 1000


def check_form(rule: DesiredRule) -> None:
    """A wildcard source needs a wildcard target and the reverse. Raises UserError."""
    if rule.source.wildcard == rule.target.wildcard:
        return
    if rule.source.wildcard:
        raise UserError(f"The source '{rule.source}' has a wildcard and the target '{rule.target}' has none.",
                        f"Write the target as {rule.target}/*, or name one repository as the source.")
    raise UserError(f"The target '{rule.target}' has a wildcard and the source '{rule.source}' has none.",
                    f"Write the source as {rule.source}/*, or name one repository as the target.")


def check_among_desired(rules: Iterable[DesiredRule]) -> None:
    """Rules of one registry that are wanted together must fit together. Raises UserError at the first that does not."""
    for _, error in errors_among_desired(rules):
        raise error


def errors_among_desired(rules: Iterable[DesiredRule]) -> Iterator[tuple[DesiredRule, UserError]]:
    """Each rule that does not fit together with one before it, of one registry, and why.

    A rule of a manifest has a place, and so has the one before it in the message.
    """
    by_name: dict[str, DesiredRule] = {}
    targets: TargetIndex[DesiredRule] = TargetIndex()
    for rule in rules:
        namesake = by_name.setdefault(rule.name.lower(), rule)
        if namesake is not rule and namesake.target != rule.target:
            yield rule, UserError(f"Two rules would have the name '{rule.name}': {_told(namesake)} and {rule.source}.",
                                  f"Give each a name of its own{'' if rule.place else ' with --name'}.")
        other = targets.first_colliding(rule.target)
        if other is not None:
            yield rule, UserError(f"{_overlap(other.target, rule.target)}: {_told(other)} and {rule.source}.",
                                  "Give each source a target of its own"
                                  f"{'' if rule.place else ' with --target-repo'}.")
        targets.add(rule)


def _told(rule: DesiredRule) -> str:
    return f"{rule.source} ({rule.place})" if rule.place else str(rule.source)


def check_against_existing(rule: DesiredRule, existing: TargetIndex[Rule]) -> None:
    """Raises UserError where a rule of another name holds the target. :param existing: the rules of the registry."""
    for other in existing.colliding(rule.target):
        if other.name.lower() == rule.name.lower():
            continue
        if other.target == rule.target:
            raise UserError(f"The target '{rule.target}' is held by the cache rule '{other.name}', whose source is "
                            f"'{other.source}'.",
                            f"Use that rule with --name {other.name} if the source fits, or choose another "
                            "--target-repo.",
                            Advice("Or delete it first", AzLine.of("acrcache", "bootstrap", "delete")
                                   .registry(other.id.parent).option("--name", other.name)))
        raise UserError(f"The target '{rule.target}' overlaps with '{other.target}' of the cache rule '{other.name}'; "
                        "wildcard targets can't contain one another.",
                        "Choose a target outside of it with --target-repo, such as "
                        f"{rule.source.login_server.partition('.')[0]}/{rule.target}")


def check_unoccupied(rule: DesiredRule, occupied: Mapping[RepositoryPattern, str | None], registry: str) -> None:
    """Raises UserError where the registry holds a repository in the place that the rule would fill.

    :param occupied: as in `RegistrySnapshot`. :param registry: its name.
    """
    holder = occupied.get(rule.target)
    if holder is None:
        return
    free = f"{rule.source.login_server.partition('.')[0]}-cache/{rule.target}"
    raise UserError(f"The registry already holds the repository '{holder}', which the target '{rule.target}' of the "
                    f"cache rule '{rule.name}' would fill; Azure refuses such a rule, also where the repository is "
                    "left from an earlier rule.",
                    f"Choose another target, such as --target-repo {free}",
                    Advice("Or, if nobody needs what it holds, delete it", AzLine.of("acr", "repository", "delete")
                           .option("--name", registry).option("--repository", holder)))


def check_limit(existing: int, new: int, registry: str) -> None:
    """Raises Conflict where a registry would have more rules than Azure allows.

    :param existing: how many rules it has. :param new: how many are to be added. :param registry: its name.
    """
    if new and existing + new > RULE_LIMIT:
        raise Conflict(f"The registry '{registry}' has {existing} cache rules and {new} more would pass the limit of "
                       f"{RULE_LIMIT}.",
                       Advice("Delete rules that nobody uses, or replace several by one with a wildcard. See them "
                              "with", chains_of(registry)))


def _overlap(first: RepositoryPattern, second: RepositoryPattern) -> str:
    if first == second:
        return f"Two rules would have the same target '{first}'"
    return f"The targets '{first}' and '{second}' overlap; wildcard targets can't contain one another"
