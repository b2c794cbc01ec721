"""Which registry a command is about, and which of its rules and credential sets, from names or resource IDs."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from azext_acrcache.domain.arm_ids import REGISTRY, ArmId, name_or_id
from azext_acrcache.domain.names import check_registry_name
from azext_acrcache.domain.refusal import Refusal


@dataclass(frozen=True)
class Place:
    """Where to look: names or IDs as the user gave them. `vaults`: by host, where an ID was given for one."""

    registry: str | ArmId
    group: str | None = None
    vaults: Mapping[str, ArmId] = field(default_factory=dict)


def place_of(registry: str, group: str | None, vaults: dict[str, ArmId] | None = None) -> Place:
    """Where a registry is to be looked for. Raises Refusal for an illegal name or an ID of something else."""
    name = name_or_id(registry, REGISTRY, "container registry")
    if isinstance(name, str):
        # A login server is what people have at hand; its first label is the registry's name.
        name = check_registry_name(name.partition(".")[0] if name.lower().endswith((".azurecr.io", ".azurecr.cn",
                                                                                    ".azurecr.us")) else name)
    return Place(name, group, vaults or {})


def name_in(registry: str, text: str, level: str, what: str) -> str:
    """The name of a rule or credential set of `registry`, from its name or ID.

    Raises Refusal for the ID of something else, and for one of another registry: it would hit a namesake.
    """
    found = name_or_id(text, f"{REGISTRY}/{level}", what)
    if isinstance(found, str):
        return found
    place = place_of(registry, None).registry
    own = place.name if isinstance(place, ArmId) else place
    if found.names[0].lower() != own.lower():
        raise Refusal(f"The {what} '{found.name}' belongs to the registry '{found.names[0]}', not to '{own}'.",
                      f"Name one of its own, or give --registry {found.names[0]}.")
    return found.name
