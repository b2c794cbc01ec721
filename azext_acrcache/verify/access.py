"""`az acrcache verify access`: can these consumers pull? Worked out from ARM; no cluster is touched."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def verify_access(cmd, registry_name, resource_group_name=None, assignee_object_id=None, assignee_principal_type=None,
                  push=False, repository=None, for_rule=None, assignee_identity=None, fail_on="fail", show_passed=False,
                  no_color=False, **kwargs):
    from azext_acrcache.cli.terminal_report import choose_view
    from azext_acrcache.workflows.consumers import ConsumerSelection
    from azext_acrcache.workflows.verify_access import verify_access as verify

    choose_view(cmd, show_passed, no_color)
    selection = ConsumerSelection(kwargs, assignee_object_id, assignee_principal_type, repository, for_rule,
                                  assignee_identity)
    return verify(cmd, registry_name, resource_group_name, selection, push=push, fail_on=fail_on)
