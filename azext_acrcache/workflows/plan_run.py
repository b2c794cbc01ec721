"""Plan -> engine -> report, the same way for every command that writes."""
from __future__ import annotations

from dataclasses import replace
from typing import Mapping, Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.exit_codes import ExitCode, exit_after_report
from azext_acrcache.concurrency import SIDE_BY_SIDE
from azext_acrcache.domain.guidance.az_lines import LineContext, chains_of, said
from azext_acrcache.domain.plan.actions import AwaitHealth, LeaveAccess
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan
from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Vault
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.outcome import StepResult
from azext_acrcache.engine.progress import Progress
from azext_acrcache.engine.report import RunResult, planned, result_of
from azext_acrcache.execute.handlers import ActionHandlers
from azext_acrcache.execute.lanes import lane_of
from azext_acrcache.workflows.preload import load_what_assigns

logger = get_logger(__name__)

# So many steps have one more beside them: the gate lets no more requests out than it is told to, and while one step
# reads its answer or makes its next request, another takes its place there.
_STEPS_OF_A_SPARE = 4


class PlanRun:
    """One plan of one command.

    :param registries: those that the plan is about, in the order of their reports.
    :param carry_on: the line that continues after an interruption. :param context: what further lines keep.
    :param next_lines: what to do once all is well, by the registry's ID.
    :param known: credential sets whose health is known already.
    """

    def __init__(self, cmd, azure: Azure, registries: Sequence[Registry], plan: Plan, *, carry_on: str,
                 context: LineContext = LineContext(),
                 next_lines: Mapping[ArmId, Sequence[str]] | None = None, known: Sequence[CredentialSet] = ()):
        self._cmd, self._azure, self._registries, self._plan = cmd, azure, registries, plan
        self._carry_on, self._context, self._next = carry_on, context, next_lines or {}
        self._health = {credential_set.id: credential_set.health for credential_set in known}
        self._commands: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[str, ...]:
        """What somebody with further rights has to run, for all registries, once the plan was shown or carried out."""
        return self._commands

    def what_if(self, exit_code: bool) -> list[dict]:
        """The reports of what would change, one for each registry. Writes nothing."""
        stays = any(isinstance(step.action, LeaveAccess) for step in self._plan.steps)
        exit_after_report(self._cmd, ExitCode.FAILED if stays else
                          ExitCode.PENDING if exit_code and self._plan.pending else ExitCode.DONE)
        self._commands = planned(self._plan).commands
        return [self._planned_report(registry) for registry in self._registries]

    def _planned_report(self, registry: Registry) -> dict:
        result = planned(self._plan.of_registry(registry.id))
        for reason in result.errors:
            logger.warning("%s", reason)
        following = [*self._said(result.commands), self._carry_on] if self._plan.pending or result.commands else \
            self._next.get(registry.id, ())
        return self._report(registry, result, self._health, following)

    def apply(self, vaults: Mapping[str, Vault], *, wait: bool = True, wait_timeout: float,
              concurrency: int = SIDE_BY_SIDE) -> list[dict]:
        """Carries the plan out; prints what went wrong to stderr. The reports, one for each registry.

        :param vaults: by host. :param wait: whether to wait for health. :param wait_timeout: seconds, within which
            every wait ends, also one that a service asks for. :param concurrency: steps, and requests, side by side.
        """
        # One deadline for all that the run waits for: what has to take effect, and services that ask for a pause. It
        # begins anew here, since the look-ups had theirs and somebody may have taken a while to confirm.
        self._azure.session.patience(wait_timeout)
        self._azure.session.gate.limit = concurrency
        load_what_assigns(self._plan)
        progress = Progress(self._cmd.cli_ctx.only_show_errors, logger.warning,
                            total=sum(step.action is not None for step in self._plan.steps),
                            several=len(self._registries) > 1)
        executor = Executor(self._plan, ActionHandlers(self._azure, vaults, wait), progress, wait_timeout,
                            concurrency + concurrency // _STEPS_OF_A_SPARE, lane_of=lane_of)
        try:
            results = executor.run()
        finally:
            progress.close()
        by_registry = [(registry, result_of(self._plan.of_registry(registry.id), results, executor.waited))
                       for registry in self._registries]
        whole = result_of(self._plan, results, executor.waited)
        self._commands = whole.commands
        if not whole.complete:
            self._explain(whole, by_registry, results, executor.interrupted)
            exit_after_report(self._cmd, ExitCode.FAILED)
        health = {**self._health, **_health_observed(self._plan, results)}
        return [self._report(registry, result, health,
                             self._next.get(registry.id, ()) if result.complete
                             else [*self._said(result.commands), *([] if result.final else [self._carry_on])])
                for registry, result in by_registry]

    def _explain(self, result: RunResult, by_registry: Sequence[tuple[Registry, RunResult]],
                 results: Mapping[ResourceKey, StepResult], interrupted: bool) -> None:
        for step_result in results.values():
            if step_result.error:
                logger.debug("%s", step_result.reason, exc_info=step_result.error)
        if interrupted:
            logger.error("Interrupted. What was done is in the report; the same command carries on from there.")
        for error in result.errors if len(by_registry) == 1 else _named(by_registry):
            logger.error("%s", error)
        if result.commands:
            logger.error("Somebody who may do this can run:\n%s", "\n".join(self._said(result.commands)))
        for line in result.recommendations:
            logger.error("%s", said(line, self._context))
        for registry, of_registry in by_registry:
            if of_registry.timed_out:
                logger.error("Look again with: %s", replace(chains_of(registry.id), context=self._context))
        if result.final:
            # The same command would be refused again: what to change in it was said.
            return
        logger.error("%s: %s", "Once that is mended, carry on with" if result.recommendations else "Carry on with",
                     self._carry_on)

    def _said(self, lines: Sequence[str]) -> list[str]:
        return [said(line, self._context) for line in lines]

    @staticmethod
    def _report(registry: Registry, result: RunResult, health: Mapping[ArmId, Health], following: Sequence[str]
                ) -> dict:
        return {"registry": str(registry.id), "loginServer": registry.login_server,
                "outcome": result.outcome,
                "changes": [change.to_report() for change in result.changes],
                "health": [{"credentialSet": set_id.name, "status": of_set.status, "errorCode": of_set.error_code,
                            "errorMessage": of_set.error_message} for set_id, of_set in health.items()
                           if set_id.parent == registry.id],
                "next": list(following)}


def _named(by_registry: Sequence[tuple[Registry, RunResult]]) -> list[str]:
    """The errors of several registries, in which equal names are common."""
    return [f"Registry '{registry.name}': {error}" for registry, result in by_registry for error in result.errors]


def _health_observed(plan: Plan, results: Mapping[ResourceKey, StepResult]) -> dict[ArmId, Health]:
    """By the credential set's ID, from the steps that waited for it."""
    observed = {}
    for step in plan.steps:
        if isinstance(step.action, AwaitHealth):
            result = results[step.key]
            value = result.value if result.value is not None else result.observed
            observed[step.action.id] = value if isinstance(value, Health) else Health()
    return observed
