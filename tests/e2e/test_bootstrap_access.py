"""Vault access: the least that works, and none where it is there already."""

from __future__ import annotations

from demo_world import (
    CREATE,
    GROUP,
    OTHER_VAULT,
    PULLER,
    SECRETS_USER,
    VAULT,
    assignments_of,
    changes,
    children,
    policies,
    principal_of,
)


def test_rbac_vault_gets_one_assignment_on_each_secret(az, sim):
    az(CREATE)
    world = sim.world()
    granted = assignments_of(world, principal_of(world))
    assert {found["scope"] for found in granted} == {
        f"{VAULT}/secrets/dockerhub-user",
        f"{VAULT}/secrets/dockerhub-pat",
    }
    assert {found["principalType"] for found in granted} == {"ServicePrincipal"}
    assert all(found["roleDefinitionId"].endswith(SECRETS_USER) for found in granted)


def test_vault_scope_gets_one_assignment_on_the_vault(az, sim):
    az(CREATE + " --vault-scope vault")
    world = sim.world()
    assert [found["scope"] for found in assignments_of(world, principal_of(world))] == [VAULT]


def test_policy_vault_gets_get_and_other_policies_stay(az, sim):
    before = policies(sim.world())
    az(CREATE.replace("mykeyvault", "mypolicyvault"))
    world = sim.world()
    after = policies(world)
    mine = after.pop(principal_of(world))
    assert [word.lower() for word in mine["secrets"]] == ["get"]
    assert not mine.get("keys") and not mine.get("certificates")
    assert after == before
    assert assignments_of(world, principal_of(world)) == []


def test_inherited_access_is_no_change(az, sim):
    az(CREATE + " --no-wait", expect=None)
    principal = principal_of(sim.world())
    for found in assignments_of(sim.world(), principal):
        az(f"role assignment delete --ids {found['id']}")
    az(
        f"role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal "
        f'--role "Key Vault Secrets User" --scope {GROUP}'
    )
    # Unhealthy for another reason, so that access is worked out and not taken from health.
    az("keyvault secret set-attributes --vault-name mykeyvault --name dockerhub-pat --enabled false")
    az("keyvault secret set-attributes --vault-name mykeyvault --name dockerhub-user --enabled true")
    granted = az("acrcache grant vault -r myregistry -n docker-io --what-if")
    assert "disabled" in granted.stderr and "--enabled true" in granted.stderr
    az("keyvault secret set-attributes --vault-name mykeyvault --name dockerhub-pat --enabled true")
    again = az(CREATE)
    assert again.json["outcome"] == "NoChange" and again.writes == []


def test_grant_vault_names_the_inherited_assignment(az, sim):
    secrets = "https://mykeyvault.vault.azure.net/secrets"
    az(
        f"acr credential-set create -r myregistry -n BareSet -l docker.io "
        f"-u {secrets}/dockerhub-user -p {secrets}/dockerhub-pat"
    )
    principal = principal_of(sim.world(), "BareSet")
    az(
        f"role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal "
        f'--role "Key Vault Secrets Officer" --scope {GROUP}'
    )
    granted = az("acrcache grant vault -r myregistry -n BareSet")
    assert changes(granted.json, "vaultAccess") == [
        ("mykeyvault/dockerhub-user", "NoChange"),
        ("mykeyvault/dockerhub-pat", "NoChange"),
    ]
    assert all(
        "Key Vault Secrets Officer" in change["detail"] and "demo-rg" in change["detail"]
        for change in granted.json["changes"]
    )
    assert granted.writes == []


def test_vault_in_another_subscription_by_name_and_by_id(az, sim):
    az(CREATE.replace("--vault mykeyvault", "--vault othervault"))
    world = sim.world()
    assert {found["scope"] for found in assignments_of(world, principal_of(world))} == {
        f"{OTHER_VAULT}/secrets/dockerhub-user",
        f"{OTHER_VAULT}/secrets/dockerhub-pat",
    }
    by_id = az(CREATE.replace("--vault mykeyvault", f"--vault {OTHER_VAULT}"))
    assert by_id.json["outcome"] == "NoChange"


def test_registry_by_id_from_another_current_subscription(az, sim):
    az("account set --subscription other")
    by_id = az(
        CREATE.replace("-r myregistry", f"-r {GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry")
    )
    assert by_id.json["outcome"] == "Applied"
    assert az(CREATE).json["outcome"] == "NoChange"


def test_registry_to_registry_needs_no_vault(az, sim):
    made = az(f"acrcache bootstrap create -r myregistry -s upstreamreg.azurecr.io/team/app --identity {PULLER}")
    assert changes(made.json) == [("cacheRule", "Create")]
    rule = children(sim.world(), "cacheRules")["team-app"]
    assert [one.lower() for one in rule["identity"]["userAssignedIdentities"]] == [PULLER.lower()]
    again = az(f"acrcache bootstrap create -r myregistry -s upstreamreg.azurecr.io/team/app --identity {PULLER}")
    assert again.json["outcome"] == "NoChange" and again.writes == []
    assert az("acrcache bootstrap show -r myregistry -n team-app").json["identity"].lower() == PULLER.lower()
