"""Access of one credential set to its secrets."""
from __future__ import annotations

from dataclasses import dataclass

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context, same_command
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, LineContext
from azext_acrcache.domain.plan.grant_vault import plan_hand_over, plan_vault_access, warnings_on
from azext_acrcache.domain.plan.step import Plan
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import NotFound
from azext_acrcache.domain.values.registry_ref import child_name, registry_ref
from azext_acrcache.observe.take_down import observe_credential_set
from azext_acrcache.workflows.plan_run import PlanRun

logger = get_logger(__name__)


@dataclass(frozen=True)
class VaultGrantRequest:
    """The arguments as given. :ivar access: auto, rbac or policy. :ivar scope: secret or vault."""

    registry: str
    group: str | None
    credential_set: str
    access: str
    scope: str


def grant_vault(cmd, request: VaultGrantRequest, *, wait: bool, what_if: bool, exit_code: bool, wait_timeout: float
                ) -> dict:
    """The contract's report. Raises UserError.

    :param wait: whether to wait for health. :param exit_code: whether pending changes set the exit code of `what_if`.
    :param wait_timeout: seconds.
    """
    name = child_name(request.registry, request.credential_set, "credentialSets", "credential set")
    azure = Azure(cmd.cli_ctx)
    azure.session.patience(wait_timeout)
    snapshot = observe_credential_set(azure, registry_ref(request.registry, request.group), name)
    credential_set = snapshot.credential_set(name)
    if credential_set is None and not snapshot.unseen_sets:
        raise NotFound(f"The registry '{snapshot.registry.name}' has no credential set '{name}'.",
                       Advice("See those that it has", AzLine.of("acr", "credential-set", "list")
                              .registry(snapshot.registry.id).option("--query", "[].name")),
                       "To make one together with its access, use `az acrcache bootstrap create`.")
    plan, context = _plan(snapshot, name, request), line_context(cmd)
    for warning in warnings_on(credential_set, snapshot, context) if credential_set else ():
        logger.warning(warning)
    run = PlanRun(cmd, azure, [snapshot.registry], plan, context=context, carry_on=_same_command(request, context),
                  known=snapshot.credential_sets)
    if what_if:
        report, = run.what_if(exit_code)
    else:
        report, = run.apply(snapshot.vaults, wait=wait, wait_timeout=wait_timeout)
    return report


def _same_command(request: VaultGrantRequest, context: LineContext) -> str:
    return same_command("grant vault", {
        "--registry": request.registry, "--name": request.credential_set, "--resource-group": request.group,
        "--vault-access": request.access, "--vault-scope": request.scope,
    }, {"--vault-access": "auto", "--vault-scope": "secret"}, context=context)


def _plan(snapshot: RegistrySnapshot, name: str, request: VaultGrantRequest) -> Plan:
    credential_set = snapshot.credential_set(name)
    if credential_set:
        return plan_vault_access(credential_set, snapshot, request.access, request.scope)
    assert snapshot.unseen_sets is not None
    return plan_hand_over(snapshot.registry.id.child("credentialSets", name), snapshot.unseen_sets.reason)
