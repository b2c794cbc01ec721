"""`az acrcache verify login`: the ways to sign in to a registry. Switches nothing on to find out."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def verify_login(cmd, registry_name, fail_on="fail", resource_group_name=None, show_passed=False, no_color=False):
    from azext_acrcache.cli.terminal_report import choose_view
    from azext_acrcache.workflows.verify_login import verify_login as verify

    choose_view(cmd, show_passed, no_color)
    return verify(cmd, registry_name, resource_group_name, fail_on=fail_on)
