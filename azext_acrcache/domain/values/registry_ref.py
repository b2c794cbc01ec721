"""Which registry a command is about, and which of its rules and credential sets, from names or resource IDs."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.values.arm_ids import REGISTRY, ArmId, name_or_id
from azext_acrcache.domain.values.names import check_registry_name
from azext_acrcache.domain.values.errors import UserError


@dataclass(frozen=True)
class RegistryRef:
    """A registry as the user named it. :ivar group: its resource group, where it was given."""

    registry: str | ArmId
    group: str | None = None


def registry_ref(registry: str, group: str | None = None) -> RegistryRef:
    """Where a registry is to be looked for. Raises UserError for an illegal name or an ID of something else."""
    name = name_or_id(registry, REGISTRY, "container registry")
    if isinstance(name, str):
        # A login server is what people have at hand; its first label is the registry's name.
        name = check_registry_name(name.partition(".")[0] if name.lower().endswith((".azurecr.io", ".azurecr.cn",
                                                                                    ".azurecr.us")) else name)
    return RegistryRef(name, group)


def child_name(registry: str, text: str, level: str, what: str) -> str:
    """The name of a rule or credential set of `registry`, from its name or ID.

    Raises UserError for the ID of something else, and for one of another registry: it would hit a namesake.
    """
    child = name_or_id(text, f"{REGISTRY}/{level}", what)
    if isinstance(child, str):
        return child
    own = registry_ref(registry, None).registry
    own_name = own.name if isinstance(own, ArmId) else own
    if child.names[0].lower() != own_name.lower():
        raise UserError(f"The {what} '{child.name}' belongs to the registry '{child.names[0]}', not to '{own_name}'.",
                        f"Name a {what} of '{own_name}', or give --registry {child.names[0]}")
    return child.name
