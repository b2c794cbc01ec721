"""Recordings of role assignments, role definitions, identities and Graph.

role-assignment-forbidden.json: all. role-assignment-principal-not-found.json: all.
role-assignment-registry-201-409.json: 0 and 9 to 15 (1 to 8 are the registry's). role-assignments-and-graph.json: 1 to
13 (0 and 14 create and delete a Graph user, which the simulator does not offer).
managed-identity.json: 0, 2, 3 (1 is a retired preview). vm-identity.json: 0, 1. aks-kubelet-identity.json: 0, 1 and
4 to 8. acr-cache-rules-and-credential-sets.json: 3 (the look-up).
"""
from __future__ import annotations

import pytest
from comparison import differences
from recorded_world import SUBSCRIPTION, recorded_app, replay
from recordings import Exchange, recorded

BASE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/"


def unlike(calls, exchanges: list[Exchange], ignore: frozenset[str] = frozenset()) -> dict[int, list[str]]:
    found = {exchange.index: differences(exchange, calls.send(exchange), ignore) for exchange in exchanges}
    return {index: items for index, items in found.items() if items}


def test_forbidden_to_write_role_assignments():
    zone = BASE + "clitest000001/providers/Microsoft.Network/dnszones/cliakstest000003.com"
    app = recorded_app(["clitest000001"], {
        "resources": [{"id": zone}],
        "principals": [{"name": "user", "kind": "ServicePrincipal", "appId": "000000d9-0000-4000-8000-0000000000d9",
                        "objectId": "000000d8-0000-4000-8000-0000000000d8"}],
        "roleDefinitions": [{"id": "000000d5-0000-4000-8000-0000000000d5", "name": "DNS Zone Contributor",
                             "type": "BuiltInRole", "assignableScopes": ["/"],
                             "permissions": [{"actions": [
                                 "Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*",
                                 "Microsoft.Network/dnsZones/*", "Microsoft.ResourceHealth/availabilityStatuses/read",
                                 "Microsoft.Resources/deployments/*", "Microsoft.Support/*",
                                 "Microsoft.Resources/subscriptions/resourceGroups/read"]}]}]}, role="Contributor")
    assert unlike(replay(app), recorded("role-assignment-forbidden")) == {}


def test_principal_not_found_until_it_is_replicated():
    account = BASE + "clitest.rg000001/providers/Microsoft.Storage/storageAccounts/clistorage000003"
    app = recorded_app(["clitest.rg000001"], {"resources": [{"id": account}]}, knobs={"identity_delay": 30})
    exchanges = recorded("role-assignment-principal-not-found")
    principal = app.world.directory.create_managed_identity("fresh", "000000e2-0000-4000-8000-0000000000e2")
    calls = replay(app)
    calls.ids[exchanges[1].body["properties"]["principalId"]] = principal.object_id
    assert unlike(calls, exchanges[:2]) == {}
    message = calls.send(exchanges[1]).json()["error"]["message"]
    assert message.startswith(f"Principal {principal.object_id.replace('-', '')} does not exist in the directory ")
    app.world.clock.advance(30)
    assert unlike(calls, exchanges[2:]) == {}


def test_assignment_on_a_registry_and_its_conflict():
    registry = BASE + "clitest.rg000001/providers/Microsoft.ContainerRegistry/registries/acr000004"
    app = recorded_app(["clitest.rg000001"], {"resources": [{"id": registry, "location": "eastus"}]})
    exchanges = recorded("role-assignment-registry-201-409")
    assert unlike(replay(app), [exchanges[0], *exchanges[9:16]]) == {}


def test_assignments_with_conditions_are_made_changed_and_deleted():
    app = recorded_app(["cli_role_assign000001"], {
        "principals": [{"name": "user2@example.com", "kind": "User",
                        "objectId": "000000e3-0000-4000-8000-0000000000e3"}]})
    exchanges = recorded("role-assignments-and-graph")
    calls = replay(app)
    assert unlike(calls, exchanges[1:14]) == {}


def test_changed_assignment_shows_what_was_written():
    app = recorded_app(["cli_role_assign000001"], {
        "principals": [{"name": "user2@example.com", "kind": "User",
                        "objectId": "000000e3-0000-4000-8000-0000000000e3"}]})
    exchanges = recorded("role-assignments-and-graph")
    calls = replay(app)
    shown = [calls.send(exchange).json() for exchange in exchanges[9:13]]
    for ours, theirs in zip(shown, exchanges[9:13]):
        for name in ("description", "condition", "conditionVersion", "principalType", "scope", "principalId"):
            assert ours["properties"][name] == theirs.answer["properties"][name], name


@pytest.mark.parametrize("name, group, indexes", [
    ("managed-identity", "cli_test_identity_mgmt_000001", (0, 2, 3)),
    ("vm-identity", "clitest.rg000001", (0, 1)),
    ("aks-kubelet-identity", "clitest000001", (0, 1, 4)),
])
def test_user_assigned_identities(name, group, indexes):
    exchanges = recorded(name)
    assert unlike(replay(recorded_app([group])), [exchanges[index] for index in indexes]) == {}


def test_graph_finds_nobody_in_recorded_shape():
    exchanges = recorded("aks-kubelet-identity")
    assert unlike(replay(recorded_app([])), exchanges[5:9]) == {}


def test_resource_lookup_by_type():
    registry = BASE + "ray-dev/providers/Microsoft.ContainerRegistry/registries/raycr"
    app = recorded_app(["ray-dev"], {"registries": [{"name": "raycr", "subscription": SUBSCRIPTION,
                                                     "group": "ray-dev", "sku": "Premium"}]})
    exchange = recorded("acr-cache-rules-and-credential-sets")[3]
    calls = replay(app)
    # A registry without an identity has no such key; the recorded subscription has some with one.
    assert unlike(calls, [exchange], frozenset({"value[].tags", "value[].identity"})) == {}
    assert calls.send(exchange).json()["value"][0]["id"] == registry
