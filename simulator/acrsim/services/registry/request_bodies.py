"""Refuses bodies whose parts are of another kind than the specification says."""
from __future__ import annotations

from ...protocol.http import Request, arm_error

IDENTITY = {"type": str, "userAssignedIdentities": dict}
CACHE_RULE_BODY = {"identity": IDENTITY, "properties": {
    "sourceRepository": str, "targetRepository": str, "credentialSetResourceId": str,
    "additionalAuthenticationProperties": dict}}
CREDENTIAL_SET_BODY = {"identity": IDENTITY, "properties": {
    "loginServer": str, "authCredentials": [
        {"name": str, "usernameSecretIdentifier": str, "passwordSecretIdentifier": str}]}}
REGISTRY_BODY = {
    "location": str, "tags": dict, "sku": {"name": str}, "identity": IDENTITY,
    "properties": {"adminUserEnabled": bool, "anonymousPullEnabled": bool, "dataEndpointEnabled": bool,
                   "publicNetworkAccess": str, "networkRuleBypassOptions": str, "roleAssignmentMode": str,
                   "writableCacheRepos": str, "zoneRedundancy": str,
                   "policies": {name: {"status": str} for name in (
                       "quarantinePolicy", "trustPolicy", "retentionPolicy", "exportPolicy",
                       "azureADAuthenticationAsArmPolicy", "softDeletePolicy")},
                   "networkRuleSet": {"defaultAction": str, "ipRules": [{"action": str, "value": str}],
                                      "virtualNetworkRules": [{"action": str, "id": str,
                                                               "virtualNetworkSubnetResourceId": str}]}}}
SCOPE_MAP_BODY = {"properties": {"description": str, "actions": [str]}}
TOKEN_BODY = {"properties": {"scopeMapId": str, "status": str, "credentials": {"passwords": [{"name": str}]}}}
IMPORT_BODY = {"source": {"registryUri": str, "resourceId": str, "sourceImage": str,
                          "credentials": {"username": str, "password": str}},
               "targetTags": [str], "untaggedTargetRepositories": [str], "mode": str}
CREDENTIALS_BODY = {"tokenId": str, "name": str, "expiry": str}


def body_of(request: Request, shape: dict) -> dict:
    """The body, whose known parts have the kinds of `shape`; null is allowed everywhere, other parts are not looked at.

    A shape is a kind, a list with the shape of its items, or a dict of shapes. Raises Reject 400 InvalidRequestContent.
    """
    document = request.json()
    _check(document, shape, "")
    return document


def _check(value, shape, path: str) -> None:
    kind = shape if isinstance(shape, type) else type(shape)
    if value is None:
        return
    if not isinstance(value, kind):
        raise arm_error(400, "InvalidRequestContent",
                        f"The request content was invalid and could not be deserialized: '{path.strip('.')}' is not of "
                        "the expected type.")
    if isinstance(shape, dict):
        for name, inner in shape.items():
            _check(value.get(name), inner, f"{path}.{name}")
    elif isinstance(shape, list):
        for at, item in enumerate(value):
            if item is None:
                raise arm_error(400, "InvalidRequestContent",
                                f"The request content was invalid: item {at} of '{path.strip('.')}' is null.")
            _check(item, shape[0], f"{path}[{at}]")
