"""`az acrcache bootstrap export`: registries as they are, as a manifest."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def export_registries(cmd, registry_name=None, resource_group_name=None, all_registries=False,
                      export_format="manifest"):
    # az takes no other format.
    from azext_acrcache.workflows.export import export_registries as export
    return export(cmd, registry_name, resource_group_name, all_registries)
