"""`az acrcache verify access`: can these consumers pull? Worked out from ARM; no cluster is touched."""
from __future__ import annotations

from azext_acrcache.in_az_terms import DONE, FAILED, exit_after_report, in_az_terms

_MISSING = 3


@in_az_terms
def verify_access(cmd, registry_name, resource_group_name=None, assignee_object_id=None, assignee_principal_type=None,
                  push=False, repository=None, for_rule=None, assignee_identity=None, fail_on="fail", **kwargs):
    from azext_acrcache.access_survey import AccessSurvey
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.domain.checks.check import FAIL
    from azext_acrcache.domain.checks.consumer import ConsumerAsked, ConsumerChecks, unfound_entry, unfound_question
    from azext_acrcache.domain.consumers import check_choice
    from azext_acrcache.domain.refusal import Conflict, Missing
    from azext_acrcache.engine.side_by_side import side_by_side
    from azext_acrcache.engine.verdict import judge, verdict_of
    from azext_acrcache.grant.consumer_arguments import (given_principals, named_consumers, repositories_from,
                                                         require_consumers)

    named, given = named_consumers(kwargs), given_principals(assignee_object_id, assignee_principal_type)
    require_consumers(named, given)
    repositories = repositories_from(repository)
    survey = AccessSurvey(Azure(cmd.cli_ctx), place_of(registry_name, resource_group_name), named, given)
    (snapshot, unfound), of_rules = side_by_side([survey.snapshot_and_unfound,
                                                  lambda: survey.repositories_of_rules(for_rule or ())])
    for _, reason in unfound:
        if not isinstance(reason, (Missing, Conflict)):
            raise reason
    asked = ConsumerAsked((*repositories, *of_rules), push, assignee_identity)
    check_choice(snapshot.consumers, assignee_identity)
    lacking = [one.principal_without_role for one in (ConsumerChecks(consumer, asked, snapshot)
                                                      for consumer in snapshot.consumers)]
    snapshot = survey.with_groups(snapshot, list(dict.fromkeys(one for one in lacking if one)))
    checks = [ConsumerChecks(consumer, asked, snapshot) for consumer in snapshot.consumers]
    findings = judge([question for one in checks for question in one.questions()] +
                     [unfound_question(name, reason) for name, reason in unfound])
    broken = {finding.subject for finding in findings if finding.status == FAIL and finding.check != "consumer/role"}
    verdict = verdict_of(findings)
    missing = any(isinstance(reason, Missing) for _, reason in unfound)
    consumers = [*(one.entry(one.subject in broken) for one in checks),
                 *(unfound_entry(name, reason) for name, reason in unfound)]
    # Whether they can pull is all that was asked; a pipeline must not take "can't be told" for a yes.
    untold = any(one["canPush" if push else "canPull"] is None for one in consumers)
    exit_after_report(cmd, _MISSING if missing else verdict.exit_code(fail_on) or (FAILED if untold else DONE))
    return verdict.to_report(str(snapshot.registry.id), consumers=consumers)
