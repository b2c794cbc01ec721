"""Every link of every chain in a registry, with the root cause and the lines that fix it."""
from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.az_command import exit_after_report
from azext_acrcache.cli.report_files import ReportFiles
from azext_acrcache.domain.checks.catalogue import CHAIN_AREAS, named_checks
from azext_acrcache.domain.checks.chain import chain_questions
from azext_acrcache.domain.checks.snapshot import ChainQuery
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.registry_ref import child_name, registry_ref
from azext_acrcache.observe.chain import observe_chains


@dataclass(frozen=True)
class ChainRequest:
    """The arguments as given. :ivar rules: names or IDs; none means all. :ivar only, skip: checks or areas."""

    registry: str
    group: str | None = None
    rules: tuple[str, ...] = ()
    only: Sequence[str] | None = None
    skip: Sequence[str] | None = None
    expiry_days: int = 30


def verify_chain(cmd, request: ChainRequest, *, fail_on: str, junit: str | None, sarif: str | None) -> dict:
    """The contract's report. Raises UserError. :param junit, sarif: files to write it to."""
    only = named_checks(request.only, CHAIN_AREAS, "--only")
    skip = named_checks(request.skip, CHAIN_AREAS, "--skip")
    if request.expiry_days < 0:
        raise UserError(f"--expiry-days {request.expiry_days} is in the past.",
                        "Give the number of days from now, 0 or more.")
    ref = registry_ref(request.registry, request.group)
    names = tuple(dict.fromkeys(child_name(request.registry, text, "cacheRules", "cache rule")
                                for text in request.rules))
    with ReportFiles(junit, sarif) as files:
        query = ChainQuery(names or None, request.expiry_days, time.time())
        snapshot = observe_chains(Azure(cmd.cli_ctx), ref, query)
        verdict = verdict_of(judge(chain_questions(snapshot)), only, skip)
        report = verdict.to_report(str(snapshot.registry.id))
        files.write(f"acrcache verify chain {snapshot.registry.name}", report, fail_on)
    exit_after_report(cmd, verdict.exit_code(fail_on))
    return report
