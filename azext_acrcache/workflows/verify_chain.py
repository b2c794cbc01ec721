"""Every link of every chain in a registry, with the root cause and the lines that fix it."""
from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context
from azext_acrcache.cli.exit_codes import exit_after_report, verify_exit_code
from azext_acrcache.cli.report_files import ReportFiles
from azext_acrcache.cli.secret_deliveries import announce
from azext_acrcache.domain.checks.catalogue import CHAIN_AREAS, UPSTREAM_AREA, named_checks
from azext_acrcache.domain.checks.chain import chain_questions
from azext_acrcache.domain.checks.check import FAIL
from azext_acrcache.domain.checks.snapshot import ChainQuery, ChainSnapshot
from azext_acrcache.domain.checks.upstream import UpstreamProbe, upstream_questions
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.state.known import reason_of, value_or
from azext_acrcache.domain.state.secret_deliveries import secret_deliveries
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.registry_ref import child_name, registry_ref
from azext_acrcache.observe.chain import observe_chains
from azext_acrcache.observe.upstream import observe_upstreams
from azext_acrcache.observe.upstream_sessions import UpstreamSessions

logger = get_logger(__name__)


@dataclass(frozen=True)
class ChainRequest:
    """The arguments as given.

    :ivar rules: names or IDs; none means all. :ivar only, skip: checks or areas.
    :ivar with_upstream: try the stored credentials and the sources too, as `verify upstream` does.
    :ivar yes: send secrets also where that would be asked.
    """

    registry: str
    group: str | None = None
    rules: tuple[str, ...] = ()
    only: Sequence[str] | None = None
    skip: Sequence[str] | None = None
    expiry_days: int = 30
    with_upstream: bool = False
    yes: bool = False

    @property
    def areas(self) -> tuple[str, ...]:
        """Those whose checks the request may name."""
        return (*CHAIN_AREAS, UPSTREAM_AREA) if self.with_upstream else CHAIN_AREAS


def verify_chain(cmd, request: ChainRequest, *, fail_on: str, junit: str | None, sarif: str | None) -> dict:
    """The contract's report. Raises UserError. :param junit, sarif: files to write it to."""
    only = named_checks(request.only, request.areas, "--only")
    skip = named_checks(request.skip, request.areas, "--skip")
    if request.expiry_days < 0:
        raise UserError(f"--expiry-days {request.expiry_days} is in the past.",
                        "Give the number of days from now, 0 or more.")
    ref = registry_ref(request.registry, request.group)
    names = tuple(dict.fromkeys(child_name(request.registry, text, "cacheRules", "cache rule")
                                for text in request.rules))
    with ReportFiles(junit, sarif) as files:
        azure, query = Azure(cmd.cli_ctx), ChainQuery(names or None, request.expiry_days, time.time())
        context = line_context(cmd)
        chain = observe_chains(azure, ref, query, context)
        probes = _upstream_probes(azure, chain, request.yes) if request.with_upstream else []
        questions = [*chain_questions(chain), *upstream_questions(chain.registry, probes, context)]
        verdict = verdict_of(judge(questions), only, skip)
        lists = {"upstreams": [probe.to_report() for probe in probes]} if request.with_upstream else {}
        report = verdict.to_report(str(chain.registry.id), **lists)
        files.write(f"acrcache verify chain {chain.registry.name}", report, fail_on)
    if not request.with_upstream and chain.credential_sets and verdict.status != FAIL:
        logger.warning("The stored credentials were not tried at their upstreams. Try them with: %s",
                       context.line("acrcache", "verify", "upstream").registry(chain.registry.id)
                       .option("--name", *names))
    exit_after_report(cmd, verify_exit_code(verdict, fail_on))
    return report


def _upstream_probes(azure: Azure, chain: ChainSnapshot, yes: bool) -> list[UpstreamProbe]:
    """What `verify upstream` asks, for the rules that are asked about."""
    credential_sets = value_or(chain.all_credential_sets, ())
    announce(secret_deliveries(chain.rules, credential_sets), yes)
    sessions = UpstreamSessions(azure, chain.registry, credential_sets,
                                unseen_sets=reason_of(chain.all_credential_sets))
    return observe_upstreams(chain.registry, sessions, chain.rules, credential_sets)
