"""Manifest -> snapshot -> plan -> reports, for `bootstrap apply`: the estate that files describe."""
from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.apply_files import AppendedFile, PrivateFile
from azext_acrcache.cli.command_line import line_context, same_command
from azext_acrcache.cli.confirmation import confirm_pruning
from azext_acrcache.cli.exit_codes import ExitCode, exit_after_report
from azext_acrcache.cli.manifest_files import STANDARD_INPUT_PATH, read_manifest_files
from azext_acrcache.cli.markdown_report import markdown_of
from azext_acrcache.concurrency import MOST_SIDE_BY_SIDE, SIDE_BY_SIDE
from azext_acrcache.domain.plan.changes import APPLIED, DELETE, NO_CHANGE, PARTIAL, PLANNED
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredRegistry
from azext_acrcache.domain.state.snapshots import EstateSnapshot
from azext_acrcache.domain.values.errors import ExclusiveArguments, UserError
from azext_acrcache.manifest.reading import Manifest, read_manifest
from azext_acrcache.manifest.schema import manifest_schema
from azext_acrcache.observe.estate import observe_estate
from azext_acrcache.observe.prune import with_access_of_unlisted
from azext_acrcache.workflows.estate_reports import first_pulls, planned_sets, warn_of_unseen
from azext_acrcache.workflows.preload import load_what_writes

logger = get_logger(__name__)

# From the best end of a registry to the worst: the worst of all registries is that of the estate.
_OUTCOMES = (NO_CHANGE, APPLIED, PLANNED, PARTIAL)


@dataclass(frozen=True)
class ApplyOptions:
    """How a manifest is carried out.

    :ivar wait: whether to wait for health. :ivar wait_timeout: seconds, for the whole run.
    :ivar expect: fingerprint of the only plan that is to be carried out.
    :ivar previous: path of the manifest of before. :ivar yes: prune without asking.
    :ivar concurrency: steps and requests side by side.
    :ivar markdown: file that the plan or report is appended to. :ivar hand_over: file for the lines that somebody else
        has to run.
    """

    wait: bool = True
    wait_timeout: float = 600
    what_if: bool = False
    exit_code: bool = False
    expect: str | None = None
    prune: bool = False
    previous: str | None = None
    yes: bool = False
    concurrency: int = SIDE_BY_SIDE
    markdown: str | None = None
    hand_over: str | None = None


def apply(cmd, files: Sequence[str], options: ApplyOptions) -> dict:
    """The contract's report on many registries: `outcome`, `fingerprint`, `registries`.

    Raises UserError before anything is written, for all that can't work at once.
    """
    _check_options(files, options)
    with AppendedFile("--markdown", options.markdown) as markdown, \
            PrivateFile("--handover", options.hand_over) as hand_over:
        azure = Azure(cmd.cli_ctx)
        # Nothing waits longer than the run, and no more requests are under way than its steps.
        azure.session.patience(options.wait_timeout)
        azure.session.gate.limit = options.concurrency
        wanted, previous = _manifests(files, options.previous, azure.session.vault_suffix)
        for warning in wanted.warnings:
            logger.warning("%s", warning)
        load_what_writes(azure.session.asked)
        snapshot = observe_estate(azure, wanted.estate)
        estate_run = _EstateRun(cmd, azure, files, options, wanted.estate, snapshot, previous)
        report = estate_run.report()
        markdown.append(markdown_of(report))
        hand_over.write(estate_run.commands)
        return report


def schema_document() -> dict:
    """The JSON Schema of manifests, for editors."""
    return json.loads(manifest_schema())


def _check_options(files: Sequence[str], options: ApplyOptions) -> None:
    """Raises UserError."""
    if options.previous == STANDARD_INPUT_PATH and STANDARD_INPUT_PATH in files:
        raise UserError("Standard input (-) is named by --file and by --previous, and it can be read only once.",
                        "Give the path of a file to one of the two.")
    if not 1 <= options.concurrency <= MOST_SIDE_BY_SIDE:
        raise UserError(f"--concurrency {options.concurrency} is out of bounds: it must be 1 to "
                        f"{MOST_SIDE_BY_SIDE}.",
                        f"Leave it out for {SIDE_BY_SIDE} steps side by side.")
    if options.previous and not options.prune:
        raise ExclusiveArguments("--previous says what may be pruned, and --prune is missing.",
                                 "Add --prune, or leave --previous out.")
    if options.expect and options.what_if:
        raise ExclusiveArguments("--expect is for carrying out, and --what-if carries out nothing.",
                                 "Leave one of the two out.")


def _manifests(files: Sequence[str], previous: str | None, vault_suffix: str) -> tuple[Manifest, DesiredEstate]:
    """What is wanted, and what was before. Raises UserError for all that is wrong in them."""
    wanted = read_manifest(read_manifest_files(files), vault_suffix)
    before = read_manifest(read_manifest_files([previous]), vault_suffix).estate if previous else DesiredEstate(())
    return replace(wanted, estate=replace(wanted.estate, whole=True)), before


class _EstateRun:
    """One plan for all registries, shown or carried out."""

    def __init__(self, cmd, azure: Azure, files: Sequence[str], options: ApplyOptions, wanted: DesiredEstate,
                 snapshot: EstateSnapshot, before: DesiredEstate):
        from azext_acrcache.domain.plan.estate import Pruning, plan_estate
        from azext_acrcache.domain.plan.fingerprint import fingerprint
        from azext_acrcache.workflows.plan_run import PlanRun
        self._cmd, self._azure, self._files, self._options = cmd, azure, files, options
        pruning = None
        if options.prune:
            pruning = Pruning({looked_at.registry.id: of_registry for looked_at in snapshot.registries
                               if (of_registry := _same_registry(before, looked_at.registry))})
            snapshot = with_access_of_unlisted(azure, wanted, snapshot, pruning)
        self._snapshot, self._plan = snapshot, plan_estate(wanted, snapshot, pruning)
        self._fingerprint = fingerprint(self._plan)
        warn_of_unseen(self._plan, snapshot, logger)
        for warning in self._plan.warnings:
            logger.warning("%s", warning)
        self._context = line_context(cmd)
        registries = [looked_at.registry for looked_at in snapshot.registries]
        self._run = PlanRun(cmd, azure, registries, self._plan, context=self._context, carry_on=self._same_command(),
                            next_lines=first_pulls(wanted, registries), known=planned_sets(self._plan, snapshot))

    @property
    def commands(self) -> tuple[str, ...]:
        """What somebody else has to run, for all registries."""
        return self._run.commands

    def report(self) -> dict:
        """Carries the plan out, or shows it. Raises UserError for what the options don't allow."""
        if self._options.what_if:
            reports = self._run.what_if(self._options.exit_code)
            return self._joined(reports, following=self._same_command(self._fingerprint))
        if self._options.expect and self._options.expect.strip().lower() != self._fingerprint:
            return self._refused()
        if self._options.prune:
            confirm_pruning([change for change in self._plan.changes if change.change == DELETE], self._options.yes)
        return self._joined(self._run.apply(self._snapshot.vaults, wait=self._options.wait,
                                            wait_timeout=self._options.wait_timeout,
                                            concurrency=self._options.concurrency))

    def _refused(self) -> dict:
        """The plan as it is by now: what was reviewed is another one. Nothing is written."""
        logger.error("The plan is %s by now, and --expect is %s: what stands in Azure or in the manifest has changed "
                     "since it was reviewed. Nothing was changed.", self._fingerprint, self._options.expect)
        logger.error("Review the plan in the report, then run: %s", self._same_command(self._fingerprint))
        reports = self._run.what_if(False)
        exit_after_report(self._cmd, ExitCode.FAILED)
        return self._joined(reports, following=self._same_command(self._fingerprint))

    def _joined(self, reports: list[dict], following: str | None = None) -> dict:
        """:param following: the line that carries exactly this plan out; takes the place of the one that plans anew."""
        carry_on = self._same_command()
        if following:
            reports = [{**report, "next": [following if line == carry_on else line for line in report["next"]]}
                       for report in reports]
        outcome = max((report["outcome"] for report in reports), key=_OUTCOMES.index, default=NO_CHANGE)
        return {"outcome": outcome, "fingerprint": self._fingerprint, "registries": reports}

    def _same_command(self, expect: str | None = None) -> str:
        options = self._options
        return same_command("bootstrap apply", {
            "--file": list(self._files), "--prune": options.prune, "--previous": options.previous,
            "--yes": options.yes, "--expect": expect, "--no-wait": not options.wait,
            "--wait-timeout": f"{options.wait_timeout:g}", "--concurrency": str(options.concurrency),
            "--markdown": options.markdown, "--handover": options.hand_over,
        }, {"--wait-timeout": "600", "--concurrency": str(SIDE_BY_SIDE)}, context=self._context)


def _same_registry(estate: DesiredEstate, registry) -> DesiredRegistry | None:
    """What an estate says of a registry, by whichever of its names."""
    return next((desired for desired in estate.registries
                 if desired.registry.means(registry.id, registry.login_server)), None)
