"""What the properties of a vault become. Source: recording keyvault-management.json."""
from __future__ import annotations

from ...protocol.http import arm_error
from ...state.resources import Resource
from .access_policies import checked_policies

_KEPT = ("enabledForDiskEncryption", "enabledForTemplateDeployment", "enablePurgeProtection", "networkAcls")


def settings(vault: Resource, given: dict, tenant: str) -> dict:
    """The properties that are given, with Azure's defaults for the rest; what can't be changed stays."""
    properties = {
        "sku": given.get("sku") or {"family": "A", "name": "standard"},
        "tenantId": given.get("tenantId") or tenant,
        "accessPolicies": checked_policies(given.get("accessPolicies") or []),
        "enabledForDeployment": given.get("enabledForDeployment", False)}
    properties.update({name: given[name] for name in _KEPT if given.get(name) is not None})
    acls = _network_acls(properties.pop("networkAcls", None) or {})
    # Rules that change nothing are not shown again, as recorded.
    if acls != _network_acls({}):
        properties["networkAcls"] = acls
    rbac = given.get("enableRbacAuthorization", vault.properties.get("enableRbacAuthorization"))
    if rbac is not None:
        properties["enableRbacAuthorization"] = rbac
    properties.update({
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": vault.properties.get("softDeleteRetentionInDays")
        or given.get("softDeleteRetentionInDays") or 90,
        "vaultUri": f"https://{vault.name.lower()}.vault.azure.net/",
        "provisioningState": "Succeeded",
        "publicNetworkAccess": given.get("publicNetworkAccess") or "Enabled"})
    if vault.properties.get("privateEndpointConnections"):
        properties["privateEndpointConnections"] = vault.properties["privateEndpointConnections"]
    return properties


def _network_acls(given: dict) -> dict:
    """All four parts of networkAcls: what is given over the defaults (template schema of 2026-02-01).

    # Guess: an address shows as a range of one, the id of a subnet in lower case (terraform-provider-azurerm reads both
    so); the refusal of a rule without either.
    """
    for name, key in (("ipRules", "value"), ("virtualNetworkRules", "id")):
        if not all(isinstance(rule, dict) and isinstance(rule.get(key), str) for rule in given.get(name) or []):
            raise arm_error(400, "BadRequest", f"Each of networkAcls.{name} must have the property '{key}'.")
    return {"bypass": given.get("bypass") or "AzureServices", "defaultAction": given.get("defaultAction") or "Allow",
            "ipRules": [{**rule, "value": rule["value"] if "/" in rule["value"] else f"{rule['value']}/32"}
                        for rule in given.get("ipRules") or []],
            "virtualNetworkRules": [{**rule, "id": rule["id"].lower()} for rule in
                                    given.get("virtualNetworkRules") or []]}
