"""Whether a consumer can pull: found, with an identity, a role that counts, in the right tenant, set up to use it.

Worked out from what ARM shows, without touching the consumer.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from azext_acrcache.domain.access.pull_access import PULL, PUSH
from azext_acrcache.domain.checks.check import Answer, CannotTell, Question, failed, key_of, passed, skipped, warned
from azext_acrcache.domain.checks.consumer_access import ConsumerAccess, ConsumerQuery
from azext_acrcache.domain.checks.consumer_fixes import grant_fix
from azext_acrcache.domain.checks.consumer_role import role_answer
from azext_acrcache.domain.consumers.consumer import DELETING, STOPPED, Consumer, UnfoundConsumer, pulling_identity
from azext_acrcache.domain.consumers.identity import SYSTEM
from azext_acrcache.domain.guidance.az_lines import LineContext, said
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.plan.app_settings import in_the_way
from azext_acrcache.domain.plan.pull_preconditions import arm_tokens_line, is_of_another_tenant, refuses_arm_tokens
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.errors import Conflict, NotFound, UserError


@dataclass(frozen=True)
class ConsumerChecks:
    """The checks of one consumer."""

    consumer: Consumer
    query: ConsumerQuery
    snapshot: AccessSnapshot

    @property
    def subject(self) -> str:
        return subject_of(self.consumer.kind.flag, self.consumer.name)

    @cached_property
    def _access(self) -> ConsumerAccess:
        return ConsumerAccess(self.consumer, self.query, self.snapshot)

    def questions(self) -> list[Question]:
        exists, identity = key_of("consumer/exists", self.subject), key_of("consumer/identity", self.subject)
        tenant = key_of("consumer/tenant", self.subject)
        questions = [Question("consumer/exists", self.subject, self._exists),
                     Question("consumer/identity", self.subject, self._identity, (exists,)),
                     Question("consumer/tenant", self.subject, self._tenant, (exists,)),
                     Question("consumer/role", self.subject, partial(role_answer, self._access), (identity, tenant))]
        if self.consumer.settings is not None:
            questions.append(Question("consumer/settings", self.subject, self._settings, (identity,)))
        return questions

    def entry(self, broken: bool) -> dict[str, Any]:
        """The contract's entry. Null where it can't be told.

        :param broken: whether one of its checks failed that is not about its role.
        """
        consumer, identity = self.consumer, self._access.identity
        visible = not isinstance(self.snapshot.assignments, Unknown)
        honoured = self._access.honoured(identity) if identity and visible else []
        can = {access: False if broken else self._access.can(identity, access)
               if identity and visible and not self.snapshot.registry.assumed else None for access in (PULL, PUSH)}
        names = {name for access in honoured for name in access.reach.names}
        return {"kind": consumer.kind.flag, "name": consumer.name, "id": consumer.id,
                "principalId": identity.principal_id if identity else None, "canPull": can[PULL], "canPush": can[PUSH],
                "repositories": "*" if any(access.reach.everything for access in honoured) else sorted(names),
                "through": [access.assignment.id for access in honoured]}

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
            identity = pulling_identity(consumer, self.query.identity)
        except Conflict as conflict:
            fixes = [grant_fix(self._access, "--assign-identity", self.query.identity or SYSTEM)] \
                if consumer.kind.takes_identity else []
            return failed(conflict.message, *fixes)
        except UserError as several:
            raise CannotTell(_told(several, self.query.lines)) from several
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
                          Fix(str(self.query.lines.line("acr", "token", "create").registry(registry.id)
                                  .option("--name", f"{consumer.kind.flag}-pull")
                                  .option("--scope-map", "_repositories_pull")),
                              f"Microsoft.ContainerRegistry/registries/tokens/write on {registry.name}"))
        return passed(f"The {consumer.subject} is in the registry's tenant.")

    def _settings(self) -> Answer:
        consumer, registry, identity = self.consumer, self.snapshot.registry, self._access.identity
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
                          Fix(str(arm_tokens_line(registry, self.query.lines)),
                              f"Microsoft.ContainerRegistry/registries/write on {registry.name}"))
        if settings.pulls_with(login_server, identity):
            return passed(f"The {consumer.subject} is set to pull with {identity.label} identity.")
        if elsewhere := in_the_way(consumer, login_server):
            return warned(f"The {consumer.subject} {settings.state(login_server)}. Its settings count for every "
                          f"registry, and it pulls {', '.join(elsewhere)}, which is not on {login_server}: a change "
                          "would end a pull of that with a user name and password.")
        return failed(f"The {consumer.subject} {settings.state(login_server)}.", grant_fix(self._access))


def unfound_question(unfound: UnfoundConsumer, lines: LineContext = LineContext()) -> Question:
    """A consumer that is not there fails; one that could not be looked for is a skip."""
    ref, message = unfound.ref, _told(unfound.reason, lines)
    return Question("consumer/exists", subject_of(ref.kind.flag, ref.text.rpartition("/")[2] or ref.text),
                    lambda: failed(message) if isinstance(unfound.reason, NotFound) else skipped(message))


def unfound_entry(unfound: UnfoundConsumer) -> dict[str, Any]:
    """The contract's entry of one that could not be looked up; null for whether it can pull unless it is not there."""
    can = False if isinstance(unfound.reason, NotFound) else None
    return {"kind": unfound.ref.kind.flag, "name": unfound.ref.text, "id": None, "principalId": None,
            "canPull": can, "canPush": can, "repositories": [], "through": []}


def subject_of(word: str, name: str) -> str:
    return f"{word}/{name}"


def _told(error: UserError, lines: LineContext) -> str:
    return " ".join([error.message, *(said(advice, lines) for advice in error.recommendations)])
