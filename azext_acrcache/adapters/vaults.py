"""Microsoft.KeyVault: vaults, their access policies, and secrets as ARM shows them (without values)."""
from __future__ import annotations

from typing import Iterable, Mapping

from azext_acrcache.adapters.loading import KEY_VAULT
from azext_acrcache.adapters.resource_search import find_by_name, find_by_names
from azext_acrcache.adapters.rest import Rest
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, UNREADABLE, DeletedVault, Secret, Vault
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import NotFound, ServiceError
from azext_acrcache.domain.values.secret_ids import SecretId

# Stable, and not among those that retire in February 2027.
API = "2026-02-01"


class Vaults:
    """All methods raise ServiceError and ServiceUnreachable. Source: keyvault.json 2026-02-01."""

    def __init__(self, session: Session):
        self._session = session

    def find(self, name_or_id: str | ArmId) -> Vault:
        """By ID, or by name in the current subscription or the others of its tenant. Raises NotFound, and UserError
        for a name that stands twice."""
        if isinstance(name_or_id, ArmId):
            body = self._rest(name_or_id.subscription).find(str(name_or_id), API,
                                                            subject=f"key vault '{name_or_id.name}'")
        else:
            body = find_by_name(self._session, name_or_id, self._list, "key vault")
        if body is None:
            name = name_or_id.name if isinstance(name_or_id, ArmId) else name_or_id
            raise NotFound(f"There is no key vault '{name}' in the subscriptions that you are signed in to, or you may "
                           "not read it.",
                           "See those that you may read: az keyvault list --query [].name",
                           f"If it was deleted: az keyvault recover --name {name}")
        return Vault.from_rest(body)

    def find_all(self, names: Iterable[str]) -> tuple[dict[str, Vault], tuple[str, ...]]:
        """Those of these names that can be seen, by name in lower case, and the subscriptions that can't be listed."""
        search = find_by_names(self._session, names, self._list, forgiving=True)
        return {name: Vault.from_rest(search.only(name, "key vault")) for name in search.bodies}, search.unlisted

    def deleted(self, names: Iterable[str]) -> tuple[dict[str, DeletedVault], tuple[str, ...]]:
        """Soft-deleted vaults, as `find_all`."""
        search = find_by_names(self._session, names, self._list_deleted, forgiving=True)
        return {name: DeletedVault.from_rest(search.only(name, "deleted key vault")) for name in search.bodies}, \
            search.unlisted

    def secret(self, vault: Vault, secret: SecretId) -> Secret:
        """Attributes of a secret through ARM: needs no right on the vault's data and no way through its firewall."""
        try:
            body = self._rest(vault.id.subscription).find(vault.secret_scope(secret), API,
                                                          subject=f"secret '{secret.subject}'")
        except ServiceError as error:
            if error.forbidden:
                return Secret(secret, UNREADABLE, reason=error.message)
            raise
        if body is None:
            return Secret(secret, ABSENT)
        attributes = (body.get("properties") or {}).get("attributes") or {}
        return Secret(secret, PRESENT, attributes.get("enabled"), attributes.get("exp"))

    def add_policy(self, vault: ArmId, tenant_id: str, object_id: str, secrets: Iterable[str]) -> None:
        """Merges permissions on secrets into those that the object has; other policies are not touched."""
        self._policies("add", vault, {"tenantId": tenant_id, "objectId": object_id,
                                      "permissions": {"secrets": list(secrets)}})

    def remove_policy(self, vault: ArmId, policy: dict) -> None:
        self._policies("remove", vault, policy)

    def _policies(self, operation: str, vault: ArmId, policy: dict) -> None:
        self._rest(vault.subscription).call("PUT", f"{vault}/accessPolicies/{operation}", API,
                                            body={"properties": {"accessPolicies": [policy]}},
                                            subject=f"key vault '{vault.name}'")

    def _list(self, subscription: str) -> Iterable[Mapping]:
        return self._rest(subscription).pages(f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/vaults", API,
                                              subject="key vaults")

    def _list_deleted(self, subscription: str) -> Iterable[Mapping]:
        deleted = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/deletedVaults"
        return self._rest(subscription).pages(deleted, API, subject="deleted key vaults")

    def _rest(self, subscription: str) -> Rest:
        return self._session.rest(KEY_VAULT, subscription)
