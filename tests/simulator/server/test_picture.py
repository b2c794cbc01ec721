"""The picture: equal for runs that ended alike, however they came there, and different where the worlds are."""
from __future__ import annotations

import uuid

import pytest
from acrsim.server.picture import picture
from seed_world import SECRETS_USER, SeedWorld

GROUP = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/fleet-rg/providers"
REGISTRY = f"{GROUP}/Microsoft.ContainerRegistry/registries/fleet01"
VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/fleetvault1"
POLICY_VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/fleetvault2"
SET = f"{REGISTRY}/credentialSets/ghcr-set"
SECRET = "https://fleetvault1.vault.azure.net/secrets/ghcr"


class Run:
    """Steps of a run against the fleet."""

    def __init__(self):
        self.fleet = SeedWorld("fleet")

    def set(self) -> str:
        made = self.fleet.arm("PUT", SET, {"identity": {"type": "SystemAssigned"}, "properties": {
            "loginServer": "ghcr.io", "authCredentials": [{
                "name": "Credential1", "usernameSecretIdentifier": f"{SECRET}-user",
                "passwordSecretIdentifier": f"{SECRET}-pat"}]}})
        return made.json()["identity"]["principalId"]

    def rule(self, number: int) -> None:
        self.fleet.arm("PUT", f"{REGISTRY}/cacheRules/gh-{number:02}-rule", {"properties": {
            "sourceRepository": f"ghcr.io/fleet/gh-{number:02}", "targetRepository": f"gh-{number:02}",
            "credentialSetResourceId": SET}})

    def grant(self, principal_id: str, secret: str) -> None:
        scope = f"{VAULT}/secrets/{secret}"
        name = uuid.uuid5(uuid.NAMESPACE_URL, scope + principal_id)
        self.fleet.arm("PUT", f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", {"properties": {
            "roleDefinitionId": SECRETS_USER, "principalId": principal_id, "principalType": "ServicePrincipal"}})

    def policy(self, principal_id: str) -> None:
        self.fleet.arm("PUT", f"{POLICY_VAULT}/accessPolicies/add", {"properties": {"accessPolicies": [
            {"objectId": principal_id, "tenantId": "11111111-1111-4111-8111-111111111111",
             "permissions": {"secrets": ["get"]}}]}})

    def whole(self) -> None:
        principal_id = self.set()
        self.policy(principal_id)
        for secret in ("ghcr-user", "ghcr-pat"):
            self.grant(principal_id, secret)
        for number in (1, 2, 3):
            self.rule(number)

    def picture(self) -> dict:
        self.fleet.world.operations.settle()
        return picture(self.fleet.world)


@pytest.fixture
def undisturbed() -> dict:
    run = Run()
    run.whole()
    return run.picture()


def test_a_run_that_was_cut_off_and_done_again_has_the_same_picture(undisturbed):
    run = Run()
    run.fleet.world.clock.advance(1000)
    # What would shift every identity that is born later.
    run.fleet.world.directory.new_id()
    run.rule(2)
    principal_id = run.set()
    run.rule(3)
    run.grant(principal_id, "ghcr-pat")
    run.fleet.world.clock.advance(60)
    run.whole()
    assert run.picture() == undisturbed
    assert undisturbed["resources"][SET]["identity"]["principalId"] == f"identity of {SET}"


@pytest.mark.parametrize("change", [
    lambda run: run.rule(4),
    lambda run: run.fleet.arm("DELETE", f"{REGISTRY}/cacheRules/gh-01-rule"),
    lambda run: run.fleet.plant({"vaults": [{"id": VAULT, "secrets": {"ghcr-pat": "ghp_demo"}}]}),
    lambda run: run.fleet.plant({"vaults": [{"id": VAULT, "secrets": {"ghcr-pat": {"enabled": False}}}]}),
    lambda run: run.fleet.plant({"roleAssignments": [{"principal": "fleet-vm", "role": "AcrPull", "scope": REGISTRY}]}),
    lambda run: run.policy("0c000000-0000-4000-8000-000000000101"),
    lambda run: run.fleet.arm("PATCH", f"{REGISTRY}", {"tags": {"a": "b"}}),
    lambda run: run.fleet.plant({"locks": [{"name": "keep", "scope": REGISTRY, "level": "ReadOnly"}]})])
def test_what_differs_shows(undisturbed, change):
    run = Run()
    run.whole()
    change(run)
    assert run.picture() != undisturbed


def test_a_set_made_anew_leaves_access_of_an_identity_that_is_gone(undisturbed):
    run = Run()
    run.whole()
    for number in (1, 2, 3):
        run.fleet.arm("DELETE", f"{REGISTRY}/cacheRules/gh-{number:02}-rule")
    run.fleet.arm("DELETE", SET)
    run.whole()
    orphans = [item for item in run.picture()["roleAssignments"] if item not in undisturbed["roleAssignments"]]
    assert [item["principal"] for item in orphans] == [f"identity of {SET}, deleted"] * 2


def test_a_right_that_is_assigned_twice_shows_twice(undisturbed):
    run = Run()
    run.whole()
    held = run.fleet.world.role_assignments
    twin = next(item for item in held.values() if item.scope.endswith("/ghcr-pat"))
    held[twin.id.lower() + "-twin"] = twin
    assert len(run.picture()["roleAssignments"]) == len(undisturbed["roleAssignments"]) + 1


def test_no_value_of_a_secret_is_in_it(undisturbed):
    assert "ghp_demo" not in str(undisturbed)
    assert undisturbed["secrets"]["fleetvault1"]["ghcr-pat"]["versions"] == 1
