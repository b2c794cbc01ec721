from __future__ import annotations

import pytest

from azext_acrcache.domain.values.registry_ref import RegistryRef, child_name, registry_ref
from unit.records import REGISTRY_ID, SECOND_ID, SUBSCRIPTION, set_id
from unit.user_errors import refused


@pytest.mark.parametrize("text, name, login_server", [
    ("myregistry", "myregistry", None), ("MyRegistry", "MyRegistry", None),
    ("https://MyRegistry.azurecr.io/", "myregistry", "myregistry.azurecr.io"),
    ("myreg-a1b2c3d4.azurecr.io", "myreg", "myreg-a1b2c3d4.azurecr.io"),
    ("myregistry.eastus.geo.azurecr.io:443", "myregistry", "myregistry.azurecr.io"),
    ("myregistry.azurecr.us", "myregistry", "myregistry.azurecr.us")])
def test_a_registry_by_any_of_its_names(text, name, login_server):
    assert registry_ref(text, "my-rg") == RegistryRef(name, "my-rg", login_server)


def test_a_registry_by_its_id():
    assert registry_ref(str(REGISTRY_ID)) == RegistryRef(REGISTRY_ID)


@pytest.mark.parametrize("text, words", [("docker.io", "'docker.io' is not the login server"), ("my_reg", "'my_reg'"),
                                         ("my-reg", "'my-reg'"), ("abc", "'abc'"),
                                         (str(set_id("x")), "credentialSets")])
def test_what_is_no_registry_is_refused(text, words):
    refused(lambda: registry_ref(text), words)


@pytest.mark.parametrize("registry", ["myregistry", "MyRegistry", str(REGISTRY_ID), "https://myregistry.azurecr.io"])
def test_a_child_by_its_id(registry):
    assert child_name(registry, str(set_id("hub")), "credentialSets", "credential set") == "hub"
    assert child_name(registry, "hub", "credentialSets", "credential set") == "hub"


@pytest.mark.parametrize("registry", ["otherregistry", str(REGISTRY_ID).replace("myregistry", "otherregistry"),
                                      str(REGISTRY_ID).replace("my-rg", "other-rg"),
                                      str(REGISTRY_ID).replace(SUBSCRIPTION, SUBSCRIPTION.replace("1", "9"))])
def test_a_child_of_a_namesake_is_refused(registry):
    refused(lambda: child_name(registry, str(set_id("hub")), "credentialSets", "credential set"), "'hub'",
            "belongs to the registry")


@pytest.mark.parametrize("ref, is_it", [
    (RegistryRef(REGISTRY_ID), True), (RegistryRef(SECOND_ID), False), (RegistryRef("MyRegistry"), True),
    (RegistryRef("other"), False), (RegistryRef("myregistry", "MY-RG"), True), (RegistryRef("myregistry", "x"), False),
    (RegistryRef("myregistry", None, "myregistry.azurecr.io"), True),
    (RegistryRef("myregistry", None, "myregistry-a1b2.azurecr.io"), False)])
def test_which_registry_a_name_means(ref, is_it):
    assert ref.means(REGISTRY_ID, "MyRegistry.azurecr.io") is is_it
