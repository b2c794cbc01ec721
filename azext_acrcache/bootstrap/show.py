"""`az acrcache bootstrap show` and `list`: chains, joined."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def show_chain(cmd, registry_name, name, resource_group_name=None):
    from azext_acrcache.workflows.chain_listing import show_chain as show
    return show(cmd, registry_name, name, resource_group_name)


@az_command
def list_chains(cmd, registry_name, resource_group_name=None):
    from azext_acrcache.workflows.chain_listing import list_chains as chains
    return chains(cmd, registry_name, resource_group_name)
