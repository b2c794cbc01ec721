"""What a consumer's identity may do in a registry, as far as its roles and the deny assignments tell."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.pull_access import PULL, PUSH, Decision, PullAccess, decide, denies, pull_access
from azext_acrcache.domain.consumers.consumer import Consumer, pulling_identity
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern


@dataclass(frozen=True)
class ConsumerQuery:
    """:ivar repositories: that are to be pulled; empty: any. :ivar identity: which of several is meant.
    :ivar lines: what every line of a fix keeps.
    """

    repositories: tuple[RepositoryPattern, ...] = ()
    push: bool = False
    identity: str | None = None
    lines: LineContext = LineContext()

    @property
    def access(self) -> str:
        return PUSH if self.push else PULL

    @property
    def wanted(self) -> tuple[RepositoryPattern | None, ...]:
        """What is to be decided one by one; None for any repository."""
        return self.repositories or (None,)


@dataclass(frozen=True)
class ApplyingDenial:
    """:ivar surely: whether it is for the identity; False where that can't be told."""

    denial: Denial
    surely: bool


@dataclass(frozen=True)
class ConsumerAccess:
    """Of one consumer."""

    consumer: Consumer
    query: ConsumerQuery
    snapshot: AccessSnapshot

    @property
    def identity(self) -> Identity | None:
        """The one that it pulls with; None where it has none or it can't be told which of several."""
        try:
            return pulling_identity(self.consumer, self.query.identity)
        except UserError:
            return None

    @property
    def principal_without_role(self) -> str | None:
        """The identity that has not by itself what is asked for, and may have it through a group."""
        identity = self.identity
        if identity is None or isinstance(self.snapshot.assignments, Unknown) or self.has(identity, self.query.access):
            return None
        return identity.principal_id

    def every(self, identity: Identity) -> list[PullAccess]:
        """What its roles give, honoured in the registry's mode or not."""
        return pull_access(self.snapshot.scope, self.snapshot.registry.mode,
                           self.snapshot.of_consumer(identity.principal_id), self.snapshot.definitions)

    def honoured(self, identity: Identity) -> list[PullAccess]:
        return [access for access in self.every(identity) if access.honoured]

    def denial(self, identity: Identity, access: str) -> ApplyingDenial | None:
        """The deny assignment that stands in the way, a sure one before others."""
        uncertain = None
        for denial in self.snapshot.denials_of(identity.principal_id):
            applies = denies(denial, self.snapshot.scope, self.snapshot.registry.mode, access) and \
                denial.applies_to(identity.principal_id)
            if applies:
                return ApplyingDenial(denial, True)
            if applies is None:
                uncertain = ApplyingDenial(denial, False)
        return uncertain

    def can(self, identity: Identity, access: str) -> bool | None:
        """None where a role gives it and what is denied can't be told, and where no role is seen that gives it and
        those of groups may not be seen."""
        has = self.has(identity, access)
        if not has:
            return None if isinstance(self.snapshot.through_groups, Unknown) else has
        denial = self.denial(identity, access)
        if denial and denial.surely:
            return False
        return None if denial or isinstance(self.snapshot.denials, Unknown) else True

    def has(self, identity: Identity, access: str) -> bool | None:
        """By the roles that are seen. None where it can't be told of one of them."""
        answers = [self.decided(identity, access, repository).allowed for repository in self.query.wanted]
        return False if False in answers else None if None in answers else True

    def decided(self, identity: Identity, access: str, repository: RepositoryPattern | None) -> Decision:
        snapshot = self.snapshot
        return decide(snapshot.of_consumer(identity.principal_id), snapshot.definitions, snapshot.registry.mode, access,
                      repository)
