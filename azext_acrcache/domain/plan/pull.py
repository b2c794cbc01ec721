"""The steps that let consumers pull: an identity where one is to be given, the narrowest role that the registry's mode
honours, and the settings of apps. Refuses what can't work before any step, for all consumers together.

Sources: container-registry-rbac-abac-repository-permissions, cluster-container-registry-integration.
"""
from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Callable, Sequence

from azext_acrcache.domain.consumers.consumer import STOPPED, Consumer
from azext_acrcache.domain.guidance.az_lines import Advice
from azext_acrcache.domain.plan.actions import PrincipalOf
from azext_acrcache.domain.plan.app_settings import settings_step, settings_warning
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.pull_grant import PullGrant, check_assign, merged_by_role
from azext_acrcache.domain.plan.pull_identity import Puller, puller_of
from azext_acrcache.domain.plan.pull_preconditions import arm_tokens_warning, check_consumer, check_mode
from azext_acrcache.domain.plan.pull_roles import role_steps
from azext_acrcache.domain.plan.refusals import Refusals
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.principals import GROUP


def plan_pull(grant: PullGrant, snapshot: AccessSnapshot) -> tuple[Plan, list[str]]:
    """The plan that gives one grant to all consumers of the snapshot, and what to warn of. Raises UserError."""
    return plan_pulls([(grant, snapshot.consumers)], snapshot)


def plan_pulls(grants: Sequence[tuple[PullGrant, Sequence[Consumer]]], snapshot: AccessSnapshot,
               refusals: Refusals | None = None) -> tuple[Plan, list[str]]:
    """One plan for many grants in one registry, each with its consumers, and what to warn of.

    Several grants of one role to one principal are one assignment, see `pull_grant.merged_by_role`. Raises UserError,
    SeveralErrors where more than one consumer is refused.

    :param snapshot: with the assignments of all these consumers. :param refusals: what can't work is noted there
        instead of raised; the plan is then of no use.
    """
    collected = Refusals() if refusals is None else refusals
    plan, warnings = _PullPlan(snapshot, collected).of(grants)
    if refusals is None:
        collected.raise_if_any()
    return plan, warnings


class _PullPlan:
    """What is gathered on the way to a plan."""

    def __init__(self, snapshot: AccessSnapshot, refusals: Refusals):
        self._snapshot = snapshot
        self._steps: dict[ResourceKey, Step] = {}
        self._warnings: list[str] = []
        # What is wrong with the registry is told once, however many grants meet it.
        self._refusals = refusals

    def of(self, grants: Sequence[tuple[PullGrant, Sequence[Consumer]]]) -> tuple[Plan, list[str]]:
        registry = self._snapshot.registry
        # What a mode does not know gets no role; whether its consumers could pull at all is told all the same.
        possible = True
        for grant, _ in grants:
            known_to_mode = self._collect(grant, partial(check_mode, registry, grant.mode, bool(grant.repositories)))
            possible = possible and known_to_mode
        pullers = self._pullers([(grant, consumers) for grant, consumers in grants
                                 if self._collect(grant, partial(check_assign, grant, consumers))])
        if possible:
            self._add_roles_and_settings(pullers)
        return Plan.of(replace(step, registries=(registry.id,)) for step in self._steps.values()), \
            list(dict.fromkeys(self._warnings))

    def _collect(self, grant: PullGrant, check: Callable[[], None]) -> bool:
        """Whether it went without a refusal, which is told with all others."""
        try:
            check()
        except UserError as error:
            self._refusals.note(error, grant.place)
            return False
        return True

    def _pullers(self, grants: Sequence[tuple[PullGrant, Sequence[Consumer]]]
                 ) -> list[tuple[Consumer, Puller, list[PullGrant]]]:
        """Each consumer once, with all that it is granted."""
        by_consumer: dict[str, tuple[Consumer, list[PullGrant]]] = {}
        for grant, consumers in grants:
            for consumer in consumers:
                by_consumer.setdefault(consumer.key, (consumer, []))[1].append(grant)
        pullers: list[tuple[Consumer, Puller, list[PullGrant]]] = []
        for consumer, of_consumer in by_consumer.values():
            self._collect(of_consumer[0], partial(self._add_puller, pullers, consumer, of_consumer))
            self._warnings += _warnings(consumer, self._snapshot.registry)
        return pullers

    def _add_puller(self, pullers: list[tuple[Consumer, Puller, list[PullGrant]]], consumer: Consumer,
                    grants: list[PullGrant]) -> None:
        """Raises UserError."""
        check_consumer(consumer, self._snapshot.registry, self._snapshot.tenant_id)
        puller, steps = puller_of(consumer, _identity_choice(consumer, grants), self._snapshot)
        # Several that are given one new identity share the step that makes it.
        self._steps.update({step.key: step for step in steps})
        pullers.append((consumer, puller, grants))

    def _add_roles_and_settings(self, pullers: Sequence[tuple[Consumer, Puller, list[PullGrant]]]) -> None:
        role_keys: dict[str | PrincipalOf, tuple[ResourceKey, ...]] = {}
        for puller, grants in _by_principal(pullers):
            steps: list[Step] = []
            self._collect(grants[0], partial(self._add_role_steps, steps, puller, grants))
            self._steps.update({step.key: step for step in steps})
            role_keys[puller.principal] = tuple(step.key for step in steps if step.action)
        for consumer, puller, grants in pullers:
            self._collect(grants[0], partial(self._add_settings, consumer, puller, role_keys[puller.principal]))

    def _add_role_steps(self, steps: list[Step], puller: Puller, grants: Sequence[PullGrant]) -> None:
        """Raises Conflict."""
        by_key: dict[ResourceKey, Step] = {}
        for grant, not_narrowed in merged_by_role(grants):
            if not_narrowed:
                self._warnings.append(f"{puller.names}: is granted {grant.access} on all repositories too, so that "
                                      f"naming {', '.join(map(str, not_narrowed))} narrows nothing.")
            # The role that lists repositories is the same with pull and with push.
            by_key.update({step.key: step for step in role_steps(puller, grant, self._snapshot, self._warnings)})
        steps.extend(by_key.values())

    def _add_settings(self, consumer: Consumer, puller: Puller, after: tuple[ResourceKey, ...]) -> None:
        """Raises Conflict."""
        login_server = self._snapshot.registry.login_server
        step = settings_step(consumer, login_server, puller.named, puller.identity, puller.client, puller.needs, after)
        if step:
            self._steps[step.key] = step
        warning = settings_warning(consumer, login_server, puller.identity)
        if warning:
            self._warnings.append(warning)


def _identity_choice(consumer: Consumer, grants: Sequence[PullGrant]) -> PullGrant:
    """One that says which identity pulls and whether it is given; raises UserError where they say different things."""
    choices = {(choice.lower(), given): grant for grant in grants
               for choice, given in ((grant.assign, True), (grant.identity, False)) if choice}
    if len(choices) > 1:
        named = ", ".join(sorted(choice for choice, _ in choices))
        raise UserError(f"The {consumer.subject} is to pull from one registry with different identities: {named}.",
                        "Name the same identity in all grants to it.")
    return next(iter(choices.values()), grants[0])


def _by_principal(pullers: Sequence[tuple[Consumer, Puller, list[PullGrant]]]) -> list[tuple[Puller, list[PullGrant]]]:
    """An identity that several consumers share gets its roles once."""
    by_principal: dict[str | PrincipalOf, list[tuple[Puller, list[PullGrant]]]] = {}
    for _, puller, grants in pullers:
        by_principal.setdefault(puller.principal, []).append((puller, grants))
    return [(replace(same[0][0], consumers=tuple(consumer for puller, _ in same for consumer in puller.consumers)),
             [grant for _, grants in same for grant in grants]) for same in by_principal.values()]


def _warnings(consumer: Consumer, registry: Registry) -> list[str]:
    warnings = [Advice(f"{consumer.name}: {note.text}", note.line) if isinstance(note, Advice)
                else f"{consumer.name}: {note}." for note in consumer.notes]
    if consumer.state == STOPPED:
        warnings.append(f"{consumer.name}: the {consumer.kind.noun} is stopped; it pulls once it is started.")
    if consumer.identities and consumer.identities[0].type == GROUP:
        warnings.append(f"{consumer.name}: a grant through a group reaches managed identities in it only after up to "
                        "24 hours.")
    if consumer.can_be_set_up and (warning := arm_tokens_warning(consumer, registry)):
        warnings.append(warning)
    return warnings
