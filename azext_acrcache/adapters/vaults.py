"""Microsoft.KeyVault: vaults, their access policies, and secrets as ARM shows them (without values)."""
from __future__ import annotations

from typing import Iterable, Mapping

from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
from azext_acrcache.adapters.resource_search import find_by_name, find_by_names, listed_or_visible, whole
from azext_acrcache.adapters.rest import Rest
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, UNREADABLE, DeletedVault, Secret, Vault
from azext_acrcache.domain.values.arm_ids import VAULT, ArmId
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
                           Advice("See those that you may read",
                                  AzLine.of("keyvault", "list").option("--query", "[].name")),
                           Advice("If it was deleted", AzLine.of("keyvault", "recover").option("--name", name)))
        return self._vault(body)

    def find_all(self, names: Iterable[str]) -> tuple[dict[str, Vault], tuple[str, ...]]:
        """Those of these names that can be seen, by name in lower case, and the subscriptions that can't be listed."""
        search = find_by_names(self._session, names, self._list, forgiving=True)
        return {name: self._vault(body) for name, body in search.each("key vault").items()}, search.unlisted

    def deleted(self, names: Iterable[str]) -> tuple[dict[str, DeletedVault], tuple[str, ...]]:
        """Soft-deleted vaults, as `find_all`."""
        search = find_by_names(self._session, names, self._list_deleted, forgiving=True)
        return {name: DeletedVault.from_rest(body) for name, body in search.each("deleted key vault").items()}, \
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
        rest = self._rest(subscription)
        return listed_or_visible(rest, subscription, VAULT, rest.pages(
            f"/subscriptions/{subscription}/providers/{VAULT}", API, subject="key vaults"))

    def _vault(self, body: Mapping) -> Vault:
        rest = self._rest(ArmId.parse(body["id"]).subscription)
        return Vault.from_rest(whole(rest, body, API, f"key vault '{body['name']}'"))

    def _list_deleted(self, subscription: str) -> Iterable[Mapping]:
        deleted = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/deletedVaults"
        return self._rest(subscription).pages(deleted, API, subject="deleted key vaults")

    def _rest(self, subscription: str) -> Rest:
        return self._session.rest(CONTAINER_REGISTRY, subscription)
