"""Web apps, function apps, container apps and container instances: their registry settings."""
from __future__ import annotations

import pytest
from consumer_world import APPS, PULL_ONE, PULL_TWO, ConsumerWorld
from small_world import code

SITE = f"{APPS}/Microsoft.Web/sites"
APP = f"{APPS}/Microsoft.App/containerApps"
ACR = {"acrUseManagedIdentityCreds": True, "acrUserManagedIdentityID": "0d000000-0000-4000-8000-000000000011"}


def config(azure, site: str) -> dict:
    return azure.arm("GET", f"{site}/config/web").json()["properties"]


@pytest.mark.parametrize("site", [f"{SITE}/assigned-webapp", f"{SITE}/healthy-webapp/slots/staging",
                                  f"{SITE}/bare-func"])
def test_patch_of_config_changes_what_it_names(site):
    azure = ConsumerWorld()
    before = config(azure, site)
    assert (before["acrUseManagedIdentityCreds"], before["acrUserManagedIdentityID"]) == (False, None)
    answer = azure.arm("PATCH", f"{site}/config/web", {"properties": {**ACR, "http20Enabled": None}})
    assert answer.status == 200
    assert config(azure, site) == {**before, **ACR}
    shown = azure.arm("GET", site).json()["properties"]["siteConfig"]
    assert shown["acrUseManagedIdentityCreds"] is True and "ftpsState" not in shown
    azure.arm("PATCH", f"{site}/config/web", {"properties": {"acrUserManagedIdentityID": ""}})
    assert config(azure, site)["acrUserManagedIdentityID"] == ""


def test_put_of_config_restores_defaults_and_keeps_the_image():
    azure, site = ConsumerWorld(), f"{SITE}/healthy-webapp"
    azure.arm("PATCH", f"{site}/config/web", {"properties": {**ACR, "alwaysOn": True}})
    azure.arm("PUT", f"{site}/config/web", {"properties": {"alwaysOn": True}})
    after = config(azure, site)
    assert (after["alwaysOn"], after["acrUseManagedIdentityCreds"]) == (True, False)
    assert after["linuxFxVersion"] == "DOCKER|abacregistry.azurecr.io/team/web:1.0"


def test_site_config_in_the_site_itself_is_the_same():
    azure, site = ConsumerWorld(), f"{SITE}/healthy-webapp"
    assert azure.arm("PATCH", site, {"properties": {"siteConfig": ACR}}).status == 200
    assert config(azure, site)["acrUseManagedIdentityCreds"] is True


def test_slot_is_its_own():
    azure, site = ConsumerWorld(), f"{SITE}/healthy-webapp"
    slots = azure.arm("GET", f"{site}/slots").json()["value"]
    assert [(item["name"], item["type"]) for item in slots] == [("healthy-webapp/staging", "Microsoft.Web/sites/slots")]
    azure.arm("PATCH", f"{site}/config/web", {"properties": ACR})
    assert config(azure, f"{site}/slots/staging")["acrUseManagedIdentityCreds"] is False
    assert slots[0]["identity"]["principalId"] != azure.arm("GET", site).json()["identity"]["principalId"]
    missing = azure.arm("GET", f"{site}/slots/nope")
    assert (missing.status, code(missing)) == (404, "ResourceNotFound")
    assert "'Microsoft.Web/sites/slots/healthy-webapp/nope'" in missing.json()["error"]["message"]


def test_app_settings_are_listed_by_post_and_need_the_right():
    azure, path = ConsumerWorld(), f"{SITE}/bare-webapp/config/appsettings"
    settings = azure.arm("POST", f"{path}/list").json()["properties"]
    assert settings["DOCKER_REGISTRY_SERVER_USERNAME"] == "myregistry"
    assert code(azure.arm("POST", f"{path}/list", who="reader")) == "AuthorizationFailed"
    azure.arm("PUT", path, {"properties": {"A": "b"}})
    assert azure.arm("POST", f"{path}/list").json()["properties"] == {"A": "b"}


def test_container_app_patch_is_a_merge_that_replaces_lists():
    azure, path = ConsumerWorld(operation_seconds=10, retry_after=3), f"{APP}/assigned-app"
    before = azure.arm("GET", path).json()["properties"]
    entry = {"server": "abacregistry.azurecr.io", "identity": PULL_ONE}
    answer = azure.arm("PATCH", path, {"properties": {"configuration": {"registries": [entry]}}})
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (202, b"", "3")
    poll = answer.headers["location"]
    assert azure.arm("GET", poll).status == 202
    busy = azure.arm("PATCH", path, {"tags": {}})
    assert (busy.status, code(busy)) == (409, "ContainerAppOperationInProgress")
    azure.world.clock.advance(11)
    done = azure.arm("GET", poll)
    assert done.status == 200 and done.json()["id"] == path
    after = azure.arm("GET", path).json()["properties"]
    assert after["configuration"]["registries"] == [entry]
    assert after["configuration"]["ingress"] == before["configuration"]["ingress"]
    assert after["template"] == before["template"] and after["provisioningState"] == "Succeeded"


def test_container_app_put_answers_with_a_status_url():
    azure, path = ConsumerWorld(), f"{APP}/healthy-app"
    body = azure.arm("GET", path).json()
    body["properties"]["configuration"]["registries"] = [{"server": "myregistry.azurecr.io", "identity": "system"}]
    answer = azure.arm("PUT", path, body)
    assert answer.status == 201
    assert azure.arm("GET", answer.headers["azure-asyncoperation"]).json()["status"] == "Succeeded"
    assert azure.arm("GET", path).json()["properties"]["configuration"]["registries"][0]["identity"] == "system"


@pytest.mark.parametrize("name, identity", [("assigned-app", "system"), ("assigned-app", PULL_TWO),
                                            ("healthy-app", PULL_ONE), ("bare-app", "system")])
def test_container_app_refuses_a_registry_identity_that_it_has_not(name, identity):
    azure, path = ConsumerWorld(), f"{APP}/{name}"
    before = azure.arm("GET", path).json()
    answer = azure.arm("PATCH", path, {"properties": {"configuration": {"registries": [
        {"server": "myregistry.azurecr.io", "identity": identity}]}}})
    assert answer.status == 400
    assert azure.arm("GET", path).json() == before


def test_container_app_shows_no_secret_values_but_on_request():
    azure, path = ConsumerWorld(), f"{APP}/bare-app"
    assert azure.arm("GET", path).json()["properties"]["configuration"]["secrets"] == [{"name": "registry-password"}]
    listed = azure.arm("POST", f"{path}/listSecrets").json()["value"]
    assert listed == [{"name": "registry-password", "value": "admin-password-1"}]


def test_container_instances_show_identity_and_credentials():
    azure = ConsumerWorld()
    groups = {item["name"]: item for item in azure.arm(
        "GET", f"{APPS}/Microsoft.ContainerInstance/containerGroups").json()["value"]}
    assert groups["healthy-aci"]["properties"]["imageRegistryCredentials"] == [
        {"server": "abacregistry.azurecr.io", "identity": PULL_ONE}]
    assert groups["system-aci"]["identity"]["type"] == "SystemAssigned"
    assert "identity" not in groups["bare-aci"]
    assert list(groups["several-aci"]["identity"]["userAssignedIdentities"]) == [PULL_ONE, PULL_TWO]


def test_what_az_asks_before_it_writes_settings():
    azure = ConsumerWorld()
    names = azure.arm("GET", f"{SITE}/bare-webapp/config/slotConfigNames").json()["properties"]
    assert names == {"connectionStringNames": None, "appSettingNames": None, "azureStorageConfigNames": None}
    assert azure.arm("GET", "/providers/Microsoft.Web/functionAppStacks").json()["value"] == []
    profiles = azure.arm("POST", f"{SITE}/bare-webapp/publishxml")
    assert profiles.headers["content-type"] == "application/xml" and b'publishMethod="FTP"' in profiles.body
    assert azure.arm("POST", f"{SITE}/bare-webapp/publishxml", who="reader").status == 403
