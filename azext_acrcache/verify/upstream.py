"""`az acrcache verify upstream`: do the stored credentials log in upstream, and can the sources be read?"""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def verify_upstream(cmd, registry_name, name=None, fail_on="fail", resource_group_name=None, yes=False,
                    show_passed=False, no_color=False):
    from azext_acrcache.cli.terminal_report import choose_view
    from azext_acrcache.workflows.verify_upstream import verify_upstream as verify

    choose_view(cmd, show_passed, no_color)
    return verify(cmd, registry_name, resource_group_name, name, fail_on=fail_on, yes=yes)
