from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.create_request import CreateRequest, desired_from
from azext_acrcache.domain.values.errors import ExclusiveArguments, MissingArgument
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.secret_value import SecretValue
from unit.records import PULLER, REGISTRY_ID, VAULT_ID, set_id
from unit.user_errors import refused

SUFFIX = ".vault.azure.net"
HUB = "docker.io/library/ubuntu"
STORED = {"vault": "myvault", "username_secret": "hub-user", "password_secret": "hub-pat"}


def ask(*sources, **more):
    """The vaults that were given by ID, what is wanted in the registry, and the warnings."""
    estate, warnings = desired_from(CreateRequest("myregistry", sources or (HUB,), **more), SUFFIX)
    desired, = estate.registries
    return estate.vault_ids, desired, warnings


def rules(*sources, **more) -> list[tuple[str, str, str]]:
    return [(rule.name, str(rule.source), str(rule.target)) for rule in ask(*sources, **more)[1].rules]


def test_the_example_of_the_contract():
    vaults, desired, warnings = ask(names=("MyRule",), targets=("ubuntu",), credential_set="MyDockerHubCredSet",
                                    **STORED)
    assert (desired.registry, vaults, warnings) == (RegistryRef("myregistry"), {}, [])
    rule, = desired.rules
    assert (rule.name, str(rule.source), str(rule.target), rule.credential_set, rule.named) == \
        ("MyRule", HUB, "ubuntu", "MyDockerHubCredSet", True)
    wanted, = desired.credential_sets
    assert (wanted.name, wanted.login_server, wanted.access, wanted.scope) == ("MyDockerHubCredSet", "docker.io",
                                                                               "auto", "secret")
    assert [str(secret.id) for secret in wanted.secrets] == \
        ["https://myvault.vault.azure.net/secrets/hub-user", "https://myvault.vault.azure.net/secrets/hub-pat"]
    assert wanted.username.value is None and wanted.password.value is None


def test_defaults():
    assert rules(**STORED) == [("ubuntu", HUB, "ubuntu")]
    _, desired, _ = ask(**STORED)
    assert desired.credential_sets[0].name == "docker-io" and not desired.rules[0].named


def test_library_is_written_out_with_a_word_of_it():
    _, desired, warnings = ask("docker.io/ubuntu", **STORED)
    assert str(desired.rules[0].source) == HUB and any("docker.io/ubuntu" in line and HUB in line for line in warnings)


def test_several_sources_make_a_rule_each_under_one_set():
    _, desired, _ = ask(HUB, "docker.io/library/nginx", **STORED)
    assert {rule.credential_set for rule in desired.rules} == {"docker-io"} and len(desired.credential_sets) == 1


def test_alike_targets_get_names_of_their_own():
    made = rules("ghcr.io/a/bc", "ghcr.io/x", "ghcr.io/y", targets=("a/bcd", "a-bcd", "a.bcd"))
    assert made[0][0] == "a-bcd" and len({name for name, _, _ in made}) == 3
    same_source = rules("ghcr.io/x", "ghcr.io/x", "ghcr.io/x", targets=("a/bcd", "a-bcd", "a.bcd"))
    assert len({name for name, _, _ in same_source}) == 3


def test_values_to_be_stored_get_secrets_named_after_the_set():
    _, desired, _ = ask(vault="myvault", username=SecretValue("me"), password=SecretValue("pat"))
    assert [str(secret.id).rpartition("/")[2]
            for secret in desired.credential_sets[0].secrets] == ["docker-io-username", "docker-io-password"]
    assert [secret.value.reveal() for secret in desired.credential_sets[0].secrets] == ["me", "pat"]


def test_full_secret_ids_need_no_vault_and_may_be_in_two():
    _, desired, _ = ask(username_secret="https://one1.vault.azure.net/secrets/u",
                        password_secret="https://two2.vault.azure.net/secrets/p")
    assert {secret.id.vault_name for secret in desired.credential_sets[0].secrets} == {"one1", "two2"}


def test_a_vault_by_its_id_is_looked_for_there():
    vaults, _, _ = ask(**{**STORED, "vault": str(VAULT_ID)})
    assert vaults == {"myvault.vault.azure.net": VAULT_ID}


def test_a_credential_set_that_exists():
    _, desired, _ = ask(credential_set="hub-set")
    assert desired.credential_sets[0].secrets == () and desired.rules[0].credential_set == "hub-set"


@pytest.mark.parametrize("registry", ["myregistry", "MyRegistry", "myregistry.azurecr.io", str(REGISTRY_ID)])
def test_a_credential_set_by_its_id(registry):
    estate, _ = desired_from(CreateRequest(registry, (HUB,), credential_set=str(set_id("hub-set"))), SUFFIX)
    desired, = estate.registries
    assert desired.rules[0].credential_set == "hub-set"


def test_rules_without_credentials_may_be_on_several_upstreams():
    _, desired, warnings = ask("mcr.microsoft.com/a", "quay.io/b/c", "dhi.io/python")
    assert [rule.source.login_server for rule in desired.rules] == ["mcr.microsoft.com", "quay.io", "dhi.io"]
    assert desired.credential_sets == () and len(warnings) == 1 and "dhi.io" in warnings[0]


def test_an_identity_for_an_azure_registry():
    _, desired, warnings = ask("up.azurecr.io/app", identity=PULLER)
    assert desired.rules[0].identity == PULLER and desired.credential_sets == () and warnings == []


def test_a_rule_without_credentials():
    _, desired, warnings = ask("mcr.microsoft.com/dotnet/*")
    assert rules("mcr.microsoft.com/dotnet/*") == [("dotnet-all", "mcr.microsoft.com/dotnet/*", "dotnet/*")]
    assert desired.credential_sets == () and warnings == []


@pytest.mark.parametrize("source, more, words", [
    ("xpkg.upbound.io/a", {}, "not among the upstreams"), ("dhi.io/python", {}, "pulls will fail"),
    ("mcr.microsoft.com/a", STORED, "takes no credentials")])
def test_warnings(source, more, words):
    assert any(words in line and source.partition("/")[0] in line for line in ask(source, **more)[2])


# refusals

def test_no_source():
    refused(lambda: desired_from(CreateRequest("myregistry", ()), SUFFIX), "source", kind=MissingArgument,
            runs="--source-repo")


@pytest.mark.parametrize("option, given", [
    ("--cred-set", "credential_set"), ("--vault", "vault"), ("--username-id", "username_secret"),
    ("--password-id", "password_secret"), ("--identity", "identity"), ("--login-server", "login_server"),
    ("--resource-group", "group")])
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_value(option, given, value):
    refused(lambda: ask(**{**STORED, given: value}), option, runs=option)


@pytest.mark.parametrize("sources, more, words, runs", [
    (("docker.io/a/b", "ghcr.io/c/d"), STORED, ("docker.io", "ghcr.io"), "once for each upstream"),
    ((HUB,), {**STORED, "login_server": "quay.io"}, ("quay.io", "docker.io"), "--login-server"),
    ((HUB,), {**STORED, "targets": ("a", "b")}, ("1 source ", "2 targets"), "--target-repo"),
    ((HUB, "docker.io/a/b"), {**STORED, "targets": ("a",)}, ("2 sources", "1 target "), "--target-repo"),
    ((HUB,), {**STORED, "names": ("rule-1", "rule-2")}, ("1 source ", "2 names"), "--name"),
    (("docker.io/team/*",), {**STORED, "targets": ("team",)}, ("docker.io/team/*", "'team'"), "team/*"),
    ((HUB,), {**STORED, "targets": ("u/*",)}, (HUB, "'u/*'"), HUB),
    ((HUB,), {**STORED, "names": ("abc",)}, ("'abc'", "cache rule"), "5 to 50"),
    ((HUB,), {**STORED, "credential_set": "x_y_z"}, ("'x_y_z'", "credential set"), "5 to 50"),
    ((HUB,), {**STORED, "vault": "v"}, ("'v'", "key vault"), "3 to 24"),
    ((HUB,), {**STORED, "password_secret": "HUB-user"}, ("myvault/hub-user",), "--password-id"),
    ((HUB, HUB), STORED, ("'ubuntu'", HUB), "--target-repo"),
    (("up.azurecr.io/a", "up.azurecr.io/b"), {"names": ("same1", "same1")}, ("'same1'",), "--name"),
    ((HUB,), {**STORED, "vault": "another", "username_secret": "https://myvault.vault.azure.net/secrets/u"},
     ("myvault", "another"), "--vault"),
    ((HUB,), {**STORED, "password_secret": "https://myvault.vault.azure.net/secrets/p/0123"}, ("0123", "myvault/p"),
     "--password-id https://myvault.vault.azure.net/secrets/p"),
    ((HUB,), {**STORED, "vault": str(REGISTRY_ID)}, ("key vault",), "Microsoft.KeyVault/vaults"),
    ((HUB,), {**STORED, "names": (str(set_id("x-set")),)}, ("cache rule",), "cacheRules"),
    (("ghcr.io/a/b",), {"identity": PULLER}, ("--identity", "ghcr.io"), "--vault"),
    (("up.azurecr.io/a",), {"identity": "puller"}, ("'puller'", "user-assigned"), "az identity list --query '[].id'"),
    (("up.azurecr.io/a",), {"identity": str(VAULT_ID)}, ("user-assigned",), "az identity list --query '[].id'")])
def test_bad_input(sources, more, words, runs):
    refused(lambda: ask(*sources, **more), *words, runs=runs)


@pytest.mark.parametrize("more",
                         [STORED, {"credential_set": "hub-set"}, {"vault": "myvault"}, {"password": SecretValue("p")}])
def test_identity_and_credentials_exclude_one_another(more):
    refused(lambda: ask("up.azurecr.io/a", identity=PULLER, **more), "--identity", kind=ExclusiveArguments,
            runs="--cred-set")


def test_a_secret_without_its_vault():
    refused(lambda: ask(username_secret="hub-user", password_secret="hub-pat"), "--username-id", "hub-user",
            kind=MissingArgument, runs="--vault")


def test_a_version_may_be_pinned_but_not_given_a_value():
    pinned = {**STORED, "password_secret": "https://myvault.vault.azure.net/secrets/p/0123", "pin_version": True}
    assert ask(**pinned)[1].credential_sets[0].password.id.version == "0123"
    refused(lambda: ask(password=SecretValue("new"), **pinned), "--password-id", "myvault/p", kind=ExclusiveArguments)


@pytest.mark.parametrize("text", ["dckr_pat_s3cr3t", "s3cr3t!word", "s3cr3t/word", "http://s3cr3t", "s3cr3t:word"])
def test_a_password_in_the_place_of_a_secret_is_not_repeated(text):
    refusal = refused(lambda: ask(**{**STORED, "password_secret": text}), "--password-id",
                      runs="--upstream-password-file")
    assert "s3cr3t" not in refusal.message + "".join(refusal.recommendations)


def test_a_credential_set_of_another_registry_is_not_taken_for_a_namesake():
    request = CreateRequest("another", (HUB,), credential_set=str(set_id("hub-set")))
    refused(lambda: desired_from(request, SUFFIX), "'hub-set'", "'another'", runs="--registry myregistry")
