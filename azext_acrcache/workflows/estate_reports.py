"""What the reports of `bootstrap create` and `bootstrap apply` say beside their changes."""
from __future__ import annotations

from logging import Logger
from typing import Sequence

from azext_acrcache.domain.plan.keys import credential_set_key
from azext_acrcache.domain.plan.step import Plan
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredRule
from azext_acrcache.domain.state.observed import CredentialSet, Registry
from azext_acrcache.domain.state.snapshots import EstateSnapshot
from azext_acrcache.domain.values.arm_ids import ArmId

# Lines that pull through a registry's rules: of a manifest with hundreds of them more tell nothing new.
_PULLS_SHOWN = 20


def first_pulls(desired: DesiredEstate, registries: Sequence[Registry]) -> dict[ArmId, list[str]]:
    """What to type to pull through the rules of each registry, by its ID. :param registries: those of `desired`."""
    return {registry.id: [f"docker pull {registry.login_server}/{_repository(rule)}:<tag>"
                          for rule in wanted.rules[:_PULLS_SHOWN]]
            for registry, wanted in zip(registries, desired.registries)}


def planned_sets(plan: Plan, snapshot: EstateSnapshot) -> list[CredentialSet]:
    """The credential sets that the plan is about; others were looked at to see whether they are the ones meant."""
    keys = {step.key for step in plan.steps}
    return [credential_set for looked_at in snapshot.registries for credential_set in looked_at.credential_sets
            if credential_set_key(credential_set.id) in keys]


def warn_of_unseen(plan: Plan, snapshot: EstateSnapshot, logger: Logger) -> None:
    """What could not be looked at, where no step of the plan says so."""
    from azext_acrcache.domain.plan.actions import HandOver
    handed_over = {step.action.reason for step in plan.steps if isinstance(step.action, HandOver)}
    for reason in dict.fromkeys(reason for looked_at in snapshot.registries for reason in looked_at.unseen):
        if reason not in handed_over:
            logger.warning("%s", reason)


def _repository(rule: DesiredRule) -> str:
    return rule.target.fill("<repository>") if rule.target.wildcard else str(rule.target)
