"""What vaults hold: secrets with their versions, and vaults and secrets that are deleted but can be recovered."""
from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...state.resources import Resource

if TYPE_CHECKING:
    from ...state.world import World

VAULT_TYPE = "Microsoft.KeyVault/vaults"


@dataclass
class SecretVersion:
    """Times are whole simulated seconds since the epoch."""

    id: str
    value: str
    created: int
    updated: int
    enabled: bool = True
    content_type: str | None = None
    tags: dict | None = None
    not_before: int | None = None
    expires: int | None = None


@dataclass
class Secret:
    """`versions`: oldest first. `deleted_at` is None for a live secret. `moving_until`: a deletion or a recovery is
    under way until then."""

    name: str
    versions: list[SecretVersion] = field(default_factory=list)
    deleted_at: float | None = None
    moving_until: float = 0.0

    @property
    def current(self) -> SecretVersion:
        return self.versions[-1]

    def version(self, version_id: str) -> SecretVersion | None:
        return next((item for item in self.versions if item.id == version_id.lower()), None)


@dataclass
class DeletedVault:
    vault: Resource
    deleted_at: float


class VaultStore:
    """`world.part(VaultStore)`: secrets by vault and name, both without case; vault names are the world's own."""

    view_name = "vaults"

    def __init__(self, world: World):
        self._world = world
        self._secrets: dict[str, dict[str, Secret]] = {}
        self.deleted: dict[str, DeletedVault] = {}
        world.on_remove.append(self._keep_deleted)

    def _keep_deleted(self, resource: Resource) -> None:
        """A vault that goes, alone or with its group, can be recovered."""
        if resource.type == VAULT_TYPE:
            self.deleted[resource.name.lower()] = DeletedVault(resource, self._world.clock.now())

    def vault(self, name: str) -> Resource | None:
        """The live vault of that name, in whichever subscription."""
        return next((item for item in self._world.resources.of_type(VAULT_TYPE) if item.name.lower() == name.lower()),
                    None)

    def secrets(self, vault_name: str) -> dict[str, Secret]:
        """Secrets of a vault by lower-case name, deleted ones too."""
        return self._secrets.setdefault(vault_name.lower(), {})

    def secret(self, vault_name: str, name: str) -> Secret | None:
        return self.secrets(vault_name).get(name.lower())

    def drop(self, vault_name: str) -> None:
        """Forget a purged vault's secrets."""
        self._secrets.pop(vault_name.lower(), None)

    def write(self, vault_name: str, name: str, value: str, content_type: str | None = None, tags: dict | None = None,
              enabled: bool = True, not_before: int | None = None, expires: int | None = None) -> Secret:
        """A new current version of a secret."""
        secret = self.secrets(vault_name).setdefault(name.lower(), Secret(name))
        now = int(self._world.clock.now())
        version_id = uuid.UUID(int=self._world.rng.getrandbits(128), version=4).hex
        secret.versions.append(SecretVersion(version_id, value, now, now, enabled, content_type, tags, not_before,
                                             expires))
        return secret

    def view(self) -> dict:
        """{vault: {secret: {versions: [{id, value, enabled, ...}], deleted}}}; values too: they open nothing."""
        return {vault: {secret.name: {"deleted": secret.deleted_at is not None, "count": len(secret.versions),
                                      "versions": [vars(version) for version in secret.versions]}
                        for secret in secrets.values()}
                for vault, secrets in self._secrets.items()}
