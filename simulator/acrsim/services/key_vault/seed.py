"""The section `vaults` of a seed document: vaults with their policies and secrets.

    vaults:
      - id: /subscriptions/.../vaults/myvault
        location: eastus
        rbac: true                          # default; false: access policies
        policies: [{objectId, permissions: {secrets: [get]}}]
        properties: {networkAcls: {defaultAction: Deny, bypass: None}}      # as in a PUT
        privateEndpointConnections: [{name, state: Approved|Pending|Rejected, endpoint: <id>}]
        secrets:
          user: its value
          password: {value, enabled: false, expires: <seconds since the epoch>, notBefore, contentType, deleted: true}

A vault that exists already gets what the entry names; a secret with a value gets a new version, one without keeps its
versions and takes the rest.
"""
from __future__ import annotations

from ...state.resources import Resource
from ...state.world import World
from .store import VAULT_TYPE, VaultStore

SEED_KEYS = {"vaults"}


def seed(world: World, document: dict) -> None:
    """Plant the section. Raises KeyError for an entry without a part it needs."""
    for entry in document.get("vaults") or []:
        vault = world.resources.get(entry["id"]) or _made(world, entry)
        if "rbac" in entry:
            vault.properties["enableRbacAuthorization"] = entry["rbac"]
        if "policies" in entry:
            vault.properties["accessPolicies"] = [{"tenantId": world.tenant_of(vault.id), **policy}
                                                  for policy in entry["policies"]]
        vault.properties.update(entry.get("properties") or {})
        if "privateEndpointConnections" in entry:
            vault.properties["privateEndpointConnections"] = [_connection(vault, item)
                                                              for item in entry["privateEndpointConnections"]]
        for name, secret in (entry.get("secrets") or {}).items():
            _plant_secret(world, vault, name, secret if isinstance(secret, dict) else {"value": secret})


def _made(world: World, entry: dict) -> Resource:
    name, at = entry["id"].rsplit("/", 1)[-1], world.clock.iso()[:23] + "Z"
    who = {"createdBy": "seed", "createdByType": "Application", "createdAt": at, "lastModifiedBy": "seed",
           "lastModifiedByType": "Application", "lastModifiedAt": at}
    return world.resources.put(Resource(
        entry["id"], VAULT_TYPE, name, entry["location"], entry.get("tags") or {}, system_data=who, properties={
            "sku": {"family": "A", "name": "standard"}, "tenantId": world.tenant_of(entry["id"]), "accessPolicies": [],
            "enabledForDeployment": False, "enableRbacAuthorization": True, "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90, "vaultUri": f"https://{name.lower()}.vault.azure.net/",
            "provisioningState": "Succeeded", "publicNetworkAccess": "Enabled"}))


def _connection(vault: Resource, item: dict) -> dict:
    state = {"status": item["state"], "description": item.get("description", ""), "actionsRequired": "None"}
    return {"id": f"{vault.id}/privateEndpointConnections/{item['name']}", "properties": {
        "provisioningState": "Succeeded", "privateEndpoint": {"id": item["endpoint"]},
        "privateLinkServiceConnectionState": state}}


def _plant_secret(world: World, vault: Resource, name: str, fields: dict) -> None:
    store = world.part(VaultStore)
    secret = store.secret(vault.name, name)
    if secret is None or "value" in fields:
        secret = store.write(vault.name, name, fields["value"])
    version = secret.current
    version.enabled = fields.get("enabled", version.enabled)
    version.expires = fields.get("expires", version.expires)
    version.not_before = fields.get("notBefore", version.not_before)
    version.content_type = fields.get("contentType", version.content_type)
    if "deleted" in fields:
        secret.deleted_at = world.clock.now() if fields["deleted"] else None
