"""`az acrcache verify chain`: every link of every chain in a registry."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def verify_chain(cmd, registry_name, name=None, resource_group_name=None, only=None, skip=None, fail_on="fail",
                 expiry_days=30, with_upstream=False, junit=None, sarif=None, yes=False, show_passed=False,
                 no_color=False):
    from azext_acrcache.cli.terminal_report import choose_view
    from azext_acrcache.workflows.verify_chain import ChainRequest
    from azext_acrcache.workflows.verify_chain import verify_chain as verify
    choose_view(cmd, show_passed, no_color)
    return verify(cmd, ChainRequest(registry_name, resource_group_name, tuple(name or ()), only, skip, expiry_days,
                                    with_upstream, yes),
                  fail_on=fail_on, junit=junit, sarif=sarif)
