"""Can these consumers pull? Worked out from role assignments, definitions, conditions and the registry's mode."""
from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context
from azext_acrcache.cli.consumer_arguments import require_consumers
from azext_acrcache.cli.exit_codes import ExitCode, exit_after_report, verify_exit_code
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.checks.check import FAIL, Finding
from azext_acrcache.domain.checks.consumer import ConsumerChecks, subject_of, unfound_entry, unfound_question
from azext_acrcache.domain.checks.consumer_access import ConsumerAccess, ConsumerQuery
from azext_acrcache.domain.checks.consumer_network import network_questions, passes_as_trusted
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.consumers.consumer import check_choice
from azext_acrcache.domain.state.access import AccessSnapshot
from azext_acrcache.domain.state.registry_network import RegistryNetwork
from azext_acrcache.domain.values.errors import Conflict, NotFound
from azext_acrcache.domain.values.registry_ref import registry_ref
from azext_acrcache.observe.access import AccessReader
from azext_acrcache.workflows.consumers import ConsumerSelection


def verify_access(cmd, registry: str, group: str | None, consumers: ConsumerSelection, *, push: bool, fail_on: str
                  ) -> dict:
    """The contract's report. Raises UserError."""
    require_consumers(consumers.named, consumers.given)
    repositories = consumers.repositories
    reader = AccessReader(Azure(cmd.cli_ctx), registry_ref(registry, group), consumers.named, consumers.given)
    of_rules = Future(lambda: reader.repositories_of_rules(consumers.for_rule or ()))
    look = reader.look()
    snapshot, unfound = look.snapshot, look.unfound
    query = ConsumerQuery((*repositories, *of_rules.result()), push, consumers.identity, line_context(cmd))
    for refusal in unfound:
        if not isinstance(refusal.reason, (NotFound, Conflict)):
            raise refusal.reason
    check_choice(snapshot.consumers, consumers.identity)
    lacking = [ConsumerAccess(consumer, query, snapshot).principal_without_role for consumer in snapshot.consumers]
    snapshot = reader.with_groups(snapshot, list(dict.fromkeys(principal for principal in lacking if principal)))
    every = [ConsumerChecks(consumer, query, snapshot) for consumer in snapshot.consumers]
    network = network_questions(snapshot.registry, snapshot.consumers, line_context(cmd))
    findings = judge([question for checks in every for question in checks.questions()] + network +
                     [unfound_question(refusal, query.lines) for refusal in unfound])
    broken = _broken(snapshot, findings)
    verdict = verdict_of(findings)
    missing = any(isinstance(refusal.reason, NotFound) for refusal in unfound)
    entries = [*(checks.entry(checks.subject in broken) for checks in every),
               *(unfound_entry(refusal) for refusal in unfound)]
    # Whether they can pull is all that was asked; a pipeline must not take "can't be told" for a yes.
    untold = any(entry["canPush" if push else "canPull"] is None for entry in entries)
    verdict = replace(verdict, unanswered=verdict.unanswered or untold)
    exit_after_report(cmd, ExitCode.MISSING if missing else verify_exit_code(verdict, fail_on))
    return verdict.to_report(str(snapshot.registry.id), consumers=entries)


def _broken(snapshot: AccessSnapshot, findings: Sequence[Finding]) -> set[str]:
    """Subjects of the consumers that can't pull for a reason that is not their role, such as a registry that no network
    reaches."""
    network = RegistryNetwork.of(snapshot.registry)
    failures = [finding for finding in findings if finding.status == FAIL and finding.check != "consumer/role"]
    broken = {finding.subject for finding in failures if finding.check.startswith("consumer/")}
    if any(finding.check == "registry/private-endpoint" for finding in failures):
        broken |= {subject_of(consumer.kind.flag, consumer.name) for consumer in snapshot.consumers
                   if not passes_as_trusted(network, consumer)}
    return broken
