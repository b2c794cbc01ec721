"""The consumers and repositories that a command is about, as its arguments name them."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Sequence

from azext_acrcache.cli.consumer_arguments import consumer_words, given_principals, named_consumers, repositories_from
from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.values.repositories import RepositoryPattern


@dataclass(frozen=True)
class ConsumerSelection:
    """:ivar flags: names by the flag of each kind. :ivar repositories: patterns as written.
    :ivar for_rule: cache rules whose targets are meant. :ivar identity: which of a consumer's identities.
    """

    flags: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    object_ids: Sequence[str] | None = None
    principal_type: str | None = None
    repository: Sequence[str] | None = None
    for_rule: Sequence[str] | None = None
    identity: str | None = None

    @property
    def named(self) -> list[ConsumerRef]:
        return named_consumers(self.flags)

    @property
    def given(self) -> list[tuple[str, str]]:
        """Raises UserError for object IDs without a type and the like."""
        return given_principals(self.object_ids, self.principal_type)

    @property
    def repositories(self) -> tuple[RepositoryPattern, ...]:
        """Raises UserError."""
        return repositories_from(self.repository)

    @property
    def words(self) -> list[str]:
        """The consumers again, for the line that carries on."""
        return consumer_words(self.flags, self.object_ids, self.principal_type)

    @property
    def options(self) -> dict:
        """The rest of it, for the line that carries on."""
        return {"--repository": self.repository, "--for-rule": self.for_rule, "--assignee-identity": self.identity}
