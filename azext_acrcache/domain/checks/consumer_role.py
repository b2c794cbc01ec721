"""Whether a role lets a consumer pull, and nothing denies it: the check `consumer/role`."""
from __future__ import annotations

from typing import Sequence

from azext_acrcache.domain.access.pull_access import PULL, PUSH, Decision
from azext_acrcache.domain.checks.check import SKIP, Answer, CannotTell, failed, passed, warned
from azext_acrcache.domain.checks.consumer_access import ConsumerAccess
from azext_acrcache.domain.checks.consumer_fixes import grant_fix
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.registry_modes import ABAC
from azext_acrcache.domain.values.repositories import RepositoryPattern


def role_answer(consumer_access: ConsumerAccess) -> Answer:
    """Raises CannotTell."""
    identity, snapshot, query = consumer_access.identity, consumer_access.snapshot, consumer_access.query
    subject, access = consumer_access.consumer.subject, query.access
    if identity is None:
        raise CannotTell(f"Which identity the {subject} pulls with is not known.")
    if snapshot.registry.assumed:
        raise CannotTell(f"You may not read the registry '{snapshot.registry.name}', so that its mode is not known.")
    if isinstance(snapshot.assignments, Unknown):
        raise CannotTell(snapshot.assignments.reason, snapshot.assignments.silent)
    decisions = [consumer_access.decided(identity, access, repository) for repository in query.wanted]
    uncovered = [repository for repository, decision in zip(query.wanted, decisions) if decision.allowed is False]
    undecided = [decision for decision in decisions if decision.allowed is None]
    if uncovered:
        why_not, fix = _why_not(consumer_access, identity, uncovered), grant_fix(consumer_access)
        if isinstance(snapshot.through_groups, Unknown):
            return Answer(SKIP, f"{why_not} Whether it has a role through a group is not known. "
                                f"{snapshot.through_groups.reason}", (fix,), snapshot.through_groups.silent)
        return failed(why_not, fix)
    if undecided:
        raise CannotTell(f"Whether the {subject} may {access} can't be told: {undecided[0].why}.")
    return _not_denied(consumer_access, identity, decisions)


def _not_denied(consumer_access: ConsumerAccess, identity: Identity, decisions: Sequence[Decision]) -> Answer:
    """Of a consumer that has the role: whether a deny assignment outweighs it, and through whom it has it."""
    snapshot, subject, access = consumer_access.snapshot, consumer_access.consumer.subject, consumer_access.query.access
    in_the_way = consumer_access.denial(identity, access)
    if in_the_way:
        denial = in_the_way.denial
        if not in_the_way.surely:
            raise CannotTell(f"The deny assignment '{denial.name}' on '{denial.scope}' forbids to {access} and "
                             f"{denial.why_unsure}; whether it is for the {subject} can't be told.")
        return failed(f"The {subject} has the role that it needs, but the deny assignment '{denial.name}' on "
                      f"'{denial.scope}' forbids it to {access} ({denial.description or 'without a reason'}); it can "
                      "only be lifted where it was made.")
    if isinstance(snapshot.denials, Unknown):
        raise CannotTell(snapshot.denials.reason, snapshot.denials.silent)
    through = [assignment for decision in decisions for assignment in decision.through]
    repositories = ", ".join(str(repository) for repository in consumer_access.query.repositories)
    message = f"The {subject} may {access} {repositories or 'from the registry'}: {snapshot.words(through[0])}."
    groups = {assignment.principal_id.lower() for assignment in through} - {identity.principal_id.lower()}
    if groups and all(assignment.principal_id.lower() in groups for assignment in through):
        return warned(f"{message} It has it through a group only, whose changes take up to 24 hours to reach it.",
                      grant_fix(consumer_access))
    return passed(message)


def _why_not(consumer_access: ConsumerAccess, identity: Identity, uncovered: Sequence[RepositoryPattern | None]) -> str:
    consumer, snapshot, access = consumer_access.consumer, consumer_access.snapshot, consumer_access.query.access
    registry = snapshot.registry
    every = consumer_access.every(identity)
    honoured = [given for given in every if given.honoured]
    if not every:
        return f"The {consumer.subject} has no role on the registry '{registry.name}': {identity.principal_id} " \
               "is assigned none that gives pull."
    if not honoured:
        mode = "ABAC" if registry.mode == ABAC else "legacy"
        return f"The {consumer.subject} has the {snapshot.words(every[0].assignment)}, which counts for " \
               f"nothing: the registry '{registry.name}' is in {mode} mode."
    if access == PUSH and all(given.access == PULL for given in honoured):
        return f"The {consumer.subject} may pull, but not push: {snapshot.words(honoured[0].assignment)}."
    if None in uncovered:
        return f"The {consumer.subject} has the {snapshot.words(honoured[0].assignment)}, which does not " \
               f"give all that it takes to {access}."
    missing = ", ".join(str(repository) for repository in uncovered)
    return f"The {consumer.subject} may {access} {honoured[0].reach}, which leaves {missing} out: the condition " \
           f"of its {snapshot.words(honoured[0].assignment)} does not cover it."
