"""Desired state -> snapshot -> plan -> report, for `bootstrap create`: an estate of one registry."""
from __future__ import annotations

from dataclasses import dataclass, replace

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context, same_command
from azext_acrcache.cli.upstream_password import read_password
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.plan.create_request import CreateRequest, desired_from
from azext_acrcache.domain.plan.recovery import date_text
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredRule
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.observe.estate import observe_estate
from azext_acrcache.workflows.estate_reports import first_pulls, planned_sets, warn_of_unseen
from azext_acrcache.workflows.first_pull import check_verify_tag, with_pulls, with_pulls_planned
from azext_acrcache.workflows.preload import load_what_writes

logger = get_logger(__name__)


@dataclass(frozen=True)
class CreateOptions:
    """How a request is carried out.

    :ivar wait: whether to wait for health. :ivar wait_timeout: seconds.
    :ivar verify_tag: a tag to pull through each rule afterwards.
    """

    wait: bool = True
    wait_timeout: float = 600
    what_if: bool = False
    exit_code: bool = False
    verify_tag: str | None = None


def create(cmd, request: CreateRequest, options: CreateOptions, *, username: str | None, password_file: str | None
           ) -> dict:
    """The contract's report. Raises UserError before anything is written.

    :param username: to be stored; where no password comes with it, one is asked for. :param password_file: its path.
    """
    azure = Azure(cmd.cli_ctx)
    # Bad input is told before anybody is asked for a password.
    desired, _ = desired_from(request, azure.session.vault_suffix)
    if request.expires and not (username or request.names_credentials or password_file):
        raise UserError("--expires is for secrets that are stored, and nothing is to be stored.",
                        "Add --vault with --upstream-username and --upstream-password-file, or leave it out.")
    check_verify_tag(options.verify_tag, not options.wait, _rules(desired), desired.registries[0].registry)
    if request.names_credentials or password_file:
        request = replace(request, password=read_password(password_file, username))
    desired, warnings = desired_from(request, azure.session.vault_suffix)
    for warning in warnings:
        logger.warning(warning)
    azure.session.patience(options.wait_timeout)
    load_what_writes(azure.session.asked)
    snapshot = observe_estate(azure, desired)
    from azext_acrcache.domain.plan.estate import plan_estate
    from azext_acrcache.workflows.plan_run import PlanRun
    plan, registries = plan_estate(desired, snapshot), [looked_at.registry for looked_at in snapshot.registries]
    for warning in plan.warnings:
        logger.warning("%s", warning)
    warn_of_unseen(plan, snapshot, logger)
    context = line_context(cmd)
    run = PlanRun(cmd, azure, registries, plan, context=context,
                  carry_on=_same_command(request, options, username, password_file, context),
                  next_lines=first_pulls(desired, registries), known=planned_sets(plan, snapshot))
    if options.what_if:
        report, = run.what_if(options.exit_code)
        return with_pulls_planned(report, _rules(desired), options.verify_tag) if options.verify_tag else report
    report, = run.apply(snapshot.vaults, wait=options.wait, wait_timeout=options.wait_timeout)
    return with_pulls(cmd, azure, report, _rules(desired), options.verify_tag) if options.verify_tag else report


def _rules(desired: DesiredEstate) -> tuple[DesiredRule, ...]:
    return tuple(rule for registry in desired.registries for rule in registry.rules)


def _same_command(request: CreateRequest, options: CreateOptions, username: str | None, password_file: str | None,
                  context: LineContext) -> str:
    """Without the password: it comes again from its file or from whoever types it.

    A fresh shell has not the variable that it may have come from, and `-` asks for it.
    """
    typed = "-" if request.password and not username else None
    return same_command("bootstrap create", {
        "--registry": request.registry, "--resource-group": request.group, "--name": request.names,
        "--source-repo": request.sources, "--target-repo": request.targets, "--cred-set": request.credential_set,
        "--username-id": request.username_secret, "--password-id": request.password_secret, "--vault": request.vault,
        "--identity": request.identity, "--upstream-username": username, "--expires": date_text(request.expires),
        "--upstream-password-file": password_file or typed, "--vault-access": request.access,
        "--vault-scope": request.scope,
        "--pin-secret-version": request.pin_version, "--verify-tag": options.verify_tag,
    }, {"--vault-access": "auto", "--vault-scope": "secret"}, context=context)
