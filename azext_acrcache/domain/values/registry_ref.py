"""Which registry a command is about, and which of its rules and credential sets, from names or resource IDs."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.values.arm_ids import REGISTRY, ArmId, name_or_id
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.login_servers import RegistryHost, bare_host
from azext_acrcache.domain.values.names import check_registry_name


@dataclass(frozen=True)
class RegistryRef:
    """A registry as the user named it.

    :ivar group: its resource group, where it was given.
    :ivar login_server: where one was given instead of a name: it tells registries of one name apart.
    """

    registry: str | ArmId
    group: str | None = None
    login_server: str | None = None

    def means(self, registry: ArmId, login_server: str) -> bool:
        """Whether a registry is the one named, as far as the name says. :param login_server: that of `registry`."""
        if isinstance(self.registry, ArmId):
            return self.registry == registry
        return self.registry.lower() == registry.name.lower() \
            and (self.group is None or self.group.lower() == registry.group.lower()) \
            and (self.login_server is None or self.login_server == login_server.lower())


def registry_ref(registry: str, group: str | None = None) -> RegistryRef:
    """Where a registry is to be looked for. Raises UserError for an illegal name or an ID of something else.

    Any of its host names will do, since those are what people have at hand.
    """
    name = name_or_id(registry, REGISTRY, "container registry")
    if isinstance(name, ArmId):
        return RegistryRef(name, group)
    host = RegistryHost.parse(name)
    if host:
        return RegistryRef(host.name, group, host.login_server)
    if "." in name:
        raise UserError(f"'{bare_host(name)}' is not the login server of an Azure container registry.",
                        "Give the registry's name, its login server such as myregistry.azurecr.io, or its resource ID.")
    return RegistryRef(check_registry_name(name), group)


def child_name(registry: str, text: str, level: str, what: str) -> str:
    """The name of a rule or credential set of `registry`, from its name or ID.

    Raises UserError for the ID of something else, and for one of another registry: it would hit a namesake.
    """
    child = name_or_id(text, f"{REGISTRY}/{level}", what)
    if isinstance(child, str):
        return child
    wanted = registry_ref(registry).registry
    if isinstance(wanted, ArmId) and wanted != child.parent:
        raise UserError(f"The {what} '{child.name}' belongs to the registry {child.parent}, not to {wanted}.",
                        f"Name a {what} of its own, or give --registry {child.parent}")
    own = wanted.name if isinstance(wanted, ArmId) else wanted
    if child.names[0].lower() != own.lower():
        raise UserError(f"The {what} '{child.name}' belongs to the registry '{child.names[0]}', not to '{own}'.",
                        f"Name a {what} of its own, or give --registry {child.names[0]}")
    return child.name
