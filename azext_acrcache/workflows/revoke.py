"""Taking access back: of consumers, of identities that no longer exist, of a credential set to its secrets."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context, same_command
from azext_acrcache.cli.confirmation import confirm
from azext_acrcache.cli.consumer_arguments import require_consumers
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, LineContext
from azext_acrcache.domain.plan.changes import NO_CHANGE, VAULT_ACCESS, Change
from azext_acrcache.domain.plan.hand_over import access_hand_over, revoke_vault_line
from azext_acrcache.domain.plan.keys import VAULT_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import child_key
from azext_acrcache.domain.plan.revoke import Revocation, giving_access, orphan_steps, plan_revocation
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.plan.take_down import access_removal
from azext_acrcache.domain.state.observed import Vault
from azext_acrcache.domain.values.errors import MissingArgument, NotFound
from azext_acrcache.domain.values.registry_ref import RegistryRef, child_name, registry_ref
from azext_acrcache.observe.access import AccessReader
from azext_acrcache.observe.take_down import observe_rules_and_sets, with_access_of_sets
from azext_acrcache.workflows.consumers import ConsumerSelection
from azext_acrcache.workflows.plan_run import PlanRun

logger = get_logger(__name__)


@dataclass(frozen=True)
class RevokeRequest:
    """The arguments as given."""

    registry: str
    group: str | None
    consumers: ConsumerSelection
    push: bool = False
    catalog: bool = False
    app_settings: bool = False
    orphans: bool = False
    credential_set: str | None = None


def revoke(cmd, request: RevokeRequest, *, yes: bool, what_if: bool, exit_code: bool, wait_timeout: float) -> dict:
    """The contract's report. Raises UserError; asks before it takes anything away, unless `yes`."""
    consumers = request.consumers
    named, given = consumers.named, consumers.given
    _check_complete(request, bool(named or given))
    azure, ref = Azure(cmd.cli_ctx), registry_ref(request.registry, request.group)
    azure.session.patience(wait_timeout)
    reader = AccessReader(azure, ref, named, given)
    revocation = Revocation(request.push, request.catalog,
                            (*consumers.repositories, *reader.repositories_of_rules(consumers.for_rule or ())),
                            consumers.identity, request.app_settings)
    steps: list[Step] = []
    vaults: Mapping[str, Vault] = {}
    if named or given:
        snapshot = reader.snapshot()
        # What the identity has as a member of a group stays, and is named.
        plan, warnings = plan_revocation(revocation, reader.with_groups(snapshot, snapshot.principals))
        steps += plan.steps
        for warning in warnings:
            logger.warning(warning)
    if request.orphans:
        everybody = reader.everybody()
        orphans = reader.orphans(everybody, giving_access(everybody))
        steps += orphan_steps(everybody, orphans.assignments)
        for why in orphans.kept:
            logger.warning(why)
    if request.credential_set:
        removal, vaults = _access_of_set(azure, ref, request)
        steps += removal
    plan = Plan.of({step.key: step for step in steps}.values())
    context = line_context(cmd)
    run = PlanRun(cmd, azure, [reader.registry], plan, context=context, carry_on=_same_command(request, yes, context))
    if what_if:
        report, = run.what_if(exit_code)
        return report
    if plan.pending:
        confirm(plan.changes, yes)
    report, = run.apply(vaults, wait_timeout=wait_timeout)
    return report


def _check_complete(request: RevokeRequest, consumers_named: bool) -> None:
    consumers = request.consumers
    if not request.orphans and not request.credential_set:
        require_consumers(consumers.named, consumers.given, "Or --orphans for identities that no longer exist, or "
                          "--cred-set for a credential set's access to its secrets.")
    if not consumers_named and any((request.push, request.catalog, consumers.repository, consumers.for_rule,
                                    consumers.identity, request.app_settings)):
        raise MissingArgument("--push, --catalog, --repository, --for-rule, --assignee-identity and --app-settings say "
                              "what to take from consumers, and none was named.", "Name one, or leave them out.")


def _same_command(request: RevokeRequest, yes: bool, context: LineContext) -> str:
    return same_command("grant revoke", {
        "--registry": request.registry, "--resource-group": request.group, "--push": request.push,
        **request.consumers.options, "--catalog": request.catalog, "--app-settings": request.app_settings,
        "--orphans": request.orphans, "--cred-set": request.credential_set, "--yes": yes},
        words=request.consumers.words, context=context)


def _access_of_set(azure: Azure, ref: RegistryRef, request: RevokeRequest) -> tuple[list[Step], Mapping[str, Vault]]:
    """The steps that take the access of a credential set's identity to its secrets away, and the vaults they are in."""
    name = child_name(request.registry, request.credential_set or "", "credentialSets", "credential set")
    snapshot = observe_rules_and_sets(azure, ref)
    credential_set = snapshot.credential_set(name)
    if credential_set is None and snapshot.unseen_sets:
        set_id = snapshot.registry.id.child("credentialSets", name)
        return [access_hand_over(set_id, name, snapshot.unseen_sets.reason, revoke_vault_line(set_id))], {}
    if credential_set is None:
        raise NotFound(f"The registry '{snapshot.registry.name}' has no credential set '{name}'.",
                       Advice("See those that it has", AzLine.of("acr", "credential-set", "list")
                              .registry(snapshot.registry.id).option("--query", "[].name")))
    snapshot = with_access_of_sets(azure, snapshot, [credential_set])
    none = Change(VAULT_ACCESS, NO_CHANGE, credential_set.name, str(credential_set.id),
                  "its identity has no access of its own to its secrets")
    steps = access_removal(credential_set, snapshot, revoke_vault_line(credential_set.id))
    return steps or [Step(child_key(credential_set.id, ACCESS_KEY), f"credential set '{credential_set.name}'",
                          change=none)], snapshot.vaults
