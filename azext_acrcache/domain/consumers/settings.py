"""What apps are told about the registry that they pull from.

Sources: Microsoft.Web config/web (`acrUseManagedIdentityCreds`, `acrUserManagedIdentityID` = a client ID, empty for the
system-assigned identity); Microsoft.App containerApps `configuration.registries[]` (`server`, and `identity` = the ID
of a user-assigned identity or `system`); Microsoft.ContainerInstance `imageRegistryCredentials[].identity`.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Mapping, Protocol

from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from azext_acrcache.domain.values.arm_ids import same_id
from azext_acrcache.domain.values.login_servers import same_registry


@dataclass(frozen=True)
class SettingsChange:
    """What an app is to be told.

    :ivar identity: that it pulls with: `system` or an ID; None: what it was told is taken back.
    :ivar client_id: of a user-assigned identity, where the settings name it by that.
    """

    login_server: str
    identity: str | None
    client_id: str | None = None


class PullSettings(Protocol):
    """How a consumer is set up to pull. One implementation for each form that Azure has."""

    can_be_set: ClassVar[bool]

    # Whether it names a user-assigned identity by its client ID, not by its resource ID.
    names_by_client_id: ClassVar[bool]

    # Whether they are one for all registries that it pulls from.
    for_every_registry: ClassVar[bool]

    def identity_named(self, login_server: str) -> str | None:
        """The identity that it pulls from the registry with: `system`, an ID or a client ID; None without one."""

    def pulls_with(self, login_server: str, identity: Identity) -> bool:
        """Whether it is set up to pull with this identity."""

    def state(self, login_server: str) -> str:
        """How it is set up now; completes "The web app 'x' …"."""

    def words(self, change: SettingsChange) -> str:
        """The change, for a report."""

    def body(self, change: SettingsChange) -> Mapping[str, Any]:
        """What to PATCH."""

    def changed(self, change: SettingsChange) -> "PullSettings":
        """The settings after the change."""

    def part_for(self, login_server: str) -> str:
        """Names the part of the settings that is about a registry; empty where they are one for all registries."""

    def command(self, change: SettingsChange) -> tuple[list[str], list[str]]:
        """Words of az that make the change: those behind its group, and those behind the resource's name."""


@dataclass(frozen=True)
class WebSettings:
    """Of a web app or a function app: one identity for all registries that the site pulls from."""

    uses_identity: bool = False
    client_id: str | None = None

    @classmethod
    def from_rest(cls, properties: Mapping[str, Any]) -> "WebSettings":
        return cls(bool(properties.get("acrUseManagedIdentityCreds")),
                   properties.get("acrUserManagedIdentityID") or None)

    can_be_set: ClassVar[bool] = True
    for_every_registry: ClassVar[bool] = True
    names_by_client_id: ClassVar[bool] = True

    def identity_named(self, login_server: str) -> str | None:
        return (self.client_id or SYSTEM) if self.uses_identity else None

    def pulls_with(self, login_server: str, identity: Identity) -> bool:
        if not self.uses_identity:
            return False
        if identity.id is None:
            return not self.client_id
        # One whose client ID Azure does not show is none that a site could name.
        return bool(identity.client_id) and (self.client_id or "").lower() == (identity.client_id or "").lower()

    def state(self, login_server: str) -> str:
        if not self.uses_identity:
            return "pulls with a user name and password, not with an identity"
        return f"is set to pull with the client ID {self.client_id or 'of its own identity'}, which is another one"

    def words(self, change: SettingsChange) -> str:
        if change.identity is None:
            return "acrUseManagedIdentityCreds"
        if change.identity == SYSTEM:
            return "acrUseManagedIdentityCreds, with its own identity"
        named = f"the client ID {change.client_id}" if change.client_id else "the new identity"
        return f"acrUseManagedIdentityCreds, with {named}"

    def body(self, change: SettingsChange) -> Mapping[str, Any]:
        return {"properties": self._properties(change)}

    def changed(self, change: SettingsChange) -> PullSettings:
        return WebSettings.from_rest(self._properties(change))

    def part_for(self, login_server: str) -> str:
        return ""

    def command(self, change: SettingsChange) -> tuple[list[str], list[str]]:
        # az takes JSON or, where that fails, a Python literal; with apostrophes it is one word to PowerShell too.
        return ["config", "set"], ["--generic-configurations", str(self._properties(change))]

    @staticmethod
    def _properties(change: SettingsChange) -> dict[str, Any]:
        return {"acrUseManagedIdentityCreds": change.identity is not None,
                "acrUserManagedIdentityID": change.client_id or ""}


@dataclass(frozen=True)
class RegistriesSettings:
    """Of a container app or a job of one: an entry for each registry. Those of other registries are never touched.

    :ivar registries: as ARM answers them.
    """

    registries: tuple[Mapping[str, Any], ...] = ()

    can_be_set: ClassVar[bool] = True
    for_every_registry: ClassVar[bool] = False
    names_by_client_id: ClassVar[bool] = False

    def entry(self, login_server: str) -> Mapping[str, Any] | None:
        return next((entry for entry in self.registries if same_registry(entry.get("server") or "", login_server)),
                    None)

    def identity_named(self, login_server: str) -> str | None:
        return (self.entry(login_server) or {}).get("identity") or None

    def pulls_with(self, login_server: str, identity: Identity) -> bool:
        return same_id(self.identity_named(login_server), identity.id or SYSTEM)

    def state(self, login_server: str) -> str:
        named = self.identity_named(login_server)
        if named:
            return f"is set to pull from {login_server} with {named}"
        return f"has no identity set for {login_server}"

    def words(self, change: SettingsChange) -> str:
        if change.identity is None:
            return f"the entry for {change.login_server}"
        return f"pulls from {change.login_server} with " \
            f"{'its own identity' if change.identity == SYSTEM else change.identity}"

    def body(self, change: SettingsChange) -> Mapping[str, Any]:
        """The whole list: ARM replaces it."""
        return {"properties": {"configuration": {"registries": list(self.changed(change).registries)}}}

    def changed(self, change: SettingsChange) -> RegistriesSettings:
        others = [dict(entry) for entry in self.registries
                  if not same_registry(entry.get("server") or "", change.login_server)]
        own = [{"server": change.login_server, "identity": change.identity}] if change.identity else []
        return RegistriesSettings((*others, *own))

    def part_for(self, login_server: str) -> str:
        return login_server.lower()

    def command(self, change: SettingsChange) -> tuple[list[str], list[str]]:
        server = ["--server", change.login_server]
        if change.identity is None:
            return ["registry", "remove"], server
        return ["registry", "set"], [*server, "--identity", change.identity]


@dataclass(frozen=True)
class FixedSettings:
    """Of a container group, which can't be changed once it runs. :ivar identity: the one that it names, if any."""

    identity: str | None = None

    can_be_set: ClassVar[bool] = False
    for_every_registry: ClassVar[bool] = False
    names_by_client_id: ClassVar[bool] = False

    def identity_named(self, login_server: str) -> str | None:
        return self.identity

    def pulls_with(self, login_server: str, identity: Identity) -> bool:
        return self.identity is not None and identity.is_meant_by(self.identity)

    def state(self, login_server: str) -> str:
        if self.identity:
            return f"is set to pull from {login_server} with {self.identity}"
        return f"names no identity for {login_server}; it has to be created again with one: `az container create` " \
            "with --acr-identity"

    def words(self, change: SettingsChange) -> str:
        return self.state(change.login_server)

    def body(self, change: SettingsChange) -> Mapping[str, Any]:
        """Raises ValueError."""
        raise ValueError("a container group can't be changed")

    def changed(self, change: SettingsChange) -> PullSettings:
        """Raises ValueError."""
        raise ValueError("a container group can't be changed")

    def part_for(self, login_server: str) -> str:
        return ""

    def command(self, change: SettingsChange) -> tuple[list[str], list[str]]:
        """Raises ValueError."""
        raise ValueError("a container group can't be changed")
