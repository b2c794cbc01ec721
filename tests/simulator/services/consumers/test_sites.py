"""Web apps and function apps: config, slots and settings."""
from __future__ import annotations

import pytest
from consumer_world import APPS, ConsumerWorld
from small_world import code

SITE = f"{APPS}/Microsoft.Web/sites"
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


def test_what_az_asks_before_it_writes_settings():
    azure = ConsumerWorld()
    names = azure.arm("GET", f"{SITE}/bare-webapp/config/slotConfigNames").json()["properties"]
    assert names == {"connectionStringNames": None, "appSettingNames": None, "azureStorageConfigNames": None}
    assert azure.arm("GET", "/providers/Microsoft.Web/functionAppStacks").json()["value"] == []
    profiles = azure.arm("POST", f"{SITE}/bare-webapp/publishxml")
    assert profiles.headers["content-type"] == "application/xml" and b'publishMethod="FTP"' in profiles.body
    assert azure.arm("POST", f"{SITE}/bare-webapp/publishxml", who="reader").status == 403
