"""`bootstrap create --verify-tag`: the first pull through rules that were just set up."""
from __future__ import annotations

from typing import Sequence

from knack.log import get_logger

from azext_acrcache.cli.exit_codes import ExitCode, exit_after_report, verify_exit_code
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan.changes import BLOCKED, NO_CHANGE, PARTIAL, VERIFY, Change
from azext_acrcache.domain.state.desired import DesiredRule
from azext_acrcache.domain.values.errors import ExclusiveArguments, UserError
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.registry_ref import RegistryRef

logger = get_logger(__name__)

# Seconds to wait for the registry to import an image, as `verify pull` waits.
_PATIENCE = 60


def check_verify_tag(tag: str | None, unwatched: bool, rules: Sequence[DesiredRule], registry: RegistryRef) -> None:
    """Raises UserError for a tag that is none or that no rule could have, ExclusiveArguments where health is not
    waited for. :param registry: as it was named."""
    if tag is None:
        return
    if unwatched:
        raise ExclusiveArguments("--verify-tag pulls once the credential set is Healthy, and --no-wait does not wait "
                                 "for that.", "Leave one of the two out.")
    for rule in rules:
        if rule.target.wildcard:
            raise UserError(f"--verify-tag needs a target that is one repository, and '{rule.target}' has a wildcard.",
                            Advice("Pull an image of it afterwards", _pull_line(rule, tag, registry)))
        if ":" in tag or "@" in tag or "/" in tag:
            raise UserError(f"--verify-tag '{tag}' is not a tag.", "Give the tag alone, such as 22.04.")
        ImageReference.parse(f"{rule.target}:{tag}")


def _pull_line(rule: DesiredRule, tag: str, registry: RegistryRef) -> AzLine:
    line = AzLine.of("acrcache", "verify", "pull").registry(registry.registry)
    line = line.option("--resource-group", registry.group)
    return line.option("--image", f"{rule.target.fill('MyRepository')}:{tag}")


def with_pulls_planned(report: dict, rules: Sequence[DesiredRule], tag: str) -> dict:
    """A pull changes nothing that is anybody's to keep, so that it makes no run pending."""
    planned = [Change(VERIFY, NO_CHANGE, f"{report['loginServer']}/{rule.target}:{tag}", detail="would be pulled")
               for rule in rules]
    return {**report, "changes": [*report["changes"], *(change.to_report() for change in planned)]}


def with_pulls(cmd, azure, report: dict, rules: Sequence[DesiredRule], tag: str) -> dict:
    """The report with a change for each pull. Sets the exit code of `verify pull` where one fails.

    A chain that is not complete is not pulled through. What was done stays reported whatever becomes of the pulls.
    """
    from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
    if report["outcome"] == PARTIAL:
        return report
    references = [f"{report['loginServer']}/{rule.target}:{tag}" for rule in rules]
    try:
        check = _pull(cmd, azure, report["registry"], references)
    except (ServiceError, ServiceUnreachable) as ex:
        logger.error("The chain is in place, but could not be pulled through: %s", ex)
        exit_after_report(cmd, ExitCode.FAILED)
        changes = [Change(VERIFY, BLOCKED, reference, detail=str(ex)) for reference in references]
    except KeyboardInterrupt:
        # The rules exist: whoever stops waiting for their first pull must still learn what was done.
        logger.error("The chain is in place; the first pull through it was interrupted.")
        exit_after_report(cmd, ExitCode.FAILED)
        changes = [Change(VERIFY, BLOCKED, reference, detail="interrupted") for reference in references]
    else:
        exit_after_report(cmd, verify_exit_code(check.verdict))
        changes = [_change(pull, check.report) for pull in check.report["pulls"]]
        for finding in check.report["checks"]:
            if finding["status"] == "fail":
                logger.error("%s", "\n".join([finding["message"], *(fix["command"] for fix in finding["fix"])]))
    return {**report, "changes": [*report["changes"], *(change.to_report() for change in changes)]}


def _pull(cmd, azure, registry: str, references: list[str]):
    """A `PullCheckResult`."""
    from azext_acrcache.domain.values.arm_ids import ArmId
    from azext_acrcache.observe.resolve import observe_rules
    from azext_acrcache.workflows.pull_check import PullCheck, pull_targets

    # The deadline of the run that set the chain up may have passed; the pull has its own.
    azure.session.patience(_PATIENCE)
    snapshot = observe_rules(azure, RegistryRef(ArmId.parse(registry)))
    images = [(reference, ImageReference.parse(reference)) for reference in references]
    return PullCheck(cmd, azure, snapshot).of(pull_targets(images, snapshot))


def _change(pull: dict, report: dict) -> Change:
    failures = [check for check in report["checks"] if check["status"] == "fail"]
    own = next((check for check in failures if check["subject"] == pull["reference"]), None)
    failure = own or (failures[0] if failures else None)
    verdict = pull["verdict"] or ("FAILED" if failure else "could not be checked")
    if not pull["digest"] or own:
        reason = f": {failure['message']}" if failure else ""
        return Change(VERIFY, BLOCKED, pull["reference"], detail=verdict + reason)
    return Change(VERIFY, NO_CHANGE, pull["reference"], detail=f"{verdict} ({pull['digest']})")
