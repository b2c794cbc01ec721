"""Names for tab completion, read from Azure when the key is pressed."""
from azure.cli.core.decorators import Completer


def files(prefix, **kwargs):
    """Paths, as argcomplete's own completer has them."""
    from argcomplete.completers import FilesCompleter
    return FilesCompleter()(prefix, **kwargs)


@Completer
def registries(cmd, prefix, namespace):
    from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
    from azext_acrcache.adapters.registries import API
    session = _session(cmd)
    rest = session.rest(CONTAINER_REGISTRY, session.subscription)
    path = f"/subscriptions/{session.subscription}/providers/Microsoft.ContainerRegistry/registries"
    return [body["name"] for body in rest.pages(path, API)]


@Completer
def vaults(cmd, prefix, namespace):
    from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
    from azext_acrcache.adapters.vaults import API
    session = _session(cmd)
    rest = session.rest(CONTAINER_REGISTRY, session.subscription)
    return [body["name"]
            for body in rest.pages(f"/subscriptions/{session.subscription}/providers/Microsoft.KeyVault/vaults",
                                   API)]


@Completer
def rules(cmd, prefix, namespace):
    azure, registry = _registry(cmd, namespace)
    return [rule.name for rule in azure.registries.rules(registry.id)]


@Completer
def credential_sets(cmd, prefix, namespace):
    azure, registry = _registry(cmd, namespace)
    return [credential_set.name for credential_set in azure.registries.credential_sets(registry.id)]


@Completer
def checks(cmd, prefix, namespace):
    """Areas and checks of `verify chain`; no request is needed for them."""
    from azext_acrcache.domain.checks.catalogue import CHAIN_AREAS, CHECKS, UPSTREAM_AREA
    areas = (*CHAIN_AREAS, UPSTREAM_AREA) if getattr(namespace, "with_upstream", False) else CHAIN_AREAS
    return [*areas, *(check.name for check in CHECKS if check.area in areas and not check.explained_only)]


def _registry(cmd, namespace):
    from azext_acrcache.adapters.azure import Azure
    from azext_acrcache.domain.values.registry_ref import registry_ref
    from azext_acrcache.observe.registries import find_registry
    azure = Azure(cmd.cli_ctx)
    return azure, find_registry(azure, registry_ref(namespace.registry_name, namespace.resource_group_name))


def _session(cmd):
    from azext_acrcache.adapters.session import Session
    return Session(cmd.cli_ctx)
