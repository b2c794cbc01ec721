from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.state.registry_network import APPROVED, EndpointConnection, RegistryNetwork, subnets_of
from unit import records


def network(**properties) -> RegistryNetwork:
    return RegistryNetwork.of(replace(records.registry(), properties=properties))


def connection(state: str, name: str = "myregistry.1") -> dict:
    return {"name": name, "properties": {"privateLinkServiceConnectionState": {"status": state}}}


def test_a_registry_that_says_nothing_is_open():
    assert network() == RegistryNetwork() and not network().restricted


@pytest.mark.parametrize("properties, expected", [
    ({"publicNetworkAccess": "disabled"}, RegistryNetwork(private=True)),
    ({"publicNetworkAccess": "Enabled", "networkRuleBypassOptions": "None"}, RegistryNetwork(trusted=False)),
    ({"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "198.51.100.0/24"}]}},
     RegistryNetwork(default_deny=True, addresses=("198.51.100.0/24",))),
    ({"privateEndpointConnections": []}, RegistryNetwork(connections=()))])
def test_each_property(properties, expected):
    assert network(**properties) == expected
    assert expected.restricted is (expected.private or expected.default_deny)


def test_connections_by_state():
    seen = network(privateEndpointConnections=[connection("Approved"), connection("Pending", "p"), {"name": "bare"}])
    assert seen.in_state(APPROVED) == [EndpointConnection("myregistry.1", APPROVED)]
    assert seen.connections[2] == EndpointConnection("bare", "")


@pytest.mark.parametrize("rule, subnet", [({"virtualNetworkSubnetResourceId": "/a"}, "/a"), ({"id": "/b"}, "/b"),
                                          ({}, "")])
def test_subnets_of_either_version(rule, subnet):
    assert subnets_of({"networkRuleSet": {"virtualNetworkRules": [rule]}}) == (subnet,)
    assert subnets_of({}) == ()
