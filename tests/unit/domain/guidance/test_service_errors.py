from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.service_errors import recommendations_for


@pytest.mark.parametrize("code, word", [
    ("EnforceDockerAuthentication", "--cred-set"), ("UpstreamNotSupported", "az acr import"),
    ("TargetRepositoryPrefixMatchesExistingRegistries", "--target-repo"), ("TargetRepositoryTaken", "--target-repo"),
    ("CannotCreateCacheRuleWithManagedIdentity", "az feature register")])
def test_a_refusal_comes_with_a_way_on(code, word):
    assert any(word in recommendation for recommendation in recommendations_for(code))


def test_a_code_that_is_not_known_gets_no_advice():
    assert recommendations_for("SomethingElse") == []
