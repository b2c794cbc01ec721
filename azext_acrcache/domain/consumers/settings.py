"""What web apps and container apps are told about the registry they pull from.

Sources: Microsoft.Web config/web (`acrUseManagedIdentityCreds`, `acrUserManagedIdentityID` = a client ID, empty for the
system-assigned identity); Microsoft.App containerApps `configuration.registries[]` (`server`, and `identity` = the ID
of a user-assigned identity or `system`).
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping


@dataclass(frozen=True)
class WebSettings:
    uses_identity: bool = False
    client_id: str | None = None

    @classmethod
    def from_rest(cls, properties: Mapping) -> "WebSettings":
        return cls(bool(properties.get("acrUseManagedIdentityCreds")),
                   properties.get("acrUserManagedIdentityID") or None)

    def pull_with(self, client_id: str | None) -> bool:
        """Whether it pulls with this user-assigned identity, or with None, its own."""
        return self.uses_identity and (self.client_id or "").lower() == (client_id or "").lower()


@dataclass(frozen=True)
class ContainerAppSettings:
    """`registries` as ARM answers them; those of other registries are never touched."""

    registries: tuple[Mapping, ...] = ()

    def entry(self, login_server: str) -> Mapping | None:
        return next((one for one in self.registries if (one.get("server") or "").lower() == login_server.lower()), None)

    def identity_for(self, login_server: str) -> str | None:
        return (self.entry(login_server) or {}).get("identity") or None

    def with_identity(self, login_server: str, identity: str) -> tuple[Mapping, ...]:
        """The list in which this registry is pulled from with `identity` and no password."""
        return (*self.without(login_server), {"server": login_server, "identity": identity})

    def without(self, login_server: str) -> tuple[Mapping, ...]:
        return tuple(one for one in self.registries if (one.get("server") or "").lower() != login_server.lower())
