from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.state.known import Known, Unknown
from unit import records
from unit.domain.checks.chain_world import chain, commands, findings, wrong
from unit.domain.state.test_registry_network import connection


def with_properties(**properties):
    snapshot = chain()
    return replace(snapshot, registry=replace(snapshot.registry, properties=properties))


CLOSED = {"publicNetworkAccess": "Disabled", "privateEndpointConnections": [connection("Approved")]}


@pytest.mark.parametrize("properties, key, status", [
    ({"provisioningState": "Deleting"}, "registry/exists:myregistry", "fail"),
    ({"provisioningState": "Failed"}, "registry/exists:myregistry", "warn"),
    ({**CLOSED, "networkRuleBypassOptions": "None"}, "registry/network:myregistry", "fail"),
    ({**CLOSED, "privateEndpointConnections": []}, "registry/private-endpoint:myregistry", "fail"),
    (CLOSED, None, None),
    ({"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "198.51.100.0/24"}]}}, None, None),
    ({"policies": {"softDeletePolicy": {"status": "enabled"}}}, "registry/soft-delete:myregistry", "warn")])
def test_what_is_wrong_with_a_registry(properties, key, status):
    assert wrong(with_properties(**properties)) == ({key: status} if key else {})


@pytest.mark.parametrize("subnets, status", [(Known(("/subnet",)), "warn"), (Unknown("no such version"), "skip")])
def test_service_endpoints_with_which_the_bypass_does_not_work(subnets, status):
    closed = replace(with_properties(**CLOSED), subnets=subnets)
    assert wrong(closed) == {"registry/network:myregistry": status}


def test_the_bypass_is_the_fix_for_a_closed_registry():
    closed = with_properties(**CLOSED, networkRuleBypassOptions="None")
    assert "--allow-trusted-services true" in commands(findings(closed)["registry/network:myregistry"])[0]
    empty = replace(closed, all_rules=chain(rules=()).all_rules)
    assert wrong(empty)["registry/network:myregistry"] == "warn"


def test_a_registry_that_may_not_be_read():
    snapshot = chain()
    hidden = replace(snapshot, registry=replace(snapshot.registry, assumed=True))
    assert wrong(hidden) == {f"registry/{what}:myregistry": "skip"
                             for what in ("exists", "network", "private-endpoint", "soft-delete")}


@pytest.mark.parametrize("count, status", [(949, "pass"), (950, "warn")])
def test_the_limit_of_rules(count, status):
    rules = [records.rule(f"rule-{n:04}", f"mcr.microsoft.com/r{n}", f"r{n}") for n in range(count)]
    assert findings(chain(rules=rules))["registry/rule-limit:myregistry"].status == status


def test_rules_that_may_not_be_read_are_skipped_with_the_reason():
    snapshot = chain(rules=Unknown("no right"))
    assert wrong(snapshot) == {"registry/rule-limit:myregistry": "skip", "rule/exists:myregistry": "skip",
                               "credset/unused:docker-io": "skip"}
    assert {finding.answer.message for finding in findings(snapshot).values() if finding.status == "skip"} == \
        {"no right"}
