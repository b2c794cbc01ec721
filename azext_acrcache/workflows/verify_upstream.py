"""Do the stored credentials log in upstream, and can the sources be read?"""
from __future__ import annotations

from typing import Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.exit_codes import exit_after_report, verify_exit_code
from azext_acrcache.cli.secret_deliveries import announce
from azext_acrcache.domain.checks.upstream import upstream_questions
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.state.rule_selection import rules_named
from azext_acrcache.domain.state.secret_deliveries import secret_deliveries
from azext_acrcache.domain.values.registry_ref import registry_ref
from azext_acrcache.observe.resolve import observe_rules
from azext_acrcache.observe.upstream import observe_upstreams
from azext_acrcache.observe.upstream_sessions import UpstreamSessions


def verify_upstream(cmd, registry: str, group: str | None, rules: Sequence[str] | None, *, fail_on: str,
                    yes: bool = False) -> dict:
    """The contract's report. Raises UserError.

    :param rules: names or IDs; none means all. :param yes: send secrets also where that would be asked.
    """
    azure = Azure(cmd.cli_ctx)
    snapshot = observe_rules(azure, registry_ref(registry, group))
    sessions = UpstreamSessions(azure, snapshot.registry, snapshot.credential_sets)
    chosen = rules_named(snapshot, rules)
    announce(secret_deliveries(chosen, snapshot.credential_sets), yes)
    probes = observe_upstreams(snapshot.registry, sessions, chosen, snapshot.credential_sets)
    verdict = verdict_of(judge(upstream_questions(snapshot.registry, probes)))
    exit_after_report(cmd, verify_exit_code(verdict, fail_on))
    return verdict.to_report(str(snapshot.registry.id), upstreams=[probe.to_report() for probe in probes])
