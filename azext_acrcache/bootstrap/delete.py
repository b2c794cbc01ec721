"""`az acrcache bootstrap delete`: rules, and what only they needed."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.cli.command_line import check_exit_code, check_timeout


@az_command
def delete_chain(cmd, registry_name, name=None, cred_set=None, resource_group_name=None, yes=False, what_if=False,
                 exit_code=False, wait_timeout=600):
    from azext_acrcache.workflows.take_down import TakeDownRequest, take_down

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    return take_down(cmd, TakeDownRequest(registry_name, resource_group_name, tuple(name or ()), cred_set), yes=yes,
                     what_if=what_if, exit_code=exit_code, wait_timeout=wait_timeout)
