"""`az acrcache verify pull`: pulls manifests through the cache and says whether they are cached."""
from __future__ import annotations

from knack.log import get_logger

from azext_acrcache.command_line import check_timeout
from azext_acrcache.in_az_terms import DONE, FAILED, exit_after_report, in_az_terms

logger = get_logger(__name__)


@in_az_terms
def verify_pull(cmd, registry_name, image=None, images=None, platform=None, timeout=60, fail_on="fail",
                resource_group_name=None):
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.place import place_of
    from azext_acrcache.survey import Survey
    from azext_acrcache.verify.images_asked import images_from
    from azext_acrcache.verify.pull_report import PullReport, wanted_pulls

    check_timeout("--timeout", timeout)
    asked = images_from(image, images)
    azure = Azure(cmd.cli_ctx)
    snapshot = Survey(azure, place_of(registry_name, resource_group_name)).for_resolve()
    pulls = PullReport(cmd, azure, snapshot, timeout)
    verdict, report = pulls.of(wanted_pulls(asked, snapshot, tuple(platform or ())))
    # A pipeline must not take for good what could not be looked at.
    exit_after_report(cmd, verdict.exit_code(fail_on) or (FAILED if pulls.unanswered else DONE))
    return report
