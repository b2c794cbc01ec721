from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.service_errors import Refused, needs_another_request, recommendations_for
from unit.records import REGISTRY_ID

RULE = Refused(REGISTRY_ID, "xpkg.upbound.io/a/b")


@pytest.mark.parametrize("code, word", [
    ("EnforceDockerAuthentication", "--cred-set"), ("UpstreamNotSupported", "az acr import"),
    ("TargetRepositoryPrefixMatchesExistingRegistries", "--target-repo"), ("TargetRepositoryTaken", "--target-repo"),
    ("CannotCreateCacheRuleWithManagedIdentity", "az feature register")])
def test_a_refusal_comes_with_a_way_on(code, word):
    assert any(word in recommendation for recommendation in recommendations_for(code, RULE))


@pytest.mark.parametrize("refused, source", [
    (RULE, "xpkg.upbound.io/a/b:MyTag"),
    (Refused(REGISTRY_ID, "xpkg.upbound.io"), "xpkg.upbound.io/MyRepository:MyTag"),
    (Refused(REGISTRY_ID, "xpkg.upbound.io/a/*"), "xpkg.upbound.io/a/MyRepository:MyTag")])
def test_the_line_names_the_registry_and_the_source(refused, source):
    advice, = recommendations_for("UpstreamNotSupported", refused)
    assert advice.endswith("az acr import --name myregistry --resource-group my-rg --subscription "
                           f"{REGISTRY_ID.subscription} --source {source}")


def test_no_line_where_nothing_of_a_registry_was_refused():
    assert recommendations_for("UpstreamNotSupported", None) == []
    assert recommendations_for("EnforceDockerAuthentication", None)


@pytest.mark.parametrize("code, another", [
    ("UpstreamNotSupported", True), ("TargetRepositoryTaken", True), ("EnforceDockerAuthentication", True),
    ("CannotCreateCacheRuleWithManagedIdentity", False), ("SomethingElse", False)])
def test_what_the_same_command_does_not_get_past(code, another):
    assert needs_another_request(code) is another


def test_a_code_that_is_not_known_gets_no_advice():
    assert recommendations_for("SomethingElse", RULE) == []
