from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.checks.consumer_network import network_questions
from azext_acrcache.domain.checks.verdict import judge
from azext_acrcache.domain.guidance.az_lines import LineContext
from unit import records
from unit.domain.consumer_records import consumer, web_app
from unit.domain.state.test_registry_network import connection

CONTEXT = LineContext(records.SUBSCRIPTION)
OFF = {"publicNetworkAccess": "Disabled", "privateEndpointConnections": [connection("Approved")]}
ALONE = {"publicNetworkAccess": "Disabled", "privateEndpointConnections": []}
SUBNET = {"virtualNetworkSubnetId": "/subnet"}


def findings(properties, *consumers):
    registry = replace(records.registry(), properties=properties)
    return {finding.check: finding for finding in judge(network_questions(registry, consumers, CONTEXT))}


def site(**properties):
    return web_app(body={"properties": properties})


def test_an_open_registry_or_one_that_may_not_be_read_has_no_questions():
    assert not findings({}, consumer())
    assert not network_questions(replace(records.registry(), properties=OFF, assumed=True), [consumer()], CONTEXT)


@pytest.mark.parametrize("word", ["vm", "aks", "containerapp"])
@pytest.mark.parametrize("properties", [OFF, {"networkRuleSet": {"defaultAction": "Deny"}}])
def test_what_can_not_be_seen_is_no_pass(word, properties):
    answer = findings(properties, consumer(word))["consumer/network"].answer
    assert answer.status == "skip" and "Not judged" in answer.message


def test_a_registry_that_nobody_reaches_is_the_only_cause():
    seen = findings(ALONE, consumer())
    assert seen["registry/private-endpoint"].status == "fail"
    assert seen["consumer/network"].blocked_by == (seen["registry/private-endpoint"].key,)


@pytest.mark.parametrize("bypass, blocked", [("AzureServices", False), ("None", True)])
def test_container_instances_pass_as_a_trusted_service(bypass, blocked):
    seen = findings({**ALONE, "networkRuleBypassOptions": bypass}, consumer("container-instance"))["consumer/network"]
    assert bool(seen.blocked_by) is blocked and seen.status == "skip"


@pytest.mark.parametrize("properties, status, words", [
    ({}, "fail", "az webapp vnet-integration add --name my-app"),
    (SUBNET, "warn", "--set properties.vnetImagePullEnabled=true"),
    ({**SUBNET, "vnetImagePullEnabled": True}, "skip", None)])
def test_how_a_site_pulls(properties, status, words):
    answer = findings(OFF, site(**properties))["consumer/network"].answer
    assert answer.status == status
    assert words is None and not answer.fix or words in answer.fix[0].command
