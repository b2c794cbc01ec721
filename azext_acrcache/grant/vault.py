"""`az acrcache grant vault`: the identity of a credential set may read exactly its two secrets."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.cli.command_line import check_exit_code, check_timeout


@az_command
def grant_vault(cmd, registry_name, name, resource_group_name=None, vault_access="auto", vault_scope="secret",
                what_if=False, exit_code=False, health_unwatched=False, wait_timeout=600):
    from azext_acrcache.workflows.grant_vault import VaultGrantRequest
    from azext_acrcache.workflows.grant_vault import grant_vault as grant

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    return grant(cmd, VaultGrantRequest(registry_name, resource_group_name, name, vault_access, vault_scope),
                 wait=not health_unwatched, what_if=what_if, exit_code=exit_code, wait_timeout=wait_timeout)
