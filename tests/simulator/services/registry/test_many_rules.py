"""What a run over a whole registry meets: the rules' semantics beside a thousand others."""
from __future__ import annotations

import pytest
from registry_client import GROUP, RegistryClient, code

MANY = 997


@pytest.fixture
def azure() -> RegistryClient:
    client = RegistryClient()
    client.plant({"registries": [{
        "name": "myregistry", "subscription": GROUP.split("/")[2], "group": "demo-rg",
        "repositories": [{"repository": "held/app", "tags": ["1"]}],
        "cacheRules": [{"name": f"rule-{number:04}", "source": f"mcr.microsoft.com/many/r{number}",
                        "target": f"many/r{number}"} for number in range(MANY - 1)]
        + [{"name": "rule-wide", "source": "mcr.microsoft.com/wide/*", "target": "wide/*"}]}]})
    return client


@pytest.mark.parametrize("source, target, refusal", [
    ("many/other", "many/r500", "CacheRuleTargetRepositoryConflict"),
    ("wide/deep/*", "wide/deep/*", "CacheRuleTargetRepositoryConflict"),
    ("all/*", "*", "CacheRuleTargetRepositoryConflict"),
    ("held/app", "held/app", "TargetRepositoryMatchesExistingRepository"),
    ("held/*", "held/*", "TargetRepositoryPrefixMatchesExistingRegistries"),
    ("wide/app", "wide/app", None), ("many/*", "many/*", None), ("wider/*", "wider/*", None)])
def test_targets_that_are_taken(azure, source, target, refusal):
    answer = azure.put_rule("rule-new", f"mcr.microsoft.com/{source}", target)
    assert (answer.status, code(answer) if refusal else None) == (400 if refusal else 201, refusal)


def test_the_limit_counts_what_is_there_and_what_is_being_made_or_deleted(azure):
    azure.world.knobs.turn({"operation_seconds": 5})
    statuses = [azure.put_rule(f"rule-last-{n}", f"mcr.microsoft.com/last{n}", f"last{n}").status for n in range(5)]
    assert statuses == [201, 201, 201, 400, 400]
    assert azure.arm("DELETE", "cacheRules/rule-0000").status == 202
    assert code(azure.put_rule("rule-after", "mcr.microsoft.com/after", "after")) == "CacheRuleLimitExceeded"
    azure.world.clock.advance(6)
    assert azure.put_rule("rule-after", "mcr.microsoft.com/after", "after").status == 201
    assert azure.put_rule("rule-0001", "mcr.microsoft.com/many/r1", "many/r1").status == 201


def test_a_target_is_free_again_once_its_rule_is_gone(azure):
    azure.world.knobs.turn({"operation_seconds": 5})
    azure.arm("DELETE", "cacheRules/rule-wide")
    assert code(azure.put_rule("rule-deep", "mcr.microsoft.com/d/*", "wide/d/*")) == "CacheRuleTargetRepositoryConflict"
    azure.world.clock.advance(6)
    assert azure.put_rule("rule-deep", "mcr.microsoft.com/d/*", "wide/d/*").status == 201


def test_the_same_rule_put_twice_at_once_is_one_rule(azure):
    azure.world.knobs.turn({"operation_seconds": 5})
    answers = [azure.put_rule("rule-twice", "mcr.microsoft.com/twice", "twice") for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert code(azure.put_rule("rule-twice", "mcr.microsoft.com/another", "twice")) == "PropertyChangeNotAllowed"
    assert code(azure.put_rule("rule-other", "mcr.microsoft.com/twice", "twice")) == "CacheRuleTargetRepositoryConflict"
    azure.world.clock.advance(6)
    assert azure.arm("GET", "cacheRules/rule-twice").json()["properties"]["provisioningState"] == "Succeeded"


def test_all_pages_hold_each_rule_once_in_the_order_of_names(azure):
    azure.world.knobs.turn({"page_size": 37})
    token, document, names, pages = azure.arm_token(), azure.arm("GET", "cacheRules").json(), [], 1
    names += [rule["name"] for rule in document["value"]]
    while "nextLink" in document:
        document = azure.get(document["nextLink"], token=token).json()
        names += [rule["name"] for rule in document["value"]]
        pages += 1
    assert (len(names), pages, names) == (MANY, -(-MANY // 37), sorted(set(names)))
