"""`az acrcache grant list`: who can pull and push, by which role, and whether the registry's mode honours it."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def list_grants(cmd, registry_name, resource_group_name=None, repository=None, consumer_kind=None, if_mode=None):
    from azext_acrcache.workflows.access_listing import list_access
    return list_access(cmd, registry_name, resource_group_name, repository=repository, kinds=consumer_kind,
                       if_mode=if_mode)
