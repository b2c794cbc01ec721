"""`az acrcache grant pull`: lets consumers pull, by the role that the registry's mode honours."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.cli.command_line import check_exit_code, check_timeout


@az_command
def grant_pull(cmd, registry_name, resource_group_name=None, assignee_object_id=None, assignee_principal_type=None,
               push=False, repository=None, for_rule=None, catalog=False, assign_identity=None, assignee_identity=None,
               if_mode=None, wait_timeout=600, what_if=False, exit_code=False, **kwargs):
    from azext_acrcache.workflows.consumers import ConsumerSelection
    from azext_acrcache.workflows.grant_pull import PullGrantRequest
    from azext_acrcache.workflows.grant_pull import grant_pull as grant

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    selection = ConsumerSelection(kwargs, assignee_object_id, assignee_principal_type, repository, for_rule,
                                  assignee_identity)
    request = PullGrantRequest(registry_name, resource_group_name, selection, push, catalog, assign_identity, if_mode)
    return grant(cmd, request, what_if=what_if, exit_code=exit_code, wait_timeout=wait_timeout)
