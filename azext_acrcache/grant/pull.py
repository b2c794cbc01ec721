"""`az acrcache grant pull`: consumers -> the role that the registry's mode honours -> plan -> engine -> report."""
from __future__ import annotations

import shlex

from knack.log import get_logger

from azext_acrcache.command_line import check_exit_code, check_timeout, same_command
from azext_acrcache.in_az_terms import in_az_terms

logger = get_logger(__name__)


@in_az_terms
def grant_pull(cmd, registry_name, resource_group_name=None, assignee_object_id=None, assignee_principal_type=None,
               push=False, repository=None, for_rule=None, catalog=False, assign_identity=None, assignee_identity=None,
               if_mode=None, wait_timeout=600, what_if=False, exit_code=False, **kwargs):
    from azext_acrcache.access_survey import AccessSurvey
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.ahead import load_what_writes
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.domain.pull_plan import PullGrant, plan_pull
    from azext_acrcache.engine.side_by_side import side_by_side
    from azext_acrcache.grant.consumer_arguments import (consumer_words, given_principals, named_consumers,
                                                         repositories_from, require_consumers)

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    named, given = named_consumers(kwargs), given_principals(assignee_object_id, assignee_principal_type)
    require_consumers(named, given)
    repositories = repositories_from(repository)
    assigned = _assigned(assign_identity)
    azure = Azure(cmd.cli_ctx)
    survey = AccessSurvey(azure, place_of(registry_name, resource_group_name), named, given)
    load_what_writes(azure.session.asked)
    snapshot, of_rules = side_by_side([lambda: survey.snapshot(None if assigned == "system" else assigned),
                                       lambda: survey.repositories_of_rules(for_rule or ())])
    grant = PullGrant(if_mode or snapshot.registry.mode, push, (*repositories, *of_rules), catalog, assignee_identity,
                      assigned)
    plan, warnings = plan_pull(grant, snapshot)
    for warning in warnings:
        logger.warning(warning)
    from azext_acrcache.run import Run
    consumers = consumer_words(kwargs, assignee_object_id, assignee_principal_type)
    carry_on = same_command("grant pull", {
        "--registry": registry_name, "--resource-group": resource_group_name, "--push": push,
        "--repository": repository, "--for-rule": for_rule, "--catalog": catalog, "--assign-identity": assign_identity,
        "--assignee-identity": assignee_identity, "--if-mode": if_mode}, words=consumers)
    run = Run(cmd, azure, snapshot.registry, plan, carry_on=carry_on,
              next_lines=_next(snapshot, grant, registry_name, consumers, repository))
    if what_if:
        return run.what_if(exit_code, {})
    return run.apply({}, {}, wait=True, wait_timeout=wait_timeout)


def _assigned(text):
    """`system`, or the ID of a user-assigned identity. Raises Refusal."""
    from azext_acrcache.domain.arm_ids import IDENTITY, ArmId, name_or_id
    from azext_acrcache.domain.refusal import Refusal
    if text is None or text.strip().lower() in ("system", "[system]"):
        return text and "system"
    found = name_or_id(text, IDENTITY, "user-assigned identity")
    if not isinstance(found, ArmId):
        raise Refusal(f"'{text}' is no resource ID.",
                      "Give the ID of a user-assigned identity, which is created if it does not exist, or leave the "
                      "value out for a system-assigned one.")
    return str(found)


def _next(snapshot, grant, registry, consumers, asked):
    line = ["az", "acrcache", "verify", "access", "--registry", registry, *consumers]
    line += ["--repository", *asked] if asked else []
    repository = str(grant.repositories[0]).replace("*", "<repository>") if grant.repositories else "<repository>"
    return [shlex.join(line),
            f"docker pull {snapshot.registry.login_server}/{repository}:<tag>"]
