"""Error texts that users met, each with the check that it belongs to; the corpus holds most of them."""
from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from azext_acrcache.domain.checks.catalogue import BY_NAME
from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain, explanation_of
from azext_acrcache.domain.guidance.error_texts.phrases import phrases
from azext_acrcache.domain.guidance.error_texts.reading import Reading

CORPUS = yaml.safe_load((Path(__file__).parent / "corpus.yaml").read_text(encoding="utf-8"))

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
     "this case, set the role assignment principalType property", "consumer/identity"),
    (f"PrincipalNotFound: Principal {GUID} does not exist in the directory {GUID}. https://aka.ms/docs-principaltype",
     "consumer/identity"),
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
    # A new credential set where one speaks, else a service principal.
    ("credentialHealth: AADSTS700016: Application with identifier 'x' was not found in the directory 'y'",
     "credset/health"),
    ("AADSTS700016: Application with identifier 'x' was not found in the directory 'y'", "login/service-principal"),
    ("unauthorized_client", "credset/health"),
    ("The user, group or application 'name=microsoft.containerregistry/registries;appid=a;oid=b;iss=c' does not have "
     "secrets get permission on key vault 'kv;location=eastus'. linkid=2125287", "vault/access"),
    ("SecretNotFound", "secret/exists"), ("Forbidden SecretDisabled", "secret/enabled"),
    ("org access token is expired", "upstream/login"),
    ("RoleAssignmentUpdateNotPermitted: Tenant ID, application ID, principal ID, and scope are not allowed to be "
     "updated.",
     "consumer/role"),
    ("RoleAssignmentExists", "consumer/role"), ("Identity not found", "consumer/identity"),
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
    ("CONNECTIVITY_SSL_ERROR", "pull/login"), ("CONNECTIVITY_TOOMANYREQUESTS_ERROR", "request/throttled"),
    ("CONNECTIVITY_WWW_AUTHENTICATE_ERROR", "pull/login"), ("LOGIN_SERVER_ERROR", "pull/login"),
    ("NOTARY_VERSION_ERROR", None), ("NOTARY_COMMAND_ERROR", None),
    ("RemoteDisconnected", "pull/login"), ("ProxyError", "pull/login"),
]


@pytest.mark.parametrize("text, check", SEEN, ids=[text[:40] for text, _ in SEEN])
def test_a_text_that_users_met(text, check):
    for variant in (text, text.upper(), f"Error response from daemon: {text}\n", text.replace(" ", "\n  ")):
        explanation = explain(variant)
        assert explanation is not None, variant
        assert explanation.check == check
        assert explanation.cause.endswith(".") and "{" not in explanation.cause


# Not in the corpus: other hosts, other codes, other names of the same kinds.
OTHERS = [
    ("Failed to pull image \"ghcr.io/contoso/app:1\": failed to authorize: failed to fetch anonymous token: unexpected "
     "status from GET request to https://ghcr.io/token?scope=repository%3Acontoso%2Fapp%3Apull&service=ghcr.io: "
     "403 Forbidden", "upstream/source"),
    ("Operation get is not allowed on a expired secret.", "secret/expiry"),
    ("AADSTS50076: you must use multi-factor authentication to access", "login/entra"),
    ("AADSTS70021: No matching federated identity record found for presented assertion. Subject: "
     "'system:serviceaccount:default:sa'", "consumer/identity"),
    ("AADSTS700213: No matching federated identity record found for 'repo:contoso/app:ref:refs/heads/main'",
     "login/service-principal"),
    (r"DENIED: client with IP \u002710.20.30.40\u0027 is not allowed access", "registry/network"),
    ("RegistryErrorResponse: An error response is received from the docker registry 'index.docker.io'",
     "upstream/quota"),
    ("when specifying push, at least one credential is required", "consumer/role"),
    ("Access to registry 'contoso1.azurecr.io' was denied. Response code: 401.", "login/entra"),
    ("Number of 'read' requests for subscription 's' actor 'a' exceeded. Please try again after '10' seconds",
     "request/throttled"),
    ("access is denied because of the deny assignment with name 'System deny' and Id 'a' at scope '/subscriptions/s'",
     "request/policy"),
    ("RoleAssignmentLimitExceeded", "request/limit"),
    ("pull access denied for contoso1.azurecr.io/app, repository does not exist or may require 'docker login'",
     "pull/authorized"),
    ("pull access denied for myapp, repository does not exist or may require 'docker login'", "upstream/source"),
    ("manifest for nginx:9999 not found: manifest unknown", "pull/manifest"),
    ("The Resource 'Microsoft.ContainerRegistry/registries/contoso1/cacheRules/hub' under resource group 'rg' was not "
     "found. ResourceNotFound", "rule/exists"),
    ("dial tcp: lookup contosokv.vault.azure.net: no such host", "vault/network"),
    ("Head \"https://registry-1.docker.io/v2/library/nginx/manifests/1\": dial tcp 54.1.2.3:443: i/o timeout", None),
    ("dial tcp 169.254.169.254:80: i/o timeout", "consumer/identity"),
    ("AKV10032: Invalid issuer. Expected one of https://sts.windows.net/x/", "vault/access"),
    ("The operation is disallowed on this registry, repository or image.", "request/lock"),
    ("does not have permission to perform action(s) 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' "
     "on the linked scope(s) '/x'", "consumer/identity"),
]


@pytest.mark.parametrize("text, check", OTHERS, ids=[text[:40] for text, _ in OTHERS])
def test_a_text_of_a_kind_that_is_known(text, check):
    assert explain(text).check == check


@pytest.mark.parametrize("entry", CORPUS, ids=[f"{place}-{entry['source'][:30]}" for place, entry in enumerate(CORPUS)])
def test_a_text_of_the_corpus(entry):
    explanation = explain(entry["text"])
    assert explanation is not None
    assert explanation.check in [entry["check"], *entry.get("also", [])]
    said = " ".join([explanation.cause, *(fix.command for fix in explanation.fix)])
    for noun in ("registry", "image", "rule", "source", "set", "vault", "secret", "principal", "application", "scope",
                 "policy", "ip", "cluster", "app"):
        name = entry["nouns"].get(noun, "")
        name = name.partition(".azurecr.")[0].partition("-")[0] if noun == "registry" else name
        assert name in said, noun


def test_most_of_the_corpus_is_right_to_the_letter():
    right = sum(explain(entry["text"]).check == entry["check"] for entry in CORPUS)
    assert right >= 0.95 * len(CORPUS)


@pytest.mark.parametrize("entry", CORPUS, ids=[f"{place}-{entry['source'][:30]}" for place, entry in enumerate(CORPUS)])
def test_a_text_is_known_in_whatever_way_it_is_pasted(entry):
    check = explain(entry["text"]).check
    for pasted in (entry["text"].replace("\n", "\r\n"),
                   entry["text"].replace(": ", ": \x1b[31m").replace(" at", "\x1b[0m at"),
                   "INFO starting\n" * 50 + entry["text"] + "\nINFO done\n" * 5,
                   entry["text"].replace('"', '\\"').replace("\n", "\\n")):
        assert explain(pasted).check == check


@pytest.mark.parametrize("entry", ERROR_TEXTS, ids=[entry.pattern.pattern[:40] for entry in ERROR_TEXTS])
def test_each_entry_names_checks_that_there_are_and_lines_that_a_shell_takes(entry):
    reading = Reading(entry, entry.speaker or "", None, {}, "")
    assert explanation_of(reading) is not None, "the last case has to fit everything"
    for case in entry.cases:
        assert case.check is None or case.check in BY_NAME
        cause = case.cause.format_map(phrases(reading))
        assert cause.endswith(".") and "''" not in cause and "  " not in cause
        for way in case.ways:
            fix = way(reading)
            assert shlex.split(fix.command)[0] == "az" and fix.needs and "None" not in fix.command
    plain = re.sub(r"\\[SDW]|\(\?P", "", entry.pattern.pattern)
    assert plain == plain.lower(), "texts are read in lower case"


def lines(text: str) -> list[str]:
    return [fix.command for fix in explain(text).fix]


def test_what_a_text_names_stands_in_the_commands():
    assert lines("failed to pull image \"contoso.azurecr.io/base/ubuntu:22.04\": toomanyrequests: too many requests to "
                 "source registry for cache rule 'hub-rule'")[0] == \
        "az acrcache verify upstream --registry contoso --name hub-rule"
    vault = explain("does not have secrets get permission on key vault 'kv1;location=eastus'")
    assert "'kv1'" in vault.cause


@pytest.mark.parametrize("text, command", [
    ("Head \"https://contoso1.azurecr.cn/v2/team/app/manifests/1\": unauthorized: authentication required",
     "az acrcache verify pull --registry contoso1 --image team/app:1"),
    ("Head \"https://contoso1-a1b2c3d4.azurecr.io/v2/team/app/manifests/sha256:" + "0a" * 32 + "\": unauthorized: x",
     "az acrcache verify pull --registry contoso1 --image team/app@sha256:" + "0a" * 32),
    ("manifest for contoso1.azurecr.cn/team/app:1 not found: manifest unknown",
     "az acrcache verify resolve --registry contoso1 --image contoso1.azurecr.cn/team/app:1"),
    ("container app 'my-app': Invalid value: \"contoso1.azurecr.io/team/app:1\": GET https:?scope=x: UNAUTHORIZED: "
     "authentication required",
     "az acrcache verify access --registry contoso1 --containerapp my-app --repository team/app"),
    ("Site: my-site. Container pull image failed with reason: ImagePullFailure contoso1.azurecr.io/app:1",
     "az acrcache verify access --registry contoso1 --webapp my-site --repository app"),
    ("https://mcrprod.azurecr.io/oauth2/token: 429 Too Many Requests mcr.microsoft.com/oss/pause:3.6",
     "az acrcache verify resolve --registry MyRegistry --image mcr.microsoft.com/oss/pause:3.6"),
    ("lookup contoso1.privatelink.azurecr.io on 10.0.0.10:53: no such host",
     "az acrcache verify login --registry contoso1")])
def test_names_are_taken_as_they_stand(text, command):
    assert command in lines(text)


def test_a_described_pod_is_explained_by_its_root_error():
    explanation = explain("""
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  2m                 default-scheduler  Successfully assigned default/app to aks-np-1
  Normal   Pulling    60s (x4 over 2m)   kubelet            Pulling image "contoso1.azurecr.io/team/app:1"
  Warning  Failed     60s (x4 over 2m)   kubelet            Failed to pull image "contoso1.azurecr.io/team/app:1":
 failed to resolve reference: denied: requested access to pull from source 'docker.io/team/app' for cache rule 'hub' has
 been denied.
  Warning  Failed     60s (x4 over 2m)   kubelet            Error: ErrImagePull
  Warning  Failed     45s (x6 over 2m)   kubelet            Error: ImagePullBackOff
""")
    assert explanation.check == "upstream/source" and "'docker.io/team/app'" in explanation.cause
    assert explanation.fix[0].command == "az acrcache verify upstream --registry contoso1 --name hub"


def test_the_answer_has_each_fix_with_the_right_that_it_takes():
    report = explain("too many requests to source registry for cache rule 'hub'").to_report()
    assert list(report) == ["check", "cause", "fix", "mend"] and all(fix["needs"] for fix in report["fix"])
    assert report["mend"] == [fix["command"] for fix in report["fix"]]


def test_nothing_out_of_a_text_is_read_by_a_shell():
    for line in lines("too many requests to source registry for cache rule 'x; rm -rf $HOME `id` | sh'"):
        assert not set(";|`$") & set(line)


def test_nothing_foreign_is_echoed_raw_or_at_length():
    explanation = explain("disallowed by policy. Policy: \x1b]0;evil\x07\x1b[31m" + "long " * 200)
    assert explanation.cause.isprintable() and len(explanation.cause) < 600


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


@pytest.mark.parametrize("unit", ["a", "'", "\\", "a.", "a/", "\x1b]", "from source ", "vault secret ", "number of ",
                                  "https://contoso1.azurecr.io/v2/a/manifests/1: unauthorized "])
def test_megabytes_take_no_longer_than_what_is_looked_at(unit, monkeypatch):
    looked_at = []
    monkeypatch.setattr("azext_acrcache.domain.guidance.error_texts.reading.lowered",
                        lambda line: looked_at.append(len(line)) or line.lower())
    explain(unit * (3_000_000 // len(unit)))
    assert looked_at[0] <= 200_000
