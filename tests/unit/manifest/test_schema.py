"""The schema, and what fastjsonschema says by it."""
from __future__ import annotations

import json
import sys

import pytest

from azext_acrcache.domain.plan.create_request import AUTO, SECRET_SCOPE
from azext_acrcache.domain.state.desired import POLICY, RBAC, VAULT_SCOPE
from azext_acrcache.domain.values.principals import PRINCIPAL_TYPES
from azext_acrcache.manifest.composing import compose
from azext_acrcache.manifest.keys import API_VERSION, CONSUMERS, PULL, PUSH
from azext_acrcache.manifest.schema import known_words, manifest_schema, properties_of, violations
from unit.manifest.documents import WHOLE
from unit.user_errors import refused

SCHEMA = json.loads(manifest_schema())


def test_the_schema_says_what_it_is_to_editors():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"].startswith("https://") and SCHEMA["$id"].endswith("manifest.schema.json")
    for part in ("", "registry", "credentialSet", "rule", "grant"):
        assert all(definition.get("title") for definition in properties_of(part).values())


def test_the_schema_knows_the_words_of_the_domain():
    grant, credential_set = properties_of("grant"), properties_of("credentialSet")
    kinds = [required for option in SCHEMA["$defs"]["grant"]["oneOf"] for required in option["required"]]
    assert kinds == [*CONSUMERS, "principalId"] and set(kinds) <= set(grant)
    assert tuple(grant["principalType"]["enum"]) == PRINCIPAL_TYPES
    assert grant["role"]["enum"] == [PULL, PUSH]
    assert credential_set["vaultAccess"]["enum"] == [AUTO, RBAC, POLICY]
    assert credential_set["vaultScope"]["enum"] == [SECRET_SCOPE, VAULT_SCOPE]
    assert properties_of()["apiVersion"]["const"] == API_VERSION
    assert {"registries", "passwordSecret", "containerInstance"} <= known_words()


def _violations(text: str) -> list[tuple]:
    return [(violation.path, violation.keyword) for violation in violations(compose(text, "cache.yaml")[0])]


def test_the_contract_s_example_is_as_the_schema_says():
    assert not _violations(WHOLE)
    assert not _violations("x-shared: {any: thing}\n" + WHOLE)


def test_all_that_is_wrong_is_told_with_its_path():
    text = WHOLE.replace("source: mcr.microsoft.com/dotnet/*", "sorce: x")
    text = text.replace("vaultScope: secret", "vaultScope: 5")
    assert set(_violations(text)) == {
        (("registries", 0, "credentialSets", 0, "vaultScope"), "type"),
        (("registries", 0, "credentialSets", 0, "vaultScope"), "enum"),
        (("registries", 0, "rules", 1), "required"), (("registries", 0, "rules", 1), "additionalProperties")}
    assert ((), "required") in _violations("{}")


def test_a_python_that_is_too_old_is_named(monkeypatch):
    from azext_acrcache.manifest import schema
    schema._validator.cache_clear()
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    refused(lambda: violations(compose(WHOLE, "x")[0]), "Python 3.10")


@pytest.mark.parametrize("part", ["registry", "credentialSet", "rule", "grant"])
def test_a_part_takes_nothing_else(part):
    assert SCHEMA["$defs"][part]["additionalProperties"] is False
