"""The seed `fleet`: ten registries, and all that four hundred rules and their credential sets need."""
from __future__ import annotations

import pytest
from acrsim.services.upstreams.store import Upstreams
from seed_world import SECRETS_USER, SeedWorld, code

SUBSCRIPTIONS = [f"aaaaaaaa-0000-4000-8000-00000000000{number}" for number in (1, 2, 3)]
CONSUMERS = ("Microsoft.ContainerService/managedClusters", "Microsoft.Compute/virtualMachines",
             "Microsoft.Compute/virtualMachineScaleSets", "Microsoft.Web/sites", "Microsoft.App/containerApps",
             "Microsoft.App/jobs", "Microsoft.ContainerInstance/containerGroups")
UPSTREAMS = {"docker.io": ("hub", "dockerhub"), "ghcr.io": ("gh", "ghcr"), "quay.io": ("quay", "quay")}


@pytest.fixture
def fleet() -> SeedWorld:
    return SeedWorld("fleet")


def listed(fleet: SeedWorld, kind: str) -> list[list[dict]]:
    """The resources of a kind, by subscription."""
    return [fleet.arm("GET", f"/subscriptions/{item}/providers/{kind}").json()["value"] for item in SUBSCRIPTIONS]


def test_registries_of_both_modes_in_three_subscriptions(fleet):
    registries = listed(fleet, "Microsoft.ContainerRegistry/registries")
    assert [len(items) for items in registries] == [4, 3, 3]
    modes = [item["properties"]["roleAssignmentMode"] for items in registries for item in items]
    assert modes == ["LegacyRegistryPermissions", "AbacRepositoryPermissions"] * 5


def test_vaults_of_both_kinds_with_secrets(fleet):
    vaults = [item for items in listed(fleet, "Microsoft.KeyVault/vaults") for item in items]
    assert [item["properties"]["enableRbacAuthorization"] for item in vaults] == [True, False, True, False]
    token = fleet.token("owner", "https://vault.azure.net")
    for vault in vaults:
        url = f"{vault['properties']['vaultUri']}secrets?api-version=7.4"
        assert len(fleet.send("GET", url, token=token).json()["value"]) == 6


def test_twelve_consumers(fleet):
    resources = [item for kind in CONSUMERS for items in listed(fleet, kind) for item in items]
    named = {"fleet-identity", "fleet-shared"} & {
        item["name"] for items in listed(fleet, "Microsoft.ManagedIdentity/userAssignedIdentities") for item in items}
    assert len(resources) + len(named) + bool(fleet.principal("fleet-app-sp")) == 12


def test_forty_rules_of_three_upstreams_in_each_registry(fleet):
    rules = 0
    for registry in [item for items in listed(fleet, "Microsoft.ContainerRegistry/registries") for item in items]:
        for login_server, (stem, secret) in UPSTREAMS.items():
            base = f"https://fleetvault1.vault.azure.net/secrets/{secret}"
            set_id = f"{registry['id']}/credentialSets/{secret}-set"
            made = fleet.arm("PUT", set_id, {"identity": {"type": "SystemAssigned"}, "properties": {
                "loginServer": login_server, "authCredentials": [{
                    "name": "Credential1", "usernameSecretIdentifier": f"{base}-user",
                    "passwordSecretIdentifier": f"{base}-pat"}]}})
            assert made.status == 201, made.body
            for number in range(1, 15 if stem == "hub" else 14):
                answer = fleet.arm("PUT", f"{registry['id']}/cacheRules/{stem}-{number:02}-rule", {"properties": {
                    "sourceRepository": f"{login_server}/fleet/{stem}-{number:02}",
                    "targetRepository": f"{stem}-{number:02}", "credentialSetResourceId": set_id}})
                assert answer.status == 201, answer.body
                rules += 1
    assert rules == 400


def test_each_upstream_has_forty_repositories(fleet):
    for login_server, (stem, _) in UPSTREAMS.items():
        for number in (1, 40):
            answer = fleet.send("GET", f"https://{'registry-1.docker.io' if stem == 'hub' else login_server}"
                                       f"/v2/fleet/{stem}-{number:02}/manifests/1")
            assert answer.status == 401
    upstreams = fleet.world.part(Upstreams)
    assert {name: len([item for item in upstreams.at(name).content.names() if item.startswith("fleet/")])
            for name in UPSTREAMS} == dict.fromkeys(UPSTREAMS, 40)


def test_one_owner_lacks_the_right_to_assign_roles_in_one_subscription(fleet):
    def assign(subscription: str):
        path = f"/subscriptions/{subscription}/resourceGroups/fleet-rg/providers/Microsoft.Authorization" \
               "/roleAssignments/0e000000-0000-4000-8000-000000000001"
        return fleet.arm("PUT", path, {"properties": {
            "roleDefinitionId": SECRETS_USER, "principalId": "0c000000-0000-4000-8000-000000000101",
            "principalType": "ServicePrincipal"}}, "two-owner")

    assert [code(assign(item)) for item in SUBSCRIPTIONS] == ["", "", "AuthorizationFailed"]
