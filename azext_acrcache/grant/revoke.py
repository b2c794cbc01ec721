"""`az acrcache grant revoke`: takes back what `grant pull` and `grant vault` gave."""
from __future__ import annotations


from knack.log import get_logger

from azext_acrcache.command_line import check_exit_code, check_timeout, same_command
from azext_acrcache.in_az_terms import in_az_terms

logger = get_logger(__name__)


@in_az_terms
def revoke(cmd, registry_name, resource_group_name=None, assignee_object_id=None, assignee_principal_type=None,
           push=False, repository=None, for_rule=None, catalog=False, assignee_identity=None, app_settings=False,
           orphans=False, cred_set=None, yes=False, wait_timeout=600, what_if=False, exit_code=False, **kwargs):
    from azext_acrcache.access_survey import AccessSurvey
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.confirm import confirm
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.domain.plan import Plan
    from azext_acrcache.domain.refusal import Absent
    from azext_acrcache.domain.revoke_plan import Revocation, plan_revocation
    from azext_acrcache.grant.consumer_arguments import (consumer_words, given_principals, named_consumers,
                                                         repositories_from, require_consumers)
    from azext_acrcache.run import Run

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    named, given = named_consumers(kwargs), given_principals(assignee_object_id, assignee_principal_type)
    if not orphans and not cred_set:
        require_consumers(named, given, "Or --orphans for identities that no longer exist, or --cred-set for a "
                          "credential set's access to its secrets.")
    if not named and not given and any((push, catalog, repository, for_rule, assignee_identity, app_settings)):
        raise Absent("--push, --catalog, --repository, --for-rule, --assignee-identity and --app-settings say what to "
                     "take from consumers, and none was named.", "Name one, or leave them out.")
    azure, place = Azure(cmd.cli_ctx), place_of(registry_name, resource_group_name)
    survey = AccessSurvey(azure, place, named, given)
    asked = Revocation(push, catalog, (*repositories_from(repository), *survey.repositories_of_rules(for_rule or ())),
                       assignee_identity, app_settings)
    steps, vaults = [], {}
    if named or given:
        plan, warnings = plan_revocation(asked, survey.snapshot())
        steps += plan.steps
        for warning in warnings:
            logger.warning(warning)
    if orphans:
        steps += _orphans(survey)
    if cred_set:
        more, vaults = _credential_set(azure, place, cred_set)
        steps += more
    plan = Plan.of({step.key: step for step in steps}.values())
    carry_on = same_command("grant revoke", {
        "--registry": registry_name, "--resource-group": resource_group_name, "--push": push,
        "--repository": repository, "--for-rule": for_rule, "--catalog": catalog,
        "--assignee-identity": assignee_identity, "--app-settings": app_settings,
        "--orphans": orphans, "--cred-set": cred_set},
        words=consumer_words(kwargs, assignee_object_id, assignee_principal_type))
    run = Run(cmd, azure, survey.registry, plan, next_lines=[], carry_on=carry_on)
    if what_if:
        return run.what_if(exit_code, {})
    if plan.pending:
        confirm(plan.changes, yes)
    return run.apply(vaults, {}, wait=True, wait_timeout=wait_timeout)


def _orphans(survey):
    from azext_acrcache.domain.revoke_plan import orphan_steps
    everybody = survey.everybody()
    return orphan_steps(everybody, survey.directory(everybody.assignments))


def _credential_set(azure, place, text):
    """The steps that take the access of a credential set's identity to its secrets away, and the vaults they are in."""
    from azext_acrcache.domain.arm_ids import REGISTRY, ArmId, name_or_id
    from azext_acrcache.domain.changes import NO_CHANGE, VAULT_ACCESS, Change
    from azext_acrcache.domain.plan import Step
    from azext_acrcache.domain.refusal import Missing
    from azext_acrcache.domain.takedown_plan import access_removal
    from azext_acrcache.survey import Survey
    named = name_or_id(text, f"{REGISTRY}/credentialSets", "credential set")
    name = named.name if isinstance(named, ArmId) else named
    survey = Survey(azure, place)
    snapshot = survey.for_takedown()
    found = snapshot.credential_set(name)
    if found is None:
        raise Missing(f"The registry '{snapshot.registry.name}' has no credential set '{name}'.",
                      f"See those that it has: az acr credential-set list --registry {snapshot.registry.name} --query "
                      "[].name")
    snapshot = survey.access_of_sets(snapshot, [found])
    steps = access_removal(found, snapshot)
    return steps or [Step(f"access:{name.lower()}", f"credential set '{found.name}'", change=Change(
        VAULT_ACCESS, NO_CHANGE, found.name, str(found.id), "its identity has no access of its own to its secrets"))], \
        snapshot.vaults
