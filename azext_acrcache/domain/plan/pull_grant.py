"""What consumers are to have in one registry, and what comes of several such wishes for one identity."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Sequence

from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL, PUSH
from azext_acrcache.domain.access.repository_conditions import Reach, condition_for
from azext_acrcache.domain.access.roles import ACR_PULL, ACR_PUSH, REPOSITORY_READER, REPOSITORY_WRITER
from azext_acrcache.domain.consumers.consumer import Consumer, check_choice
from azext_acrcache.domain.consumers.kinds import flags
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import RepositoryPattern


@dataclass(frozen=True)
class PullGrant:
    """What its consumers are to have in one registry.

    :ivar mode: the mode that the roles are chosen for.
    :ivar repositories: empty for all of the registry.
    :ivar identity: which of a consumer's identities is to pull: `system`, an ID or a name.
    :ivar assign: the identity to give to those that lack it: `system` or an ID.
    """

    mode: str
    push: bool = False
    repositories: tuple[RepositoryPattern, ...] = ()
    catalog: bool = False
    identity: str | None = None
    assign: str | None = None

    @property
    def access(self) -> str:
        return PUSH if self.push else PULL

    @property
    def role(self) -> str:
        if self.mode == ABAC:
            return REPOSITORY_WRITER if self.push else REPOSITORY_READER
        return ACR_PUSH if self.push else ACR_PULL

    @property
    def condition(self) -> str | None:
        return condition_for(self.repositories, ABAC_ACTIONS[self.access])

    @property
    def reach(self) -> Reach:
        if not self.condition:
            return Reach(("*",))
        return Reach(tuple(sorted({str(repository) for repository in self.repositories})))


def merged_by_role(grants: Sequence[PullGrant]) -> list[tuple[PullGrant, tuple[RepositoryPattern, ...]]]:
    """One grant for each role, since Azure allows one assignment for each principal, role and scope.

    Repositories add up, and all of the registry wins over some of it. With each grant the repositories that it does not
    narrow to for that reason.
    """
    by_role: dict[str, list[PullGrant]] = {}
    for grant in dict.fromkeys(grants):
        by_role.setdefault(grant.role, []).append(grant)
    return [_merged(of_role) for of_role in by_role.values()]


def _merged(grants: Sequence[PullGrant]) -> tuple[PullGrant, tuple[RepositoryPattern, ...]]:
    narrowed = [grant for grant in grants if grant.condition]
    named = tuple(dict.fromkeys(repository for grant in narrowed for repository in grant.repositories))
    catalog = any(grant.catalog for grant in grants)
    if len(narrowed) == len(grants):
        return replace(grants[0], repositories=named, catalog=catalog), ()
    return replace(grants[0], repositories=(), catalog=catalog), named


def check_assign(grant: PullGrant, consumers: Sequence[Consumer]) -> None:
    """Raises UserError for identities that are chosen or given in vain."""
    check_choice(consumers, grant.identity)
    if not grant.assign:
        return
    if grant.identity:
        raise UserError("--assign-identity and --assignee-identity exclude one another.",
                        "--assign-identity gives an identity and grants to it; leave the other out.")
    if not any(consumer.kind.takes_identity for consumer in consumers):
        raise UserError("None of the consumers named can be given an identity.",
                        f"--assign-identity is for {flags(lambda spec: spec.takes_identity)}.")
