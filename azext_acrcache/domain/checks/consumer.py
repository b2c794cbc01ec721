"""Whether a consumer can pull: found, with an identity, a role that counts, in the right tenant, set up to use it.

Worked out from what ARM shows, without touching the consumer.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.pull_access import PULL, PUSH, Decision, PullAccess, decide, denies, pull_access
from azext_acrcache.domain.checks.check import Answer, CannotTell, Question, failed, key_of, passed, skipped, warned
from azext_acrcache.domain.consumers.consumer import DELETING, STOPPED, Consumer, ConsumerRef, pulling_identity
from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from azext_acrcache.domain.guidance.az_lines import LineContext, said
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.guidance.fixes import WRITE_ROLES
from azext_acrcache.domain.plan.app_settings import in_the_way
from azext_acrcache.domain.plan.pull_preconditions import arm_tokens_line, is_of_another_tenant, refuses_arm_tokens
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.values.errors import Conflict, NotFound, UserError
from azext_acrcache.domain.values.registry_modes import ABAC
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


@dataclass(frozen=True)
class ConsumerChecks:
    """The checks of one consumer."""

    consumer: Consumer
    asked: ConsumerQuery
    snapshot: AccessSnapshot

    @property
    def subject(self) -> str:
        return subject_of(self.consumer.kind.flag, self.consumer.name)

    @property
    def principal_without_role(self) -> str | None:
        """The identity that has not by itself what is asked for, and may have it through a group."""
        identity = self._identity_if_one()
        access = PUSH if self.asked.push else PULL
        if identity is None or self.snapshot.assignments is None or self._has(identity, access):
            return None
        return identity.principal_id

    def questions(self) -> list[Question]:
        exists, identity = key_of("consumer/exists", self.subject), key_of("consumer/identity", self.subject)
        tenant = key_of("consumer/tenant", self.subject)
        asked = [Question("consumer/exists", self.subject, self._exists),
                 Question("consumer/identity", self.subject, self._identity, (exists,)),
                 Question("consumer/tenant", self.subject, self._tenant, (exists,)),
                 Question("consumer/role", self.subject, self._role, (identity, tenant))]
        if self.consumer.settings is not None:
            asked.append(Question("consumer/settings", self.subject, self._settings, (identity,)))
        return asked

    def entry(self, broken: bool) -> dict[str, Any]:
        """The contract's entry. Null where it can't be told.

        :param broken: whether one of its checks failed that is not about its role.
        """
        consumer, identity = self.consumer, self._identity_if_one()
        found = self._access(identity) if identity and self.snapshot.assignments is not None else []
        known = identity is not None and self.snapshot.assignments is not None and not self.snapshot.registry.assumed
        can = {access: False if broken else self._can(identity, access) if known and identity else None
               for access in (PULL, PUSH)}
        names = {name for one in found for name in one.reach.names}
        return {"kind": consumer.kind.flag, "name": consumer.name, "id": consumer.id,
                "principalId": identity.principal_id if identity else None, "canPull": can[PULL], "canPush": can[PUSH],
                "repositories": "*" if any(one.reach.everything for one in found) else sorted(names),
                "through": [one.assignment.id for one in found]}

    def _exists(self) -> Answer:
        consumer = self.consumer
        if consumer.state == DELETING:
            return failed(f"The {consumer.subject} is being deleted.")
        if consumer.state == STOPPED:
            return warned(f"The {consumer.subject} is stopped: it pulls nothing until it is started.")
        return passed(f"The {consumer.subject} exists.")

    def _identity(self) -> Answer:
        consumer = self.consumer
        try:
            identity = pulling_identity(consumer, self.asked.identity)
        except Conflict as conflict:
            fixes = [self._grant("--assign-identity",
                                 self.asked.identity or SYSTEM)] if consumer.kind.takes_identity else []
            return failed(conflict.message, *fixes)
        except UserError as several:
            raise CannotTell(_told(several, self.asked.lines)) from several
        return passed(f"The {consumer.subject} pulls as {identity.principal_id} "
                      f"({identity.label}{consumer.kind.identity_note}).")

    def _tenant(self) -> Answer:
        consumer, registry, tenant = self.consumer, self.snapshot.registry, self.snapshot.tenant_id
        if not consumer.tenant_id or not tenant:
            if consumer.id == (consumer.identities[0].principal_id if consumer.identities else None):
                return passed(f"The {consumer.subject} was found in the registry's tenant or taken as given.")
            raise CannotTell(f"The tenant of the {consumer.subject} or of the registry '{registry.name}' is not known.")
        if is_of_another_tenant(consumer, tenant):
            return failed(f"The {consumer.subject} belongs to the tenant {consumer.tenant_id}, the registry "
                          f"'{registry.name}' to {tenant}: no role helps. Let it pull from a registry in its own "
                          "tenant, or with a repository token.",
                          Fix(str(self.asked.lines.line("acr", "token", "create").registry(registry.id)
                                  .option("--name", f"{consumer.kind.flag}-pull")
                                  .option("--scope-map", "_repositories_pull")),
                              f"Microsoft.ContainerRegistry/registries/tokens/write on {registry.name}"))
        return passed(f"The {consumer.subject} is in the registry's tenant.")

    def _role(self) -> Answer:
        identity, snapshot, consumer = self._identity_if_one(), self.snapshot, self.consumer
        if identity is None:
            raise CannotTell(f"Which identity the {consumer.subject} pulls with is not known.")
        if snapshot.registry.assumed:
            raise CannotTell(f"You may not read the registry '{snapshot.registry.name}', so that its mode is not "
                             "known.")
        if snapshot.assignments is None:
            raise CannotTell(f"You may not list the role assignments of the registry '{snapshot.registry.name}'.")
        access = PUSH if self.asked.push else PULL
        decisions = [(wanted, self._decided(identity, access, wanted)) for wanted in self._wanted]
        uncovered = [wanted for wanted, decision in decisions if decision.allowed is False]
        undecided = [decision for _, decision in decisions if decision.allowed is None]
        if undecided and not uncovered:
            raise CannotTell(f"Whether the {consumer.subject} may {access} can't be told: {undecided[0].why}.")
        if not uncovered:
            denial, applies = self._denial(identity, access)
            if denial and applies:
                return failed(f"The {consumer.subject} has the role that it needs, but the deny assignment "
                              f"'{denial.name}' on '{denial.scope}' forbids it to {access} "
                              f"({denial.description or 'without a reason'}); it can only be lifted where it was made.")
            if denial:
                raise CannotTell(f"The deny assignment '{denial.name}' on '{denial.scope}' forbids to {access} and "
                                 f"{denial.why_unsure}; whether it is for the {consumer.subject} can't be told.")
            if snapshot.denials_unseen:
                raise CannotTell(snapshot.denials_unseen)
            through = [assignment for _, decision in decisions for assignment in decision.through]
            what = f"{access} {', '.join(str(one) for one in self.asked.repositories) or 'from the registry'}"
            said = f"The {consumer.subject} may {what}: {snapshot.words(through[0])}."
            groups = {one.principal_id.lower() for one in through} - {identity.principal_id.lower()}
            if len(groups) and all(one.principal_id.lower() in groups for one in through):
                return warned(f"{said} It has it through a group only, whose changes take up to 24 hours to reach it.",
                              self._grant())
            return passed(said)
        return failed(self._why_not(identity, access, uncovered), self._grant())

    def _why_not(self, identity: Identity, access: str, uncovered: Sequence[RepositoryPattern | None]) -> str:
        consumer, registry = self.consumer, self.snapshot.registry
        every = pull_access(self.snapshot.scope, registry.mode, self.snapshot.of_consumer(identity.principal_id),
                            self.snapshot.definitions)
        honoured = [one for one in every if one.honoured]
        missing = ", ".join(str(one) for one in uncovered)
        if not every:
            return f"The {consumer.subject} has no role on the registry '{registry.name}': {identity.principal_id} " \
                   "is assigned none that gives pull."
        if not honoured:
            mode = "ABAC" if registry.mode == ABAC else "legacy"
            return f"The {consumer.subject} has the {self.snapshot.words(every[0].assignment)}, which counts for " \
                   f"nothing: the registry '{registry.name}' is in {mode} mode."
        if access == PUSH and all(one.access == PULL for one in honoured):
            return f"The {consumer.subject} may pull, but not push: {self.snapshot.words(honoured[0].assignment)}."
        if None in uncovered:
            return f"The {consumer.subject} has the {self.snapshot.words(honoured[0].assignment)}, which does not " \
                   f"give all that it takes to {access}."
        return f"The {consumer.subject} may {access} {honoured[0].reach}, which leaves {missing} out: the condition " \
               f"of its {self.snapshot.words(honoured[0].assignment)} does not cover it."

    def _settings(self) -> Answer:
        consumer, registry, identity = self.consumer, self.snapshot.registry, self._identity_if_one()
        settings, login_server = consumer.settings, registry.login_server
        if identity is None or settings is None:
            raise CannotTell(f"Which identity the {consumer.subject} pulls with is not known.")
        if not settings.can_be_set:
            if settings.identity_named(login_server):
                return passed(f"The {consumer.subject} names an identity for {login_server}.")
            return warned(f"The {consumer.subject} {settings.state(login_server)}.")
        if refuses_arm_tokens(registry):
            return failed(f"The registry '{registry.name}' refuses the ARM-audience tokens that the "
                          f"{consumer.kind.noun} '{consumer.name}' signs in with.",
                          Fix(str(arm_tokens_line(registry, self.asked.lines)),
                              f"Microsoft.ContainerRegistry/registries/write on {registry.name}"))
        if settings.pulls_with(login_server, identity):
            return passed(f"The {consumer.subject} is set to pull with {identity.label} identity.")
        if elsewhere := in_the_way(consumer, login_server):
            return warned(f"The {consumer.subject} {settings.state(login_server)}. Its settings count for every "
                          f"registry, and it pulls {', '.join(elsewhere)}, which is not on {login_server}: a change "
                          "would end a pull of that with a user name and password.")
        return failed(f"The {consumer.subject} {settings.state(login_server)}.", self._grant())

    @property
    def _wanted(self) -> tuple[RepositoryPattern | None, ...]:
        return self.asked.repositories or (None,)

    def _identity_if_one(self) -> Identity | None:
        try:
            return pulling_identity(self.consumer, self.asked.identity)
        except UserError:
            return None

    def _access(self, identity: Identity) -> list[PullAccess]:
        every = pull_access(self.snapshot.scope, self.snapshot.registry.mode,
                            self.snapshot.of_consumer(identity.principal_id), self.snapshot.definitions)
        return [one for one in every if one.honoured]

    def _denial(self, identity: Identity, access: str) -> tuple[Denial | None, bool]:
        """The deny assignment that stands in the way, and whether it surely does."""
        uncertain = None
        for denial in self.snapshot.denials.get(identity.principal_id.lower(), ()):
            applies = denies(denial, self.snapshot.scope, self.snapshot.registry.mode, access) and \
                denial.applies_to(identity.principal_id)
            if applies:
                return denial, True
            if applies is None:
                uncertain = denial
        return uncertain, False

    def _can(self, identity: Identity, access: str) -> bool | None:
        """None where a role gives it, and what is denied can't be told."""
        has = self._has(identity, access)
        if not has:
            return has
        denial, applies = self._denial(identity, access)
        if applies:
            return False
        return None if denial or self.snapshot.denials_unseen else True

    def _has(self, identity: Identity, access: str) -> bool | None:
        """None where it can't be told."""
        answers = [self._decided(identity, access, wanted).allowed for wanted in self._wanted]
        return False if False in answers else None if None in answers else True

    def _decided(self, identity: Identity, access: str, wanted: RepositoryPattern | None) -> Decision:
        snapshot = self.snapshot
        return decide(snapshot.of_consumer(identity.principal_id), snapshot.definitions, snapshot.registry.mode, access,
                      wanted)

    def _grant(self, *more: str) -> Fix:
        registry, consumer = self.snapshot.registry, self.consumer
        line = self.asked.lines.line("acrcache", "grant", "pull").registry(registry.id)
        if consumer.kind.reader and consumer.id.startswith("/"):
            line = line.option(f"--{consumer.kind.flag}", consumer.id)
        else:
            line = line.option("--assignee-object-id", consumer.id)
            line = line.option("--assignee-principal-type", consumer.identities[0].type)
        line = line.flag("--push", self.asked.push)
        if self.asked.repositories and registry.mode == ABAC:
            line = line.option("--repository", *(str(one) for one in self._kept()))
        line = line.option("--assignee-identity", None if more else self.asked.identity)
        return Fix(str(line.add(*more)), f"{WRITE_ROLES} on {registry.name}")

    def _kept(self) -> list[RepositoryPattern]:
        """What is asked for and what it has already: a grant sets the whole list, and must take nothing away."""
        identity = self._identity_if_one()
        names = {name for one in (self._access(identity) if identity else ()) if one.reach.exact
                 and not one.reach.everything
                 and not one.inherited for name in one.reach.names}
        there = {RepositoryPattern(name[:-2], True) if name.endswith("/*") else RepositoryPattern(name)
                 for name in names
                 if "*" not in name or name.endswith("/*")}
        return sorted({*self.asked.repositories, *there})


def unfound_question(named: ConsumerRef, reason: UserError, lines: LineContext = LineContext()) -> Question:
    """A consumer that is not there fails; one that could not be looked for is a skip."""
    told = _told(reason, lines)
    return Question("consumer/exists", subject_of(named.kind.flag, named.text.rpartition("/")[2] or named.text),
                    lambda: failed(told) if isinstance(reason, NotFound) else skipped(told))


def _told(error: UserError, lines: LineContext) -> str:
    return " ".join([error.message, *(said(advice, lines) for advice in error.recommendations)])


def unfound_entry(named: ConsumerRef, reason: UserError) -> dict[str, Any]:
    can = False if isinstance(reason, NotFound) else None
    return {"kind": named.kind.flag, "name": named.text, "id": None, "principalId": None,
            "canPull": can, "canPush": can, "repositories": [], "through": []}


def subject_of(word: str, name: str) -> str:
    return f"{word}/{name}"
