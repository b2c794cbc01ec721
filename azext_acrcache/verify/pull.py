"""`az acrcache verify pull`: pulls manifests through the cache and says whether they are cached."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.cli.command_line import check_timeout


@az_command
def verify_pull(cmd, registry_name, image=None, images=None, platform=None, timeout=60, fail_on="fail",
                resource_group_name=None, show_passed=False, no_color=False):
    from azext_acrcache.cli.images_argument import images_from
    from azext_acrcache.cli.terminal_report import choose_view
    from azext_acrcache.workflows.pull_check import verify_pull as verify

    choose_view(cmd, show_passed, no_color)
    check_timeout("--timeout", timeout)
    return verify(cmd, registry_name, resource_group_name, images_from(image, images), tuple(platform or ()),
                  timeout=timeout, fail_on=fail_on)
