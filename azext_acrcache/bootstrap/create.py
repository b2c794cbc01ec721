"""`az acrcache bootstrap create`."""
from __future__ import annotations

import time

from azext_acrcache.cli.az_command import az_command
from azext_acrcache.cli.command_line import check_exit_code, check_timeout


@az_command
def create_chain(cmd, registry_name, source_repo, target_repo=None, name=None, resource_group_name=None, cred_set=None,
                 login_server=None, username_id=None, password_id=None, vault=None, identity=None,
                 upstream_username=None, upstream_password_file=None, upstream_password=None, vault_access="auto",
                 vault_scope="secret", pin_secret_version=False, wait_timeout=600, health_unwatched=False,
                 what_if=False, exit_code=False, verify_tag=None, expires=None):
    from azext_acrcache.cli.expiry_argument import expiry_from
    from azext_acrcache.cli.upstream_password import refuse_password_argument, username_value
    from azext_acrcache.domain.plan.create_request import CreateRequest
    from azext_acrcache.workflows.create import CreateOptions, create

    check_exit_code(what_if, exit_code)
    check_timeout("--wait-timeout", wait_timeout)
    refuse_password_argument(upstream_password)
    request = CreateRequest(registry_name, tuple(source_repo or ()), tuple(target_repo or ()), tuple(name or ()),
                            resource_group_name, cred_set, login_server, username_id, password_id, vault, identity,
                            username_value(upstream_username), access=vault_access, scope=vault_scope,
                            pin_version=pin_secret_version, expires=expiry_from(expires, time.time()))
    options = CreateOptions(not health_unwatched, wait_timeout, what_if, exit_code, verify_tag)
    return create(cmd, request, options, username=upstream_username, password_file=upstream_password_file)
