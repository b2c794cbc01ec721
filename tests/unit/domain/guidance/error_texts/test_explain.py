"""Every error text that users were seen to meet, with the check that it belongs to."""
from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given, strategies as st

from azext_acrcache.domain.checks.catalogue import BY_NAME
from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.text import UNNAMED

GUID = "12345678-1234-1234-1234-123456789abc"

SEEN = [
    # Making rules and credential sets
    ("EnforceDockerAuthentication: Cannot create cache rule pointing to Docker Hub without credentials. Please add a "
     "credential set to cache rule. Learn more: https://aka.ms/acr/cache-auth", "rule/upstream"),
    ("TargetRepositoryPrefixMatchesExistingRegistries: There are one or more target repositories in the registry which "
     "match the target repository prefix 'redhat-user-workloads/crt-redhat-acm-tenant/*'.", "rule/target"),
    ("A cache rule for wildcard `*` would match any 'existing' repository in the registry", "rule/target"),
    ("(UpstreamNotSupported) Unsupported upstream or login server 'dhi.io' provided. Supported upstreams or login "
     "servers are: docker.io, mcr.microsoft.com", "rule/upstream"),
    ("there's already a cache rule with a wildcard for the specified target repository", "rule/target"),
    ("Repository names should follow the standardized docker repository naming conventions. All characters should be "
     "lowercase.", "rule/target"),
    ("GenericResourceNameWithHyphenInvalid ... at least 5 and less than 50 characters", "rule/exists"),
    ("UnboundLocalError: cannot access local variable 'rg' where it is not associated with a value", None),
    ("The resource with name 'xxx' and type 'Microsoft.ContainerRegistry/registries' could not be found in "
     "subscription 'xxx'.", "registry/exists"),
    ("The Premium SKU is required when cache_rules or credential_sets are defined.", None),
    ("Resource type 'Microsoft.ContainerRegistry/registries/credentialSets' does not support creation of "
     "'UserAssigned' resource identity. The supported types are 'SystemAssigned'", "credset/identity"),
    ("rate limit is not present in header", "upstream/quota"),
    ("CannotCreateCacheRuleWithManagedIdentity ... Please ensure the preview feature "
     "'ArtifactCacheManagedIdentityAuthentication' is registered.", "rule/upstream"),
    # Key Vault and Entra ID
    ("Cannot set policies to a vault with '--enable-rbac-authorization' specified", "vault/access"),
    (f"Principal {GUID} does not exist in the directory {GUID}. this error might be related to a replication delay. In "
     "this case, set the role assignment principalType property", "vault/access"),
    (f"PrincipalNotFound: Principal {GUID} does not exist in the directory {GUID}. https://aka.ms/docs-principaltype",
     "vault/access"),
    ("Caller is not authorized to perform action on resource. If role assignments were changed recently, please "
     "observe propagation time. Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action' InnerError "
     "ForbiddenByRbac",
     "vault/access"),
    ("Caller is not authorized to perform action on resource. If role assignments ... changed recently, please observe "
     "propagation time. Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'", "vault/access"),
    ("Conflict: Secret X is currently in a deleted but recoverable state, and its name cannot be reused",
     "secret/exists"),
    ("ObjectIsDeletedButRecoverable", "secret/exists"), ("ObjectIsBeingRecovered", "secret/exists"),
    ("Client address is not authorized and caller is not a trusted service.", "vault/network"),
    ("ForbiddenByFirewall", "vault/network"), ("SecuredByPerimeter", "vault/network"),
    ("Sequence contains no elements", "credset/health"),
    ("AADSTS700016: Application with identifier 'x' was not found in the directory 'y'", "credset/health"),
    ("unauthorized_client", "credset/health"),
    ("The user, group or application 'name=microsoft.containerregistry/registries;appid=a;oid=b;iss=c' does not have "
     "secrets get permission on key vault 'kv;location=eastus'. linkid=2125287", "vault/access"),
    ("SecretNotFound", "secret/exists"), ("Forbidden SecretDisabled", "secret/enabled"),
    ("org access token is expired", "upstream/login"),
    ("RoleAssignmentUpdateNotPermitted: Tenant ID, application ID, principal ID, and scope are not allowed to be "
     "updated.",
     "consumer/role"),
    ("RoleAssignmentExists", "consumer/role"), ("Identity not found", "consumer/role"),
    ("Only works for key vaults that use the 'Azure role-based access control' permission model", "vault/access"),
    # Pulling
    ("unauthorized: authentication required with source registry for cache rule 'docker-io'.", "upstream/login"),
    ("denied: requested access to pull from source 'docker.io/library/pulumi/pulumi-dotnet' for cache rule "
     "'docker-io-rule' has been denied.", "upstream/source"),
    ("toomanyrequests: too many requests to source registry for cache rule 'dotnet-sdk'", "upstream/quota"),
    ("request to pull from source 'dhi.io/python' for cache rule 'dhi-python-cache' has failed", "upstream/source"),
    ("424 Failed Dependency", "upstream/source"),
    ("request to fetch referrers from source 'ghcr.io/x' for cache rule 'ghcr-io' returned status code 303",
     "upstream/source"),
    ("manifest unknown: manifest tagged by \"alpha\" is not found", "pull/manifest"),
    ("502 Bad Gateway", "upstream/source"),
    ("authentication required, visit https://aka.ms/acr/authorization for more information. CorrelationId: 1",
     "pull/authorized"),
    ("denied: client with IP '10.1.2.3' is not allowed access. Refer https://aka.ms/acr/firewall", "registry/network"),
    # Consumers
    ("Could not create a role assignment for ACR. Are you an Owner on this subscription?", "consumer/role"),
    ("Failed to query identity-id by invoking Graph API. If you don't have permission to query Graph API, please "
     "specify --assignee-object-id and --assignee-principal-type.", "consumer/identity"),
    ("Insufficient privileges to complete the operation", "consumer/identity"),
    ("failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized", "consumer/role"),
    ("the `AcrPull`, `AcrPush`, and `AcrDelete` roles aren't honored in an ABAC-enabled registry", "consumer/role"),
    ("The client does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write' at scope "
     "'/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r'", "consumer/role"),
    ("The client does not have authorization or an ABAC condition not fulfilled to perform action "
     "'Microsoft.Authorization/roleAssignments/write'", "consumer/role"),
    ("AuthorizationFailed: does not have authorization to perform action 'Microsoft.ContainerRegistry/registries/read' "
     "over scope '/subscriptions/s'", "registry/exists"),
    ("KeyError: 'serverVersion'", None),
    # az acr check-health
    ("DOCKER_COMMAND_ERROR", None), ("DOCKER_DAEMON_ERROR", None), ("DOCKER_VERSION_ERROR", None),
    ("DOCKER_PULL_ERROR", "pull/manifest"), ("HELM_COMMAND_ERROR", None), ("HELM_VERSION_ERROR", None),
    ("CMK_ERROR", None),
    ("CONNECTIVITY_DNS_ERROR", "pull/login"), ("CONNECTIVITY_FORBIDDEN_ERROR", "registry/network"),
    ("CONNECTIVITY_CHALLENGE_ERROR", "pull/login"), ("CONNECTIVITY_AAD_LOGIN_ERROR", "login/entra"),
    ("CONNECTIVITY_REFRESH_TOKEN_ERROR", "login/entra"), ("CONNECTIVITY_ACCESS_TOKEN_ERROR", "pull/authorized"),
    ("CONNECTIVITY_SSL_ERROR", "pull/login"), ("CONNECTIVITY_TOOMANYREQUESTS_ERROR", "upstream/quota"),
    ("CONNECTIVITY_WWW_AUTHENTICATE_ERROR", "pull/login"), ("LOGIN_SERVER_ERROR", "pull/login"),
    ("NOTARY_VERSION_ERROR", None), ("NOTARY_COMMAND_ERROR", None),
    ("RemoteDisconnected", "pull/login"), ("ProxyError", "pull/login"),
]


@pytest.mark.parametrize("text, check", SEEN, ids=[text[:40] for text, _ in SEEN])
def test_a_text_that_users_met(text, check):
    for variant in (text, text.upper(), f"Error response from daemon: {text}\n", text.replace(" ", "\n  ")):
        found = explain(variant)
        assert found is not None, variant
        assert found.check == check
        assert found.cause.endswith(".") and "{" not in found.cause


@pytest.mark.parametrize("entry", ERROR_TEXTS, ids=[entry.pattern.pattern[:40] for entry in ERROR_TEXTS])
def test_each_entry_names_a_check_that_there_is_and_commands_that_a_shell_takes(entry):
    assert entry.check is None or entry.check in BY_NAME
    cause, mend = entry.fill({})
    assert cause and (mend or entry.pattern.pattern.startswith("Generic"))
    for line in mend:
        assert shlex.split(line)[0] == "az"
    groups = set(re.findall(r"\{(\w+)\}", entry.cause + " ".join(entry.mend)))
    assert groups <= set(UNNAMED)


def test_what_a_text_names_stands_in_the_commands():
    found = explain("failed to pull image \"contoso.azurecr.io/base/ubuntu:22.04\": toomanyrequests: too many requests "
                    "to source registry for cache rule 'hub-rule'")
    assert found.mend[0] == "az acrcache verify upstream --registry contoso --name hub-rule"
    vault = explain("does not have secrets get permission on key vault 'kv1;location=eastus'")
    assert "'kv1'" in vault.cause


def test_nothing_out_of_a_text_is_read_by_a_shell():
    found = explain("too many requests to source registry for cache rule 'x; rm -rf $HOME `id` | sh'")
    assert not set(";|`$ ") & set(shlex.split(found.mend[0])[-1])


@pytest.mark.parametrize("text",
                         ["", "hello", "ImagePullBackOff", "Back-off pulling image", "error", "401", "exit code 1",
                          "connection refused", "no space left on device", "a cached copy was denied"])
def test_what_is_not_known_is_not_guessed_at(text):
    assert explain(text) is None


@given(st.one_of(st.text(), st.lists(st.sampled_from([text for text, _ in SEEN] + ["'", '"', "{", "}", "{rule}", "\n"]),
                                     max_size=4).map(" ".join)))
def test_explain_never_raises(text):
    explain(text)


@given(st.text(alphabet="'\"{}%/:;. \n", max_size=40))
def test_names_of_any_kind_do_not_break_it(name):
    explain(f"requested access to pull from source '{name}' for cache rule '{name}' has been denied")
    explain(f"client with IP '{name}' is not allowed access")
