"""All adapters of one command, loaded and made when first needed."""
from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.state.observed import Registry, Vault
from azext_acrcache.domain.values.secret_value import SecretValue

if TYPE_CHECKING:
    from azure.cli.core import AzCli

    from azext_acrcache.adapters.aks_run_command import RunCommands
    from azext_acrcache.adapters.app_images import AppImages
    from azext_acrcache.adapters.authorization import Authorization
    from azext_acrcache.adapters.consumers.resources import Resources
    from azext_acrcache.adapters.graph import Graph
    from azext_acrcache.adapters.identities import Identities
    from azext_acrcache.adapters.registries import Registries
    from azext_acrcache.adapters.registry_content import RegistryContent
    from azext_acrcache.adapters.upstream_registry import UpstreamRegistry
    from azext_acrcache.adapters.vault_secrets import VaultSecrets
    from azext_acrcache.adapters.vaults import Vaults


class Azure:
    """:ivar session: az's sign-in and the gate of all requests; a command sets how long they wait (`patience`)."""

    def __init__(self, cli_ctx: "AzCli"):
        self.session = Session(cli_ctx)

    @cached_property
    def registries(self) -> Registries:
        from azext_acrcache.adapters.registries import Registries
        return Registries(self.session)

    @cached_property
    def vaults(self) -> Vaults:
        from azext_acrcache.adapters.vaults import Vaults
        return Vaults(self.session)

    @cached_property
    def authorization(self) -> Authorization:
        from azext_acrcache.adapters.authorization import Authorization
        return Authorization(self.session)

    @cached_property
    def identities(self) -> Identities:
        from azext_acrcache.adapters.identities import Identities
        return Identities(self.session)

    def graph_of(self, registry: Registry) -> Graph:
        """The directory of the registry's tenant, which is where its roles count."""
        from azext_acrcache.adapters.graph import Graph
        return Graph(self.session, lambda: registry.id.subscription)

    @cached_property
    def resources(self) -> Resources:
        from azext_acrcache.adapters.consumers.resources import Resources
        return Resources(self.session)

    @cached_property
    def run_commands(self) -> RunCommands:
        from azext_acrcache.adapters.aks_run_command import RunCommands
        return RunCommands(self.session)

    @cached_property
    def app_images(self) -> AppImages:
        from azext_acrcache.adapters.app_images import AppImages
        return AppImages(self.session)

    def content_of(self, registry: Registry) -> RegistryContent:
        from azext_acrcache.adapters.registry_content import RegistryContent
        return RegistryContent(self.session, registry.login_server, registry.id.subscription)

    def content_at(self, login_server: str, subscription: str) -> RegistryContent:
        """Another Azure registry's content, as the caller; `subscription`: one of its tenant."""
        from azext_acrcache.adapters.registry_content import RegistryContent
        return RegistryContent(self.session, login_server, subscription)

    def secrets_at(self, vault_host: str, subscription: str) -> VaultSecrets:
        """Of a vault that nothing but the host is known of; `subscription`: one of its tenant."""
        from azext_acrcache.adapters.vault_secrets import VaultSecrets
        return VaultSecrets(self.session, vault_host, subscription)

    def upstream(self, login_server: str, username: SecretValue | None = None, password: SecretValue | None = None
                 ) -> UpstreamRegistry:
        from azext_acrcache.adapters.upstream_registry import UpstreamRegistry
        return UpstreamRegistry(self.session, login_server, username, password)

    def secrets_of(self, vault: Vault) -> VaultSecrets:
        from azext_acrcache.adapters.vault_secrets import VaultSecrets
        return VaultSecrets(self.session, vault.host, vault.id.subscription)
