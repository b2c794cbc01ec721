from __future__ import annotations

import pytest

from azext_acrcache.domain.values.registry_ref import child_name, registry_ref

from unit.records import REGISTRY_ID, VAULT_ID
from unit.user_errors import refused


@pytest.mark.parametrize("text, name", [("MyRegistry", "MyRegistry"), ("myregistry.azurecr.io", "myregistry"),
                                        ("myregistry.AZURECR.cn", "myregistry")])
def test_a_registry_by_name_or_login_server(text, name):
    assert registry_ref(text, "my-rg").registry == name


def test_a_registry_by_id():
    assert registry_ref(str(REGISTRY_ID), None).registry == REGISTRY_ID


@pytest.mark.parametrize("text, subject", [("my-registry", "my-registry"), ("abc", "abc"),
                                           (str(VAULT_ID), "container registry"), ("", "''")])
def test_what_is_no_registry(text, subject):
    refused(lambda: registry_ref(text, None), subject, "registry")


def test_names_in_a_registry():
    rule_id = str(REGISTRY_ID.child("cacheRules", "My-Rule"))
    for registry in ("myregistry", "MYREGISTRY.azurecr.io", str(REGISTRY_ID)):
        assert child_name(registry, rule_id, "cacheRules", "cache rule") == "My-Rule"
    assert child_name("myregistry", "any-name", "cacheRules", "cache rule") == "any-name"


def test_an_id_of_another_registry_is_not_taken_for_a_namesake():
    rule_id = str(REGISTRY_ID.child("cacheRules", "my-rule"))
    refused(lambda: child_name("another", rule_id, "cacheRules", "cache rule"), "'my-rule'", "'myregistry'",
            "'another'", runs="--registry myregistry")
