"""`az acrcache bootstrap create`: arguments -> desired state -> plan -> engine -> report."""
from __future__ import annotations

from knack.log import get_logger

from azext_acrcache.command_line import check_exit_code, check_timeout, same_command
from azext_acrcache.in_az_terms import in_az_terms

logger = get_logger(__name__)


@in_az_terms
def create_chain(cmd, registry_name, source_repo, target_repo=None, name=None, resource_group_name=None, cred_set=None,
                 login_server=None, username_id=None, password_id=None, vault=None, identity=None,
                 upstream_username=None,
                 upstream_password_file=None, upstream_password=None, vault_access="auto", vault_scope="secret",
                 pin_secret_version=False, wait_timeout=600, health_unwatched=False, what_if=False, exit_code=False,
                 verify_tag=None):
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.ahead import load_what_writes
    from azext_acrcache.bootstrap.asked import Asked, desired_from
    from azext_acrcache.bootstrap.upstream_password import read_password, username_value
    from azext_acrcache.bootstrap.verified import check_verify_tag, with_pulls, with_pulls_planned
    from azext_acrcache.survey import Survey

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    _refuse_password_argument(upstream_password)
    asked = Asked(registry_name, tuple(source_repo or ()), tuple(target_repo or ()), tuple(name or ()),
                  resource_group_name,
                  cred_set, login_server, username_id, password_id, vault, identity, username_value(upstream_username),
                  access=vault_access, scope=vault_scope, pin_version=pin_secret_version)
    azure = Azure(cmd.cli_ctx)
    # Bad input is told before anybody is asked for a password.
    _, desired, _ = desired_from(asked, azure.session.vault_suffix)
    check_verify_tag(verify_tag, health_unwatched, desired.rules)
    if asked.names_credentials or upstream_password_file:
        asked = _with_password(asked, read_password(upstream_password_file, upstream_username))
    place, desired, warnings = desired_from(asked, azure.session.vault_suffix)
    for warning in warnings:
        logger.warning(warning)
    load_what_writes(azure.session.asked)
    snapshot = Survey(azure, place).for_plan(desired)
    from azext_acrcache.domain.chain_plan import plan_chains
    from azext_acrcache.run import Run
    plan = plan_chains(desired, snapshot)
    run = Run(cmd, azure, snapshot.registry, plan, carry_on=_same_command(asked, vault_access, vault_scope, verify_tag),
              next_lines=pull_lines(snapshot.registry.login_server, desired.rules))
    known = {found.name: found for found in snapshot.credential_sets}
    if what_if:
        report = run.what_if(exit_code, {one: found.health for one, found in known.items()})
        return with_pulls_planned(report, desired.rules, verify_tag) if verify_tag else report
    report = run.apply(snapshot.vaults, known, wait=not health_unwatched, wait_timeout=wait_timeout)
    return with_pulls(cmd, azure, report, desired.rules, verify_tag) if verify_tag else report


def pull_lines(login_server, rules):
    """What to type to pull through these rules."""
    return ["docker pull "
            f"{login_server}/{rule.target.fill('<repository>') if rule.target.wildcard else rule.target}:<tag>"
            for rule in rules]


def _with_password(asked, password):
    from dataclasses import replace
    return replace(asked, password=password)


def _refuse_password_argument(value):
    if value is not None:
        from azext_acrcache.domain.refusal import Refusal
        raise Refusal("A password can't be given as an argument: it would stand in the shell's history and the process "
                      "list.",
                      "Use --upstream-password-file FILE (or - for standard input), the variable "
                      "ACRCACHE_UPSTREAM_PASSWORD, or be asked for it.",
                      "Consider the password that was just typed as known to others, and change it.")


def _same_command(asked, access, scope, verify_tag):
    """Without any value that was to be stored: those are in the vault or come again."""
    return same_command("bootstrap create", {
        "--registry": asked.registry, "--resource-group": asked.group, "--name": asked.names,
        "--source-repo": asked.sources, "--target-repo": asked.targets, "--cred-set": asked.credential_set,
        "--username-id": asked.username_secret, "--password-id": asked.password_secret, "--vault": asked.vault,
        "--identity": asked.identity, "--vault-access": access, "--vault-scope": scope,
        "--pin-secret-version": asked.pin_version, "--verify-tag": verify_tag,
    }, {"--vault-access": "auto", "--vault-scope": "secret"})
