from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.checks.private_endpoint import private_endpoint
from azext_acrcache.domain.guidance.fixes import Fixes
from azext_acrcache.domain.state.known import Known, Unknown
from unit import records
from unit.domain.state.test_registry_network import connection

OFF = {"publicNetworkAccess": "Disabled"}
DENY = {"networkRuleSet": {"defaultAction": "Deny"}}
SOME = {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "198.51.100.0/24"}]}}


def answer(properties: dict, subnets=Known(()), connections=()):
    registry = replace(records.registry(), properties={
        **properties, **({} if connections is None else {"privateEndpointConnections": list(connections)})})
    return private_endpoint(registry, subnets, Fixes(registry.id))


@pytest.mark.parametrize("properties, connections, status, words", [
    ({}, (), "pass", "public networks"), (OFF, (connection("Approved"),), "pass", "privatelink.azurecr.io"),
    (OFF, (connection("Approved"), connection("Approved", "b")), "pass", "2 approved"), (OFF, (), "fail", "no pull"),
    (OFF, (connection("Pending"),), "fail", "'myregistry.1' is pending"),
    (OFF, (connection("Rejected"),), "fail", "'myregistry.1' is rejected"), (OFF, None, "skip", "does not say"),
    (SOME, (), "pass", "198.51.100.0/24"), (DENY, (), "fail", "lets no address in")])
def test_who_reaches_a_registry(properties, connections, status, words):
    said = answer(properties, connections=connections)
    assert said.status == status and words in said.message
    assert bool(said.fix) is (status == "fail")


def test_public_access_that_is_off_is_not_reached_by_service_endpoints():
    assert answer(OFF, Known(("/subnet",))).status == "fail"


@pytest.mark.parametrize("subnets, status", [(Known(("/subnet",)), "pass"), (Unknown("no right"), "skip")])
def test_subnets_that_are_let_in(subnets, status):
    assert answer(DENY, subnets).status == status


@pytest.mark.parametrize("bypass, told", [("None", False), ("AzureServices", True)])
def test_trusted_services_are_named_where_they_pass(bypass, told):
    assert ("trusted" in answer({**OFF, "networkRuleBypassOptions": bypass}).message) is told


def test_what_waits_is_approved_and_else_an_endpoint_is_made():
    waiting, = answer(OFF, connections=[connection("Pending"), connection("Rejected", "r")]).fix
    assert waiting.command.startswith("az acr private-endpoint-connection approve --registry-name myregistry")
    assert "--name myregistry.1" in waiting.command
    new, = answer(OFF, connections=[connection("Rejected")]).fix
    assert new.command.startswith("az network private-endpoint create") and str(records.REGISTRY_ID) in new.command
