"""`az acrcache grant revoke`: takes back what `grant pull` and `grant vault` gave."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.cli.command_line import check_exit_code, check_timeout


@az_command
def revoke(cmd, registry_name, resource_group_name=None, assignee_object_id=None, assignee_principal_type=None,
           push=False, repository=None, for_rule=None, catalog=False, assignee_identity=None, app_settings=False,
           orphans=False, cred_set=None, yes=False, wait_timeout=600, what_if=False, exit_code=False, **kwargs):
    from azext_acrcache.workflows.consumers import ConsumerSelection
    from azext_acrcache.workflows.revoke import RevokeRequest
    from azext_acrcache.workflows.revoke import revoke as take_back

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    selection = ConsumerSelection(kwargs, assignee_object_id, assignee_principal_type, repository, for_rule,
                                  assignee_identity)
    request = RevokeRequest(registry_name, resource_group_name, selection, push, catalog, app_settings, orphans,
                            cred_set)
    return take_back(cmd, request, yes=yes, what_if=what_if, exit_code=exit_code, wait_timeout=wait_timeout)
