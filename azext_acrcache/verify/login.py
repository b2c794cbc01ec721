"""`az acrcache verify login`: the ways to sign in to a registry. Switches nothing on to find out."""
from __future__ import annotations

from azext_acrcache.in_az_terms import DONE, FAILED, exit_after_report, in_az_terms


@in_az_terms
def verify_login(cmd, registry_name, fail_on="fail", resource_group_name=None):
    import time

    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.domain.checks.login import login_questions, ways_of
    from azext_acrcache.engine.verdict import judge, verdict_of
    from azext_acrcache.survey import Survey
    from azext_acrcache.verify.logins_seen import look_at_logins

    azure = Azure(cmd.cli_ctx)
    registry = Survey(azure, place_of(registry_name, resource_group_name)).registry()
    seen = look_at_logins(azure, registry, time.time())
    ways = ways_of(seen)
    verdict = verdict_of(judge(login_questions(seen, ways)))
    # A pipeline must not take for good what gave no answer.
    exit_after_report(cmd, verdict.exit_code(fail_on) or (FAILED if seen.silent else DONE))
    return verdict.to_report(str(registry.id), logins=[way.to_report() for way in ways])
