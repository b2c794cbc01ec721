"""Names in the demo world, and how to read its state."""

from __future__ import annotations

DEMO = "aaaaaaaa-0000-4000-8000-000000000001"
OTHER = "aaaaaaaa-0000-4000-8000-000000000002"
GROUP = f"/subscriptions/{DEMO}/resourceGroups/demo-rg"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/mykeyvault"
POLICY_VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/mypolicyvault"
OTHER_VAULT = f"/subscriptions/{OTHER}/resourceGroups/vault-rg/providers/Microsoft.KeyVault/vaults/othervault"
PULLER = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"

SECRETS = "--vault mykeyvault -u dockerhub-user -p dockerhub-pat"
CREATE = f"acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu {SECRETS}"


def changes(report: dict, step: str | None = None) -> list[tuple[str, str]]:
    """(step, change) of a report, or (name, change) of one step of it."""
    if step is None:
        return [(change["step"], change["change"]) for change in report["changes"]]
    return [(change["name"], change["change"]) for change in report["changes"] if change["step"] == step]


def children(world: dict, level: str, registry: str = REGISTRY) -> dict[str, dict]:
    """Cache rules or credential sets of a registry, by name."""
    prefix = f"{registry}/{level}/".lower()
    return {
        resource["name"]: resource for key, resource in world["resources"].items() if key.lower().startswith(prefix)
    }


def assignments_of(world: dict, principal: str) -> list[dict]:
    return [found for found in world["roleAssignments"] if found["principalId"] == principal]


def principal_of(world: dict, credential_set: str = "docker-io", registry: str = REGISTRY) -> str:
    return children(world, "credentialSets", registry)[credential_set]["identity"]["principalId"]


def policies(world: dict, vault: str = POLICY_VAULT) -> dict[str, dict]:
    """Access policies of a vault: object ID to permissions."""
    found = next(resource for key, resource in world["resources"].items() if key.lower() == vault.lower())
    return {policy["objectId"]: policy["permissions"] for policy in found["properties"]["accessPolicies"]}


def managed(world: dict) -> list[dict]:
    """The chain's resources, to compare two worlds: rules, sets, their assignments and policies, without their IDs."""
    rules = {name: rule["properties"]["sourceRepository"] for name, rule in children(world, "cacheRules").items()}
    sets = {
        name: found["properties"]["authCredentials"][0]["passwordSecretIdentifier"]
        for name, found in children(world, "credentialSets").items()
    }
    principals = {found["identity"]["principalId"] for found in children(world, "credentialSets").values()}
    access = sorted(
        (found["scope"], found["roleName"])
        for found in world["roleAssignments"]
        if found["principalId"] in principals
    )
    orphans = sorted(
        found["scope"]
        for found in world["roleAssignments"]
        if world["principals"].get(found["principalId"], {"deleted": True})["deleted"]
    )
    return [rules, sets, access, orphans]
