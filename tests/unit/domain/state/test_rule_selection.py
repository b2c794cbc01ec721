from __future__ import annotations

import pytest

from azext_acrcache.domain.state.rule_selection import rules_named
from azext_acrcache.domain.values.errors import NotFound, UserError
from unit.records import SECOND_ID, rule, rule_id, set_id, snapshot
from unit.user_errors import refused

UBUNTU, ALPINE = (rule(name, f"docker.io/library/{name}", name) for name in ("ubuntu", "alpine"))
REGISTRY = snapshot(rules=(UBUNTU, ALPINE))


@pytest.mark.parametrize("names", [None, (), []])
def test_without_names_all_rules(names):
    assert rules_named(REGISTRY, names) == [UBUNTU, ALPINE]


@pytest.mark.parametrize("names, rules", [
    (["alpine", "ubuntu"], [ALPINE, UBUNTU]), (["ALPINE"], [ALPINE]), ([str(rule_id("ubuntu"))], [UBUNTU]),
    (["ubuntu", str(rule_id("Ubuntu")).upper(), "alpine"], [UBUNTU, ALPINE])])
def test_rules_by_name_or_id_in_the_order_of_the_names_each_once(names, rules):
    assert rules_named(REGISTRY, names) == rules


@pytest.mark.parametrize("text", ["redis", str(rule_id("redis"))])
def test_a_rule_that_does_not_exist(text):
    refused(lambda: rules_named(REGISTRY, ["ubuntu", text]), "'myregistry'", "'redis'", kind=NotFound,
            runs="az acrcache bootstrap list --registry myregistry --output table")


def test_a_rule_of_another_registry_is_no_namesake():
    refused(lambda: rules_named(REGISTRY, [str(rule_id("ubuntu", SECOND_ID))]), "'ubuntu'", str(SECOND_ID),
            kind=UserError, runs=f"--registry {SECOND_ID}")


def test_an_id_of_something_else():
    refused(lambda: rules_named(REGISTRY, [str(set_id("ubuntu"))]), "cache rule", "credentialSets", kind=UserError)
