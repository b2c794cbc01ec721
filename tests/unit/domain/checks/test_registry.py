from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.state.known import Unknown
from unit import records
from unit.domain.checks.chain_world import chain, commands, findings, wrong


def with_properties(**properties):
    snapshot = chain()
    return replace(snapshot, registry=replace(snapshot.registry, properties=properties))


@pytest.mark.parametrize("properties, key, status", [
    ({"provisioningState": "Deleting"}, "registry/exists:myregistry", "fail"),
    ({"provisioningState": "Failed"}, "registry/exists:myregistry", "warn"),
    ({"publicNetworkAccess": "Disabled", "networkRuleBypassOptions": "None"}, "registry/network:myregistry", "fail"),
    ({"publicNetworkAccess": "Disabled", "networkRuleSet": {"virtualNetworkRules": [{}]}},
     "registry/network:myregistry", "warn"),
    ({"networkRuleSet": {"defaultAction": "Deny"}}, None, None),
    ({"policies": {"softDeletePolicy": {"status": "enabled"}}}, "registry/soft-delete:myregistry", "warn")])
def test_what_is_wrong_with_a_registry(properties, key, status):
    assert wrong(with_properties(**properties)) == ({key: status} if key else {})


def test_the_bypass_is_the_fix_for_a_closed_registry():
    closed = with_properties(publicNetworkAccess="Disabled", networkRuleBypassOptions="None")
    assert "--allow-trusted-services true" in commands(findings(closed)["registry/network:myregistry"])[0]
    empty = replace(closed, all_rules=chain(rules=()).all_rules)
    assert wrong(empty)["registry/network:myregistry"] == "warn"


def test_a_registry_that_may_not_be_read():
    snapshot = chain()
    hidden = replace(snapshot, registry=replace(snapshot.registry, assumed=True))
    assert wrong(hidden) == {f"registry/{what}:myregistry": "skip" for what in ("exists", "network", "soft-delete")}


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
