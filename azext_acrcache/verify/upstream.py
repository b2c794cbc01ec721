"""`az acrcache verify upstream`: do the stored credentials log in upstream, and can the sources be read?"""
from __future__ import annotations

from azext_acrcache.in_az_terms import DONE, FAILED, exit_after_report, in_az_terms


@in_az_terms
def verify_upstream(cmd, registry_name, name=None, fail_on="fail", resource_group_name=None):
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.domain.checks.upstream import upstream_questions
    from azext_acrcache.engine.verdict import judge, verdict_of
    from azext_acrcache.survey import Survey
    from azext_acrcache.verify.rules_named import rules_named
    from azext_acrcache.verify.upstream_doors import UpstreamDoors
    from azext_acrcache.verify.upstream_visits import visit_upstreams

    azure = Azure(cmd.cli_ctx)
    snapshot = Survey(azure, place_of(registry_name, resource_group_name)).for_resolve()
    rules = rules_named(snapshot, name)
    doors = UpstreamDoors(azure, snapshot.registry, snapshot.credential_sets)
    visits = visit_upstreams(doors, rules, snapshot.credential_sets)
    verdict = verdict_of(judge(upstream_questions(snapshot.registry, visits)))
    # A pipeline must not take for good what gave no answer.
    silent = any(visit.silent for visit in visits)
    exit_after_report(cmd, verdict.exit_code(fail_on) or (FAILED if silent else DONE))
    return verdict.to_report(str(snapshot.registry.id), upstreams=[visit.to_report() for visit in visits])
