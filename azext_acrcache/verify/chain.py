"""`az acrcache verify chain`: every link of every chain in a registry."""
from __future__ import annotations

from azext_acrcache.in_az_terms import DONE, FAILED, exit_after_report, in_az_terms


@in_az_terms
def verify_chain(cmd, registry_name, name=None, resource_group_name=None, only=None, skip=None, fail_on="fail",
                 expiry_days=30, junit=None, sarif=None):
    import time

    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import name_in, place_of
    from azext_acrcache.chain_survey import ChainSurvey
    from azext_acrcache.domain.checks.catalogue import CHAIN_AREAS, named_checks
    from azext_acrcache.domain.checks.chain import chain_questions
    from azext_acrcache.domain.checks.seen import Asked
    from azext_acrcache.domain.refusal import Refusal
    from azext_acrcache.engine.verdict import judge, verdict_of
    from azext_acrcache.verify.report_files import ReportFiles

    only, skip = named_checks(only, CHAIN_AREAS, "--only"), named_checks(skip, CHAIN_AREAS, "--skip")
    if expiry_days < 0:
        raise Refusal(f"--expiry-days {expiry_days} is in the past.", "Give the number of days from now, 0 or more.")
    place = place_of(registry_name, resource_group_name)
    names = tuple(dict.fromkeys(name_in(registry_name, text, "cacheRules", "cache rule") for text in name or ()))
    with ReportFiles(junit, sarif) as files:
        azure = Azure(cmd.cli_ctx)
        seen = ChainSurvey(azure, place, Asked(names or None, expiry_days, time.time())).look()
        verdict = verdict_of(judge(chain_questions(seen)), only, skip)
        report = verdict.to_report(str(seen.registry.id))
        files.write(f"acrcache verify chain {seen.registry.name}", report, fail_on)
    # A pipeline must not take for good what gave no answer; what --skip leaves out needs none.
    exit_after_report(cmd, verdict.exit_code(fail_on) or (FAILED if verdict.tells(seen.silent) else DONE))
    return report
