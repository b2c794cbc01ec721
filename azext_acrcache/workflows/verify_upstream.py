"""Do the stored credentials log in upstream, and can the sources be read?"""
from __future__ import annotations

from typing import Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context
from azext_acrcache.cli.exit_codes import exit_after_report, verify_exit_code
from azext_acrcache.cli.secret_deliveries import announce
from azext_acrcache.domain.checks.upstream import unseen_sources, upstream_questions
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
    sets, unseen = snapshot.credential_sets, snapshot.unseen_rules
    sessions = UpstreamSessions(azure, snapshot.registry, sets, unseen_sets=snapshot.unseen_sets)
    chosen = () if unseen else rules_named(snapshot, rules)
    # Without the rules, what the credential sets are for can be tried all the same, where no rule was named.
    alone = sets if unseen and not rules else ()
    announce(secret_deliveries(chosen, sets, alone), yes)
    probes = observe_upstreams(snapshot.registry, sessions, chosen, sets, alone)
    questions = upstream_questions(snapshot.registry, probes, line_context(cmd))
    if unseen:
        questions += unseen_sources(rules or [snapshot.registry.name], unseen)
    verdict = verdict_of(judge(questions))
    exit_after_report(cmd, verify_exit_code(verdict, fail_on))
    return verdict.to_report(str(snapshot.registry.id), upstreams=[probe.to_report() for probe in probes])
