from __future__ import annotations

from azext_acrcache.domain.plan.keys import (CACHE_RULE, CREDENTIAL_SET, GONE, HEALTH, PROVISIONED, SECRET, ResourceKey,
                                             child_key, credential_set_key, rule_key)
from unit.records import HOST, REGISTRY_ID, SECOND_ID, VAULT_ID, rule_id, set_id


def test_keys_compare_as_arm_compares_ids():
    assert rule_key(rule_id("My-Rule")) == rule_key(type(REGISTRY_ID).parse(str(rule_id("my-rule")).upper()))
    assert ResourceKey.of(str(VAULT_ID).upper() + "/", SECRET, "PAT") == ResourceKey.of(VAULT_ID, SECRET, "pat")


def test_equal_names_in_two_registries_do_not_meet():
    assert rule_key(rule_id("my-rule")) != rule_key(rule_id("my-rule", SECOND_ID))
    assert credential_set_key(set_id("docker-io")) != credential_set_key(set_id("docker-io", SECOND_ID))


def test_a_rule_and_a_set_of_one_name_do_not_meet():
    assert child_key(set_id("same1"), CACHE_RULE) != child_key(set_id("same1"), CREDENTIAL_SET)


def test_a_child_belongs_to_its_parent():
    assert rule_key(rule_id("My-Rule")) == ResourceKey(REGISTRY_ID.canonical, CACHE_RULE, "my-rule")
    assert child_key(set_id("Hub"), HEALTH) == ResourceKey.of(REGISTRY_ID, HEALTH, "hub")


def test_a_step_that_waits_has_a_key_of_its_own():
    key = rule_key(rule_id("my-rule"))
    assert len({key, key.awaiting(GONE), key.awaiting(PROVISIONED)}) == 3
    assert key.awaiting(GONE).owner == key.owner and key.awaiting(GONE).name == key.name


def test_a_key_as_a_message_shows_it():
    assert str(ResourceKey.of(HOST, SECRET, "pat")) == f"secret:{HOST}:pat"
    assert str(ResourceKey.of(REGISTRY_ID, CACHE_RULE)) == f"cacheRule:{REGISTRY_ID.canonical}"
