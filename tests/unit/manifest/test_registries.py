"""Registries of a manifest, under all their names, and what must hold among them."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.values.registry_ref import RegistryRef, registry_ref
from azext_acrcache.manifest.registries import RegistryPlaces
from unit.manifest.documents import REGISTRY, message, messages, of_registry, read

OTHER_ID = REGISTRY.replace("/g/", "/other/")


def _file(*names: str) -> str:
    return "apiVersion: acrcache/v1\nregistries:\n" + "".join(f"- registry: {name}\n" for name in names)


@pytest.mark.parametrize("first, second", [
    ("myregistry", "MyRegistry"), ("myregistry", REGISTRY), (REGISTRY, REGISTRY.upper()),
    ("myregistry.azurecr.io", "myregistry"), (REGISTRY, "https://myregistry.azurecr.io/"),
    ("myregistry-abc.azurecr.io", "myregistry-abc.azurecr.io:443")])
def test_a_registry_stands_once_whatever_it_is_called(first, second):
    for pair in ((first, second), (second, first)):
        told, = messages(_file(pair[0]), _file("another", pair[1]))
        assert told == ("cache1.yaml:4: registries[1].registry: This registry stands in cache.yaml:3: registries[0] "
                        "already.")


@pytest.mark.parametrize("first, second", [("myregistry-abc.azurecr.io", "myregistry-def.azurecr.io"),
                                           (REGISTRY, OTHER_ID), ("myregistry", "another")])
def test_registries_that_are_told_apart(first, second):
    estate = read(_file(first), _file(second)).estate
    assert [registry.registry for registry in estate.registries] == [registry_ref(first), registry_ref(second)]
    assert estate.registries[1].place == "cache1.yaml:3: registries[0]"


def test_the_first_place_is_told():
    places = RegistryPlaces()
    assert places.other(RegistryRef("myregistry"), "first") is None
    assert places.other(registry_ref(REGISTRY), "second") == "first"
    assert places.other(RegistryRef("MYREGISTRY"), "third") == "first"


def test_a_group_that_is_not_the_id_s():
    text = f"apiVersion: acrcache/v1\nregistries:\n- registry: {REGISTRY}\n  resourceGroup: other\n"
    only, = messages(text)
    assert "the resource group 'g', and resourceGroup is 'other'" in only
    assert read(text.replace("other", "G")).estate.registries[0].registry.group == "G"


def test_a_registry_s_name():
    assert "registries[0].registry: 'x' is not a legal name" in messages(_file("x"))[0]


def test_a_set_that_no_rule_uses_is_a_warning():
    manifest = read(of_registry("credentialSets:", "- {name: docker-hub, loginServer: docker.io}"))
    assert manifest.warnings == ("cache.yaml:5: registries[0].credentialSets[0]: No rule uses the credential set "
                                 "'docker-hub'.",)


def test_two_sets_of_one_name():
    assert message("credentialSets:", "- {name: docker-hub, loginServer: docker.io}",
                   "- {name: DOCKER-HUB, loginServer: ghcr.io}") == \
        ("cache.yaml:6: registries[0].credentialSets[1].name: A credential set 'DOCKER-HUB' stands in cache.yaml:5: "
         "registries[0].credentialSets[0] already.")


def test_upstreams_that_are_not_known_are_told_once():
    # Of dhi.io, which demands credentials, only the registry tells whether a rule has some already.
    manifest = read(of_registry("rules:", "- source: registry.example.com/a", "- source: registry.example.com/b",
                                "- source: dhi.io/c"))
    assert [warning.partition(": registries")[2] for warning in manifest.warnings] == [
        "[0].rules[0]: 'registry.example.com' is not among the upstreams that are known to work; Azure decides."]


def test_the_placeholder_of_discover_is_refused_by_name():
    told, = messages(_file("YOUR-REGISTRY"))
    assert "'YOUR-REGISTRY' stands for a registry that is not named yet" in told
