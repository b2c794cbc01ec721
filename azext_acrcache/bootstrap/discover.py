"""`az acrcache bootstrap discover`: the manifest that the images of files need."""
from __future__ import annotations

from azext_acrcache.cli.az_command import az_command


@az_command
def discover_images(cmd, registry_name=None, resource_group_name=None, file=None, images=None, vault=None,
                    layout="short", wildcards=None, likely=False, env_file=None, build_arg=None, list_images=False,
                    rewrite=None, out=None, yes=False, aks=None, azure_apps=None):
    from azext_acrcache.cli.discover_inputs import read_discover_inputs
    from azext_acrcache.workflows.discover import DiscoverOptions, discover
    apps = None if azure_apps is None else tuple(azure_apps)
    options = DiscoverOptions(vault, layout, wildcards, likely, list_images, rewrite, out, yes, tuple(aks or ()), apps)
    reading = read_discover_inputs(file, images, env_file, build_arg, needed=not (rewrite or aks or apps is not None))
    return discover(cmd, reading, registry_name, resource_group_name, options)
