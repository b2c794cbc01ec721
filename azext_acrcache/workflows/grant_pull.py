"""Consumers -> the role that the registry's mode honours -> plan -> report."""
from __future__ import annotations

from dataclasses import dataclass

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context, same_command
from azext_acrcache.cli.consumer_arguments import require_consumers
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.consumers.identity import SYSTEM
from azext_acrcache.domain.guidance.az_lines import LineContext, said
from azext_acrcache.domain.plan.pull import plan_pull
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.arm_ids import IDENTITY, ArmId, name_or_id
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.registry_ref import registry_ref
from azext_acrcache.observe.access import AccessReader
from azext_acrcache.workflows.consumers import ConsumerSelection
from azext_acrcache.workflows.preload import load_what_writes

logger = get_logger(__name__)


@dataclass(frozen=True)
class PullGrantRequest:
    """The arguments as given.

    :ivar assign_identity: `system` or the ID of a user-assigned identity to give to machines and apps first.
    :ivar mode: abac or legacy; None for the registry's own.
    """

    registry: str
    group: str | None
    consumers: ConsumerSelection
    push: bool = False
    catalog: bool = False
    assign_identity: str | None = None
    mode: str | None = None


def grant_pull(cmd, request: PullGrantRequest, *, what_if: bool, exit_code: bool, wait_timeout: float) -> dict:
    """The contract's report. Raises UserError before anything is written."""
    consumers = request.consumers
    require_consumers(consumers.named, consumers.given)
    repositories, assigned = consumers.repositories, _assigned(request.assign_identity)
    azure = Azure(cmd.cli_ctx)
    azure.session.patience(wait_timeout)
    reader = AccessReader(azure, registry_ref(request.registry, request.group), consumers.named, consumers.given)
    load_what_writes(azure.session.asked)
    of_rules = Future(lambda: reader.repositories_of_rules(consumers.for_rule or ()))
    snapshot = reader.snapshot((assigned,) if assigned and assigned != SYSTEM else ())
    grant = PullGrant(request.mode or snapshot.registry.mode, request.push, (*repositories, *of_rules.result()),
                      request.catalog, consumers.identity, assigned)
    plan, warnings = plan_pull(grant, snapshot)
    from azext_acrcache.workflows.plan_run import PlanRun
    context = line_context(cmd)
    for warning in warnings:
        logger.warning("%s", said(warning, context))
    run = PlanRun(cmd, azure, [snapshot.registry], plan, context=context, carry_on=_same_command(request, context),
                  next_lines={snapshot.registry.id: _next(snapshot.registry, grant, request, context)})
    if what_if:
        report, = run.what_if(exit_code)
    else:
        report, = run.apply({}, wait_timeout=wait_timeout)
    return report


def _same_command(request: PullGrantRequest, context: LineContext) -> str:
    return same_command("grant pull", {
        "--registry": request.registry, "--resource-group": request.group, "--push": request.push,
        **request.consumers.options, "--catalog": request.catalog, "--assign-identity": request.assign_identity,
        "--if-mode": request.mode}, words=request.consumers.words, context=context)


def _assigned(text: str | None) -> str | None:
    """`system`, or the ID of a user-assigned identity. Raises UserError."""
    if text is None or text.strip().lower() in (SYSTEM, f"[{SYSTEM}]"):
        return text and SYSTEM
    identity = name_or_id(text, IDENTITY, "user-assigned identity")
    if not isinstance(identity, ArmId):
        raise UserError(f"'{text}' is no resource ID.",
                        "Give the ID of a user-assigned identity, which is created if it does not exist, or leave the "
                        "value out for a system-assigned one.")
    return str(identity)


def _next(registry: Registry, grant: PullGrant, request: PullGrantRequest, context: LineContext) -> list[str]:
    line = same_command("verify access", {
        "--registry": request.registry, "--resource-group": request.group, **request.consumers.options,
        "--push": request.push}, words=request.consumers.words, context=context)
    repository = str(grant.repositories[0]).replace("*", "<repository>") if grant.repositories else "<repository>"
    return [line, f"docker pull {registry.login_server}/{repository}:<tag>"]
