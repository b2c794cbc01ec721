"""What stops a rule or a credential set."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.reading import read
from azext_acrcache.domain.guidance.error_texts.rule_texts import RULE_TEXTS
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("EnforceDockerAuthentication: Cannot create cache rule pointing to Docker Hub without credentials. "
     "Please add a credential set to cache rule. Learn more: https://aka.ms/acr/cache-auth", "rule/upstream"),
    ("TargetRepositoryPrefixMatchesExistingRegistries: There are one or more target repositories in the "
     "registry which match the target repository prefix "
     "'redhat-user-workloads/crt-redhat-acm-tenant/*'.", "rule/target"),
    ("A cache rule for wildcard `*` would match any 'existing' repository in the registry", "rule/target"),
    ("(UpstreamNotSupported) Unsupported upstream or login server 'dhi.io' provided. Supported upstreams or "
     "login servers are: docker.io, mcr.microsoft.com", "rule/upstream"),
    ("there's already a cache rule with a wildcard for the specified target repository", "rule/target"),
    ("Repository names should follow the standardized docker repository naming conventions. All characters "
     "should be lowercase.", "rule/target"),
    ("GenericResourceNameWithHyphenInvalid ... at least 5 and less than 50 characters", "rule/exists"),
    ("UnboundLocalError: cannot access local variable 'rg' where it is not associated with a value", None),
    ("The Premium SKU is required when cache_rules or credential_sets are defined.", None),
    ("Resource type 'Microsoft.ContainerRegistry/registries/credentialSets' does not support creation of "
     "'UserAssigned' resource identity. The supported types are 'SystemAssigned'", "credset/identity"),
    ("rate limit is not present in header", "upstream/quota"),
    ("CannotCreateCacheRuleWithManagedIdentity ... Please ensure the preview feature "
     "'ArtifactCacheManagedIdentityAuthentication' is registered.", "rule/upstream"),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in RULE_TEXTS), pasted
        assert explain(pasted).check == check, pasted
