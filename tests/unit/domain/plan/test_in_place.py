from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.plan.in_place import (adopt, adopt_credential_sets, has_secrets_of, is_in_place, is_settled,
                                                 may_adopt_credential_sets)
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredRegistry, DesiredSecret
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue
from unit.calls import count_calls
from unit.records import HOST, PAT, USER, credential_set, desired_registry, rule, snapshot, wanted_rule, wanted_set
from unit.user_errors import refused

OLDER = rule("older", "docker.io/library/ubuntu", "ubuntu")


def unnamed(**more) -> DesiredRegistry:
    return desired_registry((wanted_rule(),), (replace(wanted_set(**more), named=False),))


def adopted(desired: DesiredRegistry, observed) -> tuple[list[str], list[str]]:
    """The sets of the rules, and the sets that are wanted."""
    registry = adopt_credential_sets(desired, observed)
    assert adopt_credential_sets(registry, observed) == registry, "a second time it changes nothing"
    return ([rule.credential_set for rule in registry.rules], [wanted.name for wanted in registry.credential_sets])


MINE = rule("my-rule", "docker.io/library/ubuntu", "ubuntu", "hub-set")


def test_without_a_set_of_the_users_choosing_the_rule_keeps_its_own():
    observed = snapshot(rules=(MINE,), credential_sets=(credential_set(), credential_set("hub-set", password=USER)))
    assert adopted(unnamed(), observed) == (["hub-set"], ["hub-set"])
    named = desired_registry((wanted_rule(),), (wanted_set(),))
    assert adopted(named, observed) == (["docker-io"], ["docker-io"])


def test_a_rule_without_credentials_in_the_request_keeps_its_own():
    bare = desired_registry((wanted_rule(credential_set=None),))
    assert may_adopt_credential_sets(bare) and may_adopt_credential_sets(unnamed())
    assert adopted(bare, snapshot(rules=(MINE,))) == (["hub-set"], ["hub-set"])
    assert adopted(bare, snapshot()) == ([None], [])
    other_source = rule("my-rule", "docker.io/library/debian", "ubuntu", "hub-set")
    assert adopted(bare, snapshot(rules=(other_source,))) == ([None], [])


def test_a_new_rule_takes_the_set_with_the_same_secrets():
    observed = snapshot(credential_sets=(credential_set("hub-set"), credential_set("quay-set", "quay.io"),
                                         credential_set("other", password=USER),
                                         credential_set("leaving", state="Deleting")))
    assert adopted(unnamed(), observed) == (["hub-set"], ["hub-set"])
    assert adopted(unnamed(), snapshot(credential_sets=(credential_set("other", password=USER),))) == \
        (["docker-io"], ["docker-io"])


def test_two_sets_that_could_be_meant_are_named():
    both = (credential_set("hub-two"), credential_set("hub-one"))
    refusal = refused(lambda: adopted(unnamed(), snapshot(credential_sets=both)), "hub-one, hub-two", "docker.io",
                      "same secrets", runs="--cred-set hub-one")
    assert refusal.recommendations[1].endswith("--cred-set hub-two")
    wanted = replace(unnamed(), rules=(wanted_rule(), wanted_rule("docker.io/library/nginx", name="nginx")))
    rules = (MINE, rule("nginx", "docker.io/library/nginx", "nginx", "hub-two"))
    refused(lambda: adopted(wanted, snapshot(rules=rules, credential_sets=(credential_set("hub-set"), *both))),
            "hub-set, hub-two", "in use", runs="--cred-set hub-set")


def test_values_without_a_named_secret_go_to_the_secrets_of_the_set():
    values = replace(unnamed(), credential_sets=(DesiredCredentialSet(
        "docker-io", "docker.io", DesiredSecret(SecretId(HOST, "docker-io-username"), SecretValue("u"), named=False),
        DesiredSecret(SecretId("another.vault.azure.net", "p"), SecretValue("p"), named=False), named=False),))
    wanted, = adopt_credential_sets(values, snapshot(rules=(MINE,),
                                                     credential_sets=(credential_set("hub-set"),))).credential_sets
    assert (wanted.username.id, wanted.username.value) == (USER, SecretValue("u"))
    assert wanted.password.id.vault_host == "another.vault.azure.net"


def test_without_a_name_an_equal_rule_is_the_one_meant():
    assert adopt(wanted_rule(named=False), snapshot(rules=(OLDER,))).name == "older"
    assert adopt(wanted_rule(named=False), snapshot()).name == "my-rule"
    assert adopt(wanted_rule(named=True), snapshot(rules=(OLDER,))).name == "my-rule"
    assert adopt(wanted_rule("ghcr.io/x", "ubuntu", named=False), snapshot(rules=(OLDER,))).name == "my-rule"


@pytest.mark.parametrize("changed, in_place", [
    ({}, True), ({"status": "Unhealthy"}, False), ({"principal": None}, False), ({"state": "Failed"}, False),
    ({"state": "Deleting"}, False), ({"state": "Creating"}, True), ({"login_server": "Docker.IO"}, True),
    ({"login_server": "quay.io"}, False), ({"password": None}, False), ({"password": USER}, False),
    ({"password": SecretId(HOST, "HUB-PAT")}, True)])
def test_a_set_as_wanted_and_healthy_is_in_place(changed, in_place):
    assert is_in_place(wanted_set(), snapshot(credential_sets=(credential_set(**changed),))) is in_place


def test_a_set_that_does_not_exist_is_not_in_place():
    assert not is_in_place(wanted_set(), snapshot())


@pytest.mark.parametrize("current, in_place", [({PAT.key: True}, True), ({PAT.key: False}, False), ({}, False)])
def test_a_value_must_be_current(current, in_place):
    observed = snapshot(credential_sets=(credential_set(),), current_values=current)
    assert bool(is_in_place(wanted_set(password_value="p"), observed)) is in_place


def test_a_set_named_alone_has_the_secrets_that_it_has():
    assert has_secrets_of(DesiredCredentialSet("docker-io", "docker.io"), credential_set(password=None))
    assert is_settled(credential_set())


def test_the_work_grows_with_the_number_of_rules_also_where_each_has_a_set_of_its_own():
    def work(count: int) -> int:
        rules = tuple(rule(f"rule-{number}", f"ghcr.io/team/r{number}", f"team/r{number}", f"set-{number}")
                      for number in range(count))
        observed = snapshot(rules=rules)
        bare = desired_registry(tuple(wanted_rule(str(there.source), str(there.target), there.name, credential_set=None)
                                      for there in rules))
        return count_calls(lambda: adopt_credential_sets(bare, observed))

    assert work(200) < 11 * work(20)
