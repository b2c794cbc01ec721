"""Plan -> engine -> report, the same way for every command that writes."""
from __future__ import annotations

from typing import Mapping, Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.actions import AwaitHealth
from azext_acrcache.domain.health import Health
from azext_acrcache.domain.observed import CredentialSet, Registry, Vault
from azext_acrcache.domain.plan import Plan
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.outcome import Ending
from azext_acrcache.engine.progress import Progress
from azext_acrcache.engine.report import Result, planned, result_of
from azext_acrcache.in_az_terms import DONE, FAILED, PENDING, exit_after_report
from azext_acrcache.performer import Performer

logger = get_logger(__name__)


class Run:
    """One plan of one command.

    :param carry_on: the line that continues after an interruption.
    :param next_lines: what to do once all is well.
    """

    def __init__(self, cmd, azure: Azure, registry: Registry, plan: Plan, *, carry_on: str, next_lines: Sequence[str]):
        self._cmd, self._azure, self._registry, self._plan = cmd, azure, registry, plan
        self._carry_on, self._next = carry_on, list(next_lines)

    def what_if(self, exit_code: bool, health: Mapping[str, Health]) -> dict:
        """The report of what would change. Writes nothing."""
        result = planned(self._plan)
        exit_after_report(self._cmd, PENDING if exit_code and self._plan.pending else DONE)
        return self._report(result, health, [self._carry_on] if self._plan.pending else self._next)

    def apply(self, vaults: Mapping[str, Vault], known: Mapping[str, CredentialSet], *, wait: bool, wait_timeout: float
              ) -> dict:
        """Carries the plan out; prints what went wrong to stderr. `known`: credential sets with a health already
        seen."""
        progress = Progress(self._cmd.cli_ctx.only_show_errors, logger.warning)
        executor = Executor(self._plan, Performer(self._azure, vaults, wait), progress, wait_timeout)
        try:
            endings = executor.run()
        finally:
            progress.close()
        result = result_of(self._plan, endings, executor.waited)
        health = {**{name: found.health for name, found in known.items()}, **_health_seen(self._plan, endings)}
        following = self._next
        if not result.complete:
            for ending in endings.values():
                if ending.error:
                    logger.debug("%s", ending.reason, exc_info=ending.error)
            self._complain(result, executor.interrupted)
            following = [*result.commands, self._carry_on]
            exit_after_report(self._cmd, FAILED)
        return self._report(result, health, following)

    def _complain(self, result: Result, interrupted: bool) -> None:
        if interrupted:
            logger.error("Interrupted. What was done is in the report; the same command carries on from there.")
        for complaint in result.complaints:
            logger.error("%s", complaint)
        if result.commands:
            logger.error("Somebody who may do this can run:\n%s", "\n".join(result.commands))
        for line in result.way_on:
            logger.error("%s", line)
        if result.timed_out:
            logger.error("Look again with: az acrcache bootstrap list --registry %s --output table",
                         self._registry.name)
        logger.error("%s: %s", "Once that is mended, carry on with" if result.way_on else "Carry on with",
                     self._carry_on)

    def _report(self, result: Result, health: Mapping[str, Health], following: Sequence[str]) -> dict:
        return {"registry": str(self._registry.id), "loginServer": self._registry.login_server,
                "outcome": result.outcome,
                "changes": [change.to_report() for change in result.changes],
                "health": [{"credentialSet": name, "status": found.status, "errorCode": found.error_code,
                            "errorMessage": found.error_message} for name, found in health.items()],
                "next": list(following)}


def _health_seen(plan: Plan, endings: Mapping[str, Ending]) -> dict[str, Health]:
    seen = {}
    for step in plan.steps:
        if isinstance(step.action, AwaitHealth):
            ending = endings[step.key]
            value = ending.done.value if ending.done.value is not None else ending.found
            seen[step.action.id.name] = value if isinstance(value, Health) else Health()
    return seen
