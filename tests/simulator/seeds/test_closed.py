"""The seed `closed`: networks that keep a client out, and private endpoints in each state."""
from __future__ import annotations

import pytest
from seed_world import REGISTRIES, VAULTS, SeedWorld, code

SECRET = "/secrets/dockerhub-user?api-version=7.4"


@pytest.mark.parametrize("registry, outside, inside", [
    ("closedreg", 403, 401), ("lonelyreg", 403, 403), ("pendingreg", 403, 403), ("rejectedreg", 403, 403),
    ("selectreg", 403, 403), ("openreg", 401, 401), ("shutreg", 403, 401), ("mixedreg", 401, 401)])
def test_who_gets_through(registry, outside, inside):
    for in_vnet, expected in ((False, outside), (True, inside)):
        world = SeedWorld("closed", client_in_vnet=in_vnet)
        assert world.send("GET", f"https://{registry}.azurecr.io/v2/").status == expected


def test_a_client_outside_is_told_its_address_with_escaped_quotes():
    refused = SeedWorld("closed").send("GET", "https://lonelyreg.azurecr.io/v2/")
    assert (refused.status, code(refused)) == (403, "DENIED")
    assert b"client with IP \\u0027203.0.113.10\\u0027 is not allowed access" in refused.body
    assert "'203.0.113.10'" in refused.json()["errors"][0]["message"]


def test_the_private_link_name_is_there_with_an_approved_endpoint():
    world = SeedWorld("closed", client_in_vnet=True)
    assert world.send("GET", "https://closedreg.privatelink.azurecr.io/v2/").status == 401
    for registry in ("lonelyreg", "pendingreg", "rejectedreg"):
        assert not world.app.has_address(f"{registry}.privatelink.azurecr.io")


@pytest.mark.parametrize("version", ["2025-11-01", "2026-09-01-preview", "2023-07-01"])
def test_a_registry_shows_its_connections(version):
    shown = SeedWorld("closed").arm("GET", f"{REGISTRIES}/pendingreg", version=version).json()["properties"]
    assert shown["publicNetworkAccess"] == "Disabled"
    connection, = shown["privateEndpointConnections"]
    assert connection["type"] == "Microsoft.ContainerRegistry/registries/privateEndpointConnections"
    assert connection["id"] == f"{REGISTRIES}/pendingreg/privateEndpointConnections/pending.1"
    assert connection["properties"]["privateEndpoint"]["id"].endswith("/privateEndpoints/acr-endpoint")
    assert connection["properties"]["privateLinkServiceConnectionState"] == {
        "status": "Pending", "description": "Please approve", "actionsRequired": "None"}


def test_a_connection_is_approved():
    world = SeedWorld("closed", client_in_vnet=True)
    connections = f"{REGISTRIES}/pendingreg/privateEndpointConnections"
    assert [item["name"] for item in world.arm("GET", connections).json()["value"]] == ["pending.1"]
    approval = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved", "description": "ok"}}}
    assert world.arm("PUT", connections + "/pending.1", approval).status == 200
    assert world.arm("GET", connections + "/pending.1").json()["properties"][
        "privateLinkServiceConnectionState"]["status"] == "Approved"
    assert world.send("GET", "https://pendingreg.azurecr.io/v2/").status == 401
    bad = {"properties": {"privateLinkServiceConnectionState": {"status": "Maybe"}}}
    assert code(world.arm("PUT", connections + "/pending.1", bad)) == "InvalidParameter"
    assert code(world.arm("GET", connections + "/none")) == "ResourceNotFound"


@pytest.mark.parametrize("vault, outside, inside", [
    ("closedvault", 403, 200), ("shutvault", 403, 403), ("selectvault", 403, 403)])
def test_who_reads_a_vault(vault, outside, inside):
    for in_vnet, expected in ((False, outside), (True, inside)):
        world = SeedWorld("closed", client_in_vnet=in_vnet)
        token = world.token("owner", "https://vault.azure.net")
        assert world.send("GET", f"https://{vault}.vault.azure.net{SECRET}", token=token).status == expected


def test_a_vault_keeps_its_connections_when_it_is_changed():
    world = SeedWorld("closed")
    world.arm("PATCH", f"{VAULTS}/closedvault", {"tags": {"a": "b"}}, version="2026-02-01")
    shown = world.arm("GET", f"{VAULTS}/closedvault", version="2026-02-01").json()["properties"]
    assert [item["properties"]["privateLinkServiceConnectionState"]["status"]
            for item in shown["privateEndpointConnections"]] == ["Approved"]
