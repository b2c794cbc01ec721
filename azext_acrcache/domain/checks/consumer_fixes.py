"""The `grant pull` line that gives a consumer what it lacks."""
from __future__ import annotations

from azext_acrcache.domain.checks.consumer_access import ConsumerAccess
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.fixes import WRITE_ROLES
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import RepositoryPattern


def grant_fix(access: ConsumerAccess, *more: str) -> Fix:
    """:param more: further words of the line, which then names no identity of its own."""
    registry, consumer, query = access.snapshot.registry, access.consumer, access.query
    line = query.lines.line("acrcache", "grant", "pull").registry(registry.id)
    if consumer.kind.reader and consumer.id.startswith("/"):
        line = line.option(f"--{consumer.kind.flag}", consumer.id)
    else:
        line = line.option("--assignee-object-id", consumer.id)
        line = line.option("--assignee-principal-type", consumer.identities[0].type)
    line = line.flag("--push", query.push)
    if query.repositories and registry.mode == ABAC:
        line = line.option("--repository", *(str(repository) for repository in _repositories(access)))
    line = line.option("--assignee-identity", None if more else query.identity)
    return Fix(str(line.add(*more)), f"{WRITE_ROLES} on {registry.name}")


def _repositories(access: ConsumerAccess) -> list[RepositoryPattern]:
    """What is asked for and what it has already: a grant sets the whole list, and must take nothing away."""
    identity = access.identity
    names = {name for own in (access.honoured(identity) if identity else ())
             if own.reach.exact and not own.reach.everything and not own.inherited for name in own.reach.names}
    kept = {RepositoryPattern(name[:-2], True) if name.endswith("/*") else RepositoryPattern(name)
            for name in names if "*" not in name or name.endswith("/*")}
    return sorted({*access.query.repositories, *kept})
