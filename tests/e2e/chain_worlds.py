"""Healthy chains of every kind, planted in the demo world, and what breaks them: one thing each.

A `Break` names what `verify chain` has to find. `fails` and `warns` are keys as in `rootCauses`.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from demo_world import DEMO, OTHER_VAULT, POLICY_VAULT, PULLER, VAULT

SECRETS_USER = "Key Vault Secrets User"
LOCK = {"id": "dddddddd-0000-4000-8000-000000000001", "name": "locked by a stack", "scope": VAULT,
        "permissions": [{"dataActions": ["Microsoft.KeyVault/vaults/secrets/*"]}],
        "principals": ["00000000-0000-0000-0000-000000000000"],
        # The owner of the demo world.
        "excludePrincipals": ["0b000000-0000-4000-8000-000000000001"]}

SOME_ADDRESSES = {"defaultAction": "Deny", "ipRules": [{"value": "198.51.100.0/24"}]}
NETWORKS = f"/subscriptions/{DEMO}/resourceGroups/demo-rg/providers/Microsoft.Network"


def endpoint(state: str) -> dict:
    """A private endpoint's connection to a registry."""
    return {"name": "myregistry.1", "state": state, "endpoint": f"{NETWORKS}/privateEndpoints/acr-endpoint"}


def secret_id(vault: str, name: str) -> str:
    return f"https://{vault.rpartition('/')[2]}.vault.azure.net/secrets/{name}"


def registry(name: str = "myregistry", **parts) -> dict:
    return {"registries": [{"name": name, "subscription": DEMO, "group": "demo-rg", **parts}]}


def credential_set(name: str = "docker-hub", vault: str = VAULT, host: str = "docker.io", **changed) -> dict:
    return {"name": name, "loginServer": host, "username": secret_id(vault, "dockerhub-user"),
            "password": secret_id(vault, "dockerhub-pat"), **changed}


def rule(name: str = "ubuntu-rule", source: str = "docker.io/library/ubuntu", target: str = "ubuntu",
         credentials: str | None = "docker-hub", **more) -> dict:
    return {"name": name, "source": source, "target": target, **({"credentialSet": credentials} if credentials else {}),
            **more}


def role(scope: str, name: str = SECRETS_USER, principal: str = "docker-hub", **more) -> dict:
    return {"principal": principal, "role": name, "scope": scope, **more}


def secret_roles(vault: str = VAULT, **more) -> list[dict]:
    return [role(f"{vault}/secrets/{name}", **more) for name in ("dockerhub-user", "dockerhub-pat")]


def principal_of(sim, name: str = "docker-hub") -> str:
    """The principal ID of a credential set's identity."""
    return next(body["identity"]["principalId"] for key, body in sim.world()["resources"].items()
                if key.lower().endswith(f"/credentialsets/{name}"))


def chain(sim, where: str = "myregistry", vault: str = VAULT, roles: bool = True, **registry_parts) -> None:
    sim.seed(registry(where, credentialSets=[credential_set(vault=vault)], cacheRules=[rule()], **registry_parts))
    if roles:
        sim.seed({"roleAssignments": secret_roles(vault)})


def policy_chain(sim, secrets: tuple[str, ...] = ("get",), **more) -> None:
    chain(sim, vault=POLICY_VAULT, roles=False)
    policy(sim, secrets, **more)


def policy(sim, secrets: tuple[str, ...], **more) -> None:
    sim.seed({"vaults": [{"id": POLICY_VAULT, "policies": [
        # The owner's own, without which nobody could mend a secret.
        {"objectId": "0b000000-0000-4000-8000-000000000001", "permissions": {"secrets": ["all"]}},
        {"objectId": principal_of(sim), "permissions": {"secrets": list(secrets), **more}}]}]})


def anonymous_chain(sim) -> None:
    sim.seed(registry(cacheRules=[rule("runtime", "mcr.microsoft.com/dotnet/runtime", "dotnet/runtime", None),
                                  rule("ghcr-tool", "ghcr.io/contoso/tool", "tool", None)]))


def wildcard_chain(sim) -> None:
    """With a fixed path inside of a wildcard, which Azure allows."""
    chain(sim)
    sim.seed(registry(cacheRules=[rule("dotnet-all", "mcr.microsoft.com/dotnet/*", "dotnet/*", None),
                                  rule("dotnet-sdk", "mcr.microsoft.com/dotnet/sdk", "dotnet/sdk", None)]))


def azure_chain(sim) -> None:
    sim.seed(registry(cacheRules=[rule("team-app", "upstreamreg.azurecr.io/team/app", "team/app", None,
                                       identity=PULLER)]))


def two_sets_chain(sim) -> None:
    """Two sets for Docker Hub, each used by a rule."""
    chain(sim)
    sim.seed(registry(credentialSets=[credential_set("second-hub")],
                      cacheRules=[rule("nginx-rule", "docker.io/library/nginx", "nginx", "second-hub")]))
    sim.seed({"roleAssignments": secret_roles(principal="second-hub")})


def conditioned_chain(sim) -> None:
    """A condition that is about repositories, and so not about secrets."""
    content = "Microsoft.ContainerRegistry/registries/repositories/content/read"
    name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
    condition = f"((!(ActionMatches{{'{content}'}})) OR ({name} StringEqualsIgnoreCase 'ubuntu'))"
    chain(sim, roles=False)
    sim.seed({"roleAssignments": secret_roles(condition=condition)})


def group_chain(sim) -> None:
    """The identity reads by a role of a group that it is in."""
    chain(sim, roles=False)
    principal, group = principal_of(sim), "eeeeeeee-0000-4000-8000-000000000001"
    sim.seed({"principals": [
        {"name": "readers", "kind": "Group", "objectId": group},
        {"name": "docker-hub", "kind": "ServicePrincipal", "objectId": principal, "managed": True, "memberOf": [group],
         "appId": sim.world()["principals"][principal]["appId"]}]})
    sim.seed({"roleAssignments": secret_roles(principal="readers")})


HEALTHY: dict[str, tuple[str, Callable]] = {
    "rbac": ("myregistry", chain),
    "policy": ("myregistry", policy_chain),
    "abac": ("abacregistry", lambda sim: chain(sim, "abacregistry")),
    "acr-to-acr": ("myregistry", azure_chain),
    "anonymous": ("myregistry", anonymous_chain),
    "wildcard": ("myregistry", wildcard_chain),
    "cross-subscription": ("myregistry", lambda sim: chain(sim, vault=OTHER_VAULT)),
    "two-sets": ("myregistry", two_sets_chain),
    "condition": ("myregistry", conditioned_chain),
    "custom-role": ("myregistry", lambda sim: _custom_role(
        sim, dataActions=["Microsoft.KeyVault/vaults/secrets/get*"])),
    "group": ("myregistry", group_chain),
    "spared-by-a-denial": ("myregistry", lambda sim: (_denied(sim), sim.seed({"denyAssignments": [LOCK | {
        "excludePrincipals": [principal_of(sim), *LOCK["excludePrincipals"]]}]}))),
    "behind-firewalls": ("myregistry", lambda sim: (chain(sim, sku="Premium", properties={
        "networkRuleSet": SOME_ADDRESSES, "networkRuleBypassOptions": "AzureServices"}),
        _vault(sim, networkAcls={"defaultAction": "Deny", "bypass": "AzureServices"}))),
}


@dataclass(frozen=True)
class Break:
    """:ivar make: (az, sim), from the demo world to a world with one thing wrong.
    :ivar mends: whether the commands under `fix` make the next look pass; what nobody can mend by az is False.
    """

    make: Callable
    fails: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    mends: bool = True


def _secret(sim, name: str, vault: str = VAULT, **fields) -> None:
    sim.seed({"vaults": [{"id": vault, "secrets": {name: fields}}]})


def _vault(sim, vault: str = VAULT, **properties) -> None:
    sim.seed({"vaults": [{"id": vault, "properties": properties}]})


def _denied(sim) -> None:
    chain(sim)
    sim.seed({"denyAssignments": [LOCK]})


def _custom_role(sim, **permissions) -> None:
    chain(sim, roles=False)
    sim.seed({"roleDefinitions": [{"id": "cccccccc-0000-4000-8000-000000000001", "name": "Vault Custom",
                                   "assignableScopes": [f"/subscriptions/{DEMO}"], "permissions": [permissions]}]})
    for name in ("dockerhub-user", "dockerhub-pat"):
        sim.seed({"roleAssignments": [role(f"{VAULT}/secrets/{name}", "Vault Custom")]})


def _failed_rule(az, sim) -> None:
    chain(sim)
    sim.fault({"operation": "Failed", "code": "InternalError", "message": "try again"}, method="PATCH",
              path="cacheRules")
    az("acr cache update -r myregistry -g demo-rg -n ubuntu-rule --cred-set docker-hub", expect=None)


def _failed_set(az, sim) -> None:
    chain(sim)
    sim.fault({"operation": "Failed", "code": "InternalError", "message": "try again"}, method="PATCH",
              path="credentialSets")
    az(f"acr credential-set update -r myregistry -g demo-rg -n docker-hub -u {secret_id(VAULT, 'dockerhub-user')} "
       f"-p {secret_id(VAULT, 'dockerhub-pat')}", expect=None)


def _deleted_vault(az, sim) -> None:
    chain(sim)
    az("keyvault delete --name mykeyvault")


def _bare_rule(az, sim) -> None:
    two_sets_chain(sim)
    az("acr cache update -r myregistry -g demo-rg -n ubuntu-rule --remove-cred-set")
    az("acr cache update -r myregistry -g demo-rg -n nginx-rule --cred-set docker-hub")
    az("acrcache bootstrap delete -r myregistry --cred-set second-hub --yes")


def _stranger_set(sim) -> None:
    """The rule of Docker Hub has a set for GitHub, and one for Docker Hub stands by, used by another rule."""
    two_sets_chain(sim)
    ghcr = credential_set("ghcr-set", host="ghcr.io", username=secret_id(VAULT, "ghcr-user"),
                          password=secret_id(VAULT, "ghcr-pat"))
    sim.seed(registry(credentialSets=[ghcr], cacheRules=[
        rule("redis-rule", "docker.io/library/redis", "redis", "ghcr-set"),
        rule("ghcr-app", "ghcr.io/contoso/app", "app", "ghcr-set")]))
    sim.seed({"roleAssignments": [role(f"{VAULT}/secrets/{name}", principal="ghcr-set")
                                  for name in ("ghcr-user", "ghcr-pat")]})


def _missing_set(sim) -> None:
    """What a race leaves behind: a rule that names a set which is gone."""
    two_sets_chain(sim)
    sim.seed(registry(cacheRules=[rule("redis-rule", "docker.io/library/redis", "redis", "gone-set")]))


HUB_ACCESS = "vault/access:mykeyvault/docker-hub"
HUB_LEAST = "vault/least-privilege:mykeyvault/docker-hub"
PAST = 1_000_000_000

BREAKS: dict[str, Break] = {
    "registry closed to the cache": Break(
        lambda az, sim: chain(sim, sku="Premium", properties={
            "networkRuleSet": SOME_ADDRESSES, "networkRuleBypassOptions": "None"}),
        ("registry/network:myregistry",)),
    "registry private and closed to the cache": Break(
        lambda az, sim: chain(sim, sku="Premium", privateEndpointConnections=[endpoint("Approved")], properties={
            "publicNetworkAccess": "Disabled", "networkRuleBypassOptions": "None"}),
        ("registry/network:myregistry",)),
    "private endpoint that waits": Break(
        lambda az, sim: chain(sim, sku="Premium", privateEndpointConnections=[endpoint("Pending")], properties={
            "publicNetworkAccess": "Disabled"}),
        ("registry/private-endpoint:myregistry",)),
    "no private endpoint": Break(
        lambda az, sim: chain(sim, sku="Premium", properties={"publicNetworkAccess": "Disabled"}),
        ("registry/private-endpoint:myregistry",), mends=False),
    "service endpoint": Break(
        lambda az, sim: chain(sim, sku="Premium", properties={"networkRuleSet": {
            "defaultAction": "Deny", "virtualNetworkRules": [{"action": "Allow", "virtualNetworkSubnetResourceId":
                                                              f"{NETWORKS}/virtualNetworks/net/subnets/nodes"}]}}),
        warns=("registry/network:myregistry",), mends=False),
    "soft delete of artifacts": Break(
        lambda az, sim: chain(sim, sku="Premium", properties={"policies": {"softDeletePolicy": {"status": "enabled"}}}),
        warns=("registry/soft-delete:myregistry",)),
    "rule failed": Break(_failed_rule, ("rule/provisioned:ubuntu-rule",)),
    "rule without credentials": Break(_bare_rule, ("rule/upstream:ubuntu-rule",)),
    "rule without library": Break(
        lambda az, sim: (chain(sim), sim.seed(registry(cacheRules=[rule("nginx-rule", "docker.io/nginx", "nginx")]))),
        warns=("rule/library:nginx-rule",)),
    "overlapping wildcards": Break(
        lambda az, sim: sim.seed(registry(cacheRules=[
            rule("dotnet-all", "mcr.microsoft.com/dotnet/*", "dotnet/*", None),
            rule("dotnet-two", "mcr.microsoft.com/dotnet/*", "dotnet/*", None)])),
        ("rule/target:dotnet-two",)),
    "set for another upstream": Break(lambda az, sim: _stranger_set(sim), ("rule/credential-set:redis-rule",)),
    "set is gone": Break(lambda az, sim: _missing_set(sim), ("credset/exists:gone-set",)),
    "set failed": Break(_failed_set, ("credset/provisioned:docker-hub",)),
    "set without a rule": Break(
        lambda az, sim: (chain(sim), sim.seed(registry(credentialSets=[credential_set("idle-set")])),
                         sim.seed({"roleAssignments": secret_roles(principal="idle-set")})),
        warns=("credset/unused:idle-set",)),
    "vault deleted": Break(_deleted_vault, ("vault/exists:mykeyvault",)),
    "vault firewall": Break(
        lambda az, sim: (chain(sim), _vault(sim, networkAcls={"defaultAction": "Deny", "bypass": "None"})),
        ("vault/network:mykeyvault",)),
    "vault firewall in another subscription": Break(
        lambda az, sim: (chain(sim, vault=OTHER_VAULT),
                         _vault(sim, OTHER_VAULT, networkAcls={"defaultAction": "Deny", "bypass": "None"})),
        ("vault/network:othervault",)),
    "no role in another subscription": Break(
        lambda az, sim: chain(sim, vault=OTHER_VAULT, roles=False), ("vault/access:othervault/docker-hub",)),
    "no role": Break(lambda az, sim: chain(sim, roles=False), (HUB_ACCESS,)),
    "role on one secret": Break(
        lambda az, sim: (chain(sim, roles=False), sim.seed({"roleAssignments": secret_roles()[:1]})), (HUB_ACCESS,)),
    "role that reads metadata only": Break(
        lambda az, sim: (chain(sim, roles=False), sim.seed({"roleAssignments": [role(VAULT, "Key Vault Reader")]})),
        (HUB_ACCESS,)),
    "custom role that takes it back": Break(
        lambda az, sim: _custom_role(sim, dataActions=["Microsoft.KeyVault/vaults/secrets/*"],
                                     notDataActions=["Microsoft.KeyVault/vaults/*/getSecret/action"]),
        (HUB_ACCESS,)),
    "role under a closed condition": Break(
        lambda az, sim: (chain(sim, roles=False), sim.seed({"roleAssignments": secret_roles(
            condition="!(ActionMatches{'Microsoft.KeyVault/vaults/secrets/getSecret/action'})")})),
        (HUB_ACCESS,)),
    "denied to everyone": Break(lambda az, sim: _denied(sim), (HUB_ACCESS,), mends=False),
    "policy on an RBAC vault": Break(
        lambda az, sim: (policy_chain(sim), sim.seed({"vaults": [{"id": POLICY_VAULT, "rbac": True}]})),
        ("vault/access:mypolicyvault/docker-hub",)),
    "role on a policy vault": Break(
        lambda az, sim: (chain(sim, vault=POLICY_VAULT)), ("vault/access:mypolicyvault/docker-hub",)),
    "policy without get": Break(
        lambda az, sim: policy_chain(sim, ("list",)), ("vault/access:mypolicyvault/docker-hub",)),
    "role on the whole vault": Break(
        lambda az, sim: (chain(sim, roles=False), sim.seed({"roleAssignments": [role(VAULT)]})), warns=(HUB_LEAST,)),
    "role that writes secrets": Break(
        lambda az, sim: (chain(sim), sim.seed({"roleAssignments": [role(VAULT, "Key Vault Secrets Officer")]})),
        warns=(HUB_LEAST,)),
    "policy with more than get": Break(
        lambda az, sim: policy_chain(sim, ("get", "list"), keys=["get"]),
        warns=("vault/least-privilege:mypolicyvault/docker-hub",)),
    "secret deleted": Break(
        lambda az, sim: (chain(sim), _secret(sim, "dockerhub-pat", deleted=True)),
        ("secret/exists:mykeyvault/dockerhub-pat",)),
    "secret never stored": Break(
        lambda az, sim: (sim.seed(registry(credentialSets=[credential_set(password=secret_id(VAULT, "hub-pat"))],
                                           cacheRules=[rule()])),
                         sim.seed({"roleAssignments": [role(f"{VAULT}/secrets/{name}")
                                                       for name in ("dockerhub-user", "hub-pat")]})),
        ("secret/exists:mykeyvault/hub-pat",)),
    "secret disabled": Break(
        lambda az, sim: (chain(sim), _secret(sim, "dockerhub-pat", enabled=False)),
        ("secret/enabled:mykeyvault/dockerhub-pat",)),
    "secret past its date": Break(
        lambda az, sim: (chain(sim), _secret(sim, "dockerhub-pat", expires=PAST)),
        warns=("secret/expiry:mykeyvault/dockerhub-pat",)),
    "secret with its version": Break(
        lambda az, sim: (sim.seed(registry(credentialSets=[credential_set(
            password=az("keyvault secret show --vault-name mykeyvault --name dockerhub-pat").json["id"])],
            cacheRules=[rule()])), sim.seed({"roleAssignments": secret_roles()})),
        warns=("credset/secret-ids:docker-hub",)),
    "identity is new": Break(
        lambda az, sim: (sim.knobs(vault_identity_delay=1500, seconds_per_request=60),
                         az(f"acr credential-set create -r myregistry -g demo-rg -n docker-hub -l docker.io "
                            f"-u {secret_id(VAULT, 'dockerhub-user')} -p {secret_id(VAULT, 'dockerhub-pat')}"),
                         sim.seed({"roleAssignments": [one | {"principal": principal_of(sim)}
                                                       for one in secret_roles()]}),
                         sim.seed(registry(cacheRules=[rule()]))),
        ("credset/health:docker-hub",)),
    # Pairs, of which Azure itself shows only one at a time.
    "firewall hides the missing role": Break(
        lambda az, sim: (chain(sim, roles=False), _vault(sim, networkAcls={"defaultAction": "Deny", "bypass": "None"})),
        ("vault/network:mykeyvault", HUB_ACCESS)),
    "missing role hides the disabled secret": Break(
        lambda az, sim: (chain(sim, roles=False), _secret(sim, "dockerhub-pat", enabled=False)),
        (HUB_ACCESS, "secret/enabled:mykeyvault/dockerhub-pat")),
    "one missing secret hides the other": Break(
        lambda az, sim: (chain(sim), _secret(sim, "dockerhub-user", deleted=True),
                         _secret(sim, "dockerhub-pat", enabled=False)),
        ("secret/exists:mykeyvault/dockerhub-user", "secret/enabled:mykeyvault/dockerhub-pat")),
    "missing set beside a disabled secret": Break(
        lambda az, sim: (two_sets_chain(sim), _secret(sim, "dockerhub-pat", enabled=False), sim.seed(
            registry(cacheRules=[rule("redis-rule", "docker.io/library/redis", "redis", "gone-set")]))),
        ("credset/exists:gone-set", "secret/enabled:mykeyvault/dockerhub-pat")),
}
