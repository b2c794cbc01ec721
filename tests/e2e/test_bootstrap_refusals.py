"""Bad input: one clear sentence, a way on, the exit code of the contract, and no write."""

from __future__ import annotations

import pytest
from demo_world import OTHER_VAULT, PULLER, SECRETS, VAULT

HUB = "-s docker.io/library/ubuntu"
VERSION = "0123456789abcdef0123456789abcdef"
SECRET = "https://mykeyvault.vault.azure.net/secrets"
ACR = "-s upstreamreg.azurecr.io/team/app"

# arguments after `bootstrap create`, exit code, words that the message must hold
REFUSED = {
    "unknown registry": (f"-r nosuchregistry {HUB} {SECRETS}", 3, ["nosuchregistry", "az acr list"]),
    "unknown group": (f"-r myregistry -g nosuch-rg {HUB} {SECRETS}", 3, ["myregistry", "nosuch-rg"]),
    "unknown vault": (f"-r myregistry {HUB} --vault nosuchvault -u a -p b", 3, ["nosuchvault", "az keyvault list"]),
    "unknown vault by ID": (f"-r myregistry {HUB} --vault {VAULT}x -u a -p b", 3, ["mykeyvaultx"]),
    "unknown secret": (
        f"-r myregistry {HUB} --vault mykeyvault -u nosuch -p dockerhub-pat",
        3,
        ["nosuch", "secret set"],
    ),
    "unknown credential set": (f"-r myregistry {HUB} -c nosuchset", 3, ["nosuchset", "--vault"]),
    "unknown identity": (f"-r myregistry {ACR} --identity {PULLER}x", 3, ["pullerx", "az identity create"]),
    "docker hub without credentials": (f"-r myregistry {HUB}", 2, ["Docker Hub", "--vault"]),
    "versioned secret": (
        f"-r myregistry {HUB} -u {SECRET}/dockerhub-user/{VERSION} -p {SECRET}/dockerhub-pat",
        2,
        [VERSION, "--pin-secret-version"],
    ),
    "another vault's secret": (
        f"-r myregistry {HUB} --vault othervault -u {SECRET}/dockerhub-user -p dockerhub-pat",
        2,
        ["mykeyvault", "othervault"],
    ),
    "not a vault": (
        f"-r myregistry {HUB} -u https://evil.example.com/secrets/a -p https://evil.example.com/secrets/b",
        2,
        ["evil.example.com"],
    ),
    "illegal registry name": (f"-r my_reg {HUB} {SECRETS}", 2, ["my_reg"]),
    "short rule name": (f"-r myregistry -n abc {HUB} {SECRETS}", 2, ["abc", "5 to 50"]),
    "illegal rule name": (f"-r myregistry -n my_rule {HUB} {SECRETS}", 2, ["my_rule"]),
    "short set name": (f"-r myregistry {HUB} {SECRETS} -c abc", 2, ["abc", "5 to 50"]),
    "illegal vault name": (f"-r myregistry {HUB} --vault -bad -u a -p b".replace("-bad", "1bad"), 2, ["1bad"]),
    "tag": ("-r myregistry -s docker.io/library/ubuntu:22.04 " + SECRETS, 2, ["tag", "docker.io/library/ubuntu"]),
    "digest": ("-r myregistry -s docker.io/library/ubuntu@sha256:ab " + SECRETS, 2, ["digest"]),
    "upper case": ("-r myregistry -s docker.io/library/Ubuntu " + SECRETS, 2, ["docker.io/library/ubuntu"]),
    "upper case target": (f"-r myregistry {HUB} -t Ubuntu {SECRETS}", 2, ["Ubuntu"]),
    "wildcard in the middle": ("-r myregistry -s docker.io/*/ubuntu " + SECRETS, 2, ["wildcard"]),
    "no login server": ("-r myregistry -s ubuntu " + SECRETS, 2, ["docker.io/library/ubuntu"]),
    "scheme": ("-r myregistry -s https://docker.io/library/ubuntu " + SECRETS, 2, ["docker.io/library/ubuntu"]),
    "overlapping wildcards": (
        "-r myregistry -s mcr.microsoft.com/dotnet/* mcr.microsoft.com/dotnet/sdk/*",
        2,
        ["dotnet/*", "dotnet/sdk/*"],
    ),
    "wildcard source, plain target": ("-r myregistry -s mcr.microsoft.com/dotnet/* -t dotnet", 2, ["dotnet/*"]),
    "plain source, wildcard target": ("-r myregistry -s mcr.microsoft.com/dotnet/sdk -t dotnet/*", 2, ["dotnet/*"]),
    "too few targets": (
        f"-r myregistry {HUB} docker.io/library/nginx -t ubuntu {SECRETS}",
        2,
        ["2 sources", "1 target"],
    ),
    "too many names": (f"-r myregistry {HUB} -n first-rule second-rule {SECRETS}", 2, ["1 source", "2 names"]),
    "two upstreams": (f"-r myregistry {HUB} ghcr.io/contoso/app {SECRETS}", 2, ["docker.io", "ghcr.io"]),
    "another login server": (f"-r myregistry {HUB} -l ghcr.io {SECRETS}", 2, ["--login-server"]),
    "identity and set": (f"-r myregistry {ACR} --identity {PULLER} -c some-set", 2, ["--identity", "--cred-set"]),
    "identity for docker hub": (f"-r myregistry {HUB} --identity {PULLER}", 2, ["--identity", "docker.io"]),
    "identity by name": (f"-r myregistry {ACR} --identity puller", 2, ["puller", "az identity list"]),
    "ID of something else": (f"-r {VAULT} {HUB} {SECRETS}", 2, ["Microsoft.KeyVault/vaults"]),
    "empty password": (
        f"-r myregistry {HUB} --vault mykeyvault --upstream-username u --upstream-password-file /dev/null",
        2,
        ["empty"],
    ),
    "no password to ask for": (
        f"-r myregistry {HUB} --vault mykeyvault --upstream-username u",
        2,
        ["--upstream-password-file", "ACRCACHE_UPSTREAM_PASSWORD"],
    ),
    "unreadable password file": (
        f"-r myregistry {HUB} --vault mykeyvault --upstream-password-file nosuchfile",
        2,
        ["nosuchfile"],
    ),
    "secret name without vault": (f"-r myregistry {HUB} -u some-user -p some-pat", 2, ["--vault"]),
    "the wrong kind of access": (f"-r myregistry {HUB} {SECRETS} --vault-access policy", 2, ["mykeyvault", "rbac"]),
    "exit code without what-if": (f"-r myregistry {HUB} {SECRETS} --exit-code", 2, ["--what-if"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_any_write(az, case):
    arguments, code, words = REFUSED[case]
    refused = az(f"acrcache bootstrap create --only-show-errors {arguments}", expect=code)
    assert refused.writes == []
    assert refused.stdout == ""
    assert "Traceback" not in refused.stderr
    for word in words:
        assert word in refused.stderr, refused


def test_target_of_another_rule(az):
    az("acr cache create -r myregistry -n first-rule -s mcr.microsoft.com/hello-world -t hello")
    refused = az("acrcache bootstrap create -r myregistry -s mcr.microsoft.com/dotnet/sdk -t hello", expect=2)
    assert "first-rule" in refused.stderr and refused.writes == []
    az("acr cache create -r myregistry -n wild-rule -s mcr.microsoft.com/dotnet/* -t wild/*")
    refused = az("acrcache bootstrap create -r myregistry -s mcr.microsoft.com/azure/* -t wild/azure/*", expect=2)
    assert "wild-rule" in refused.stderr and refused.writes == []


def test_existing_repository_in_the_place_of_the_target(az, sim):
    sim.seed(
        {
            "registries": [
                {
                    "name": "busyregistry",
                    "subscription": "aaaaaaaa-0000-4000-8000-000000000001",
                    "group": "demo-rg",
                    "sku": "Standard",
                    "repositories": [{"repository": "team/app", "tags": ["1.0"]}],
                }
            ]
        }
    )
    plain = az(
        f"acrcache bootstrap create -r busyregistry -s docker.io/library/ubuntu -t team/app {SECRETS}", expect=2
    )
    assert "team/app" in plain.stderr and "--target-repo" in plain.stderr and plain.writes == []
    wild = az("acrcache bootstrap create -r busyregistry -s mcr.microsoft.com/dotnet/* -t team/*", expect=2)
    assert "team/app" in wild.stderr and wild.writes == []
    sources = [f"mcr.microsoft.com/team/r{number}" for number in range(20)] + ["mcr.microsoft.com/team/app"]
    many = az("acrcache", "bootstrap", "create", "-r", "busyregistry", "-s", *sources, expect=2)
    assert "team/app" in many.stderr and many.writes == []
    assert [entry["path"] for entry in many.requests if entry["path"].startswith("/acr/v1")] == ["/acr/v1/_catalog"], \
        "many targets take one page of the catalog"


def test_vault_of_another_tenant(az, sim):
    sim.seed(
        {
            "tenants": [{"id": "22222222-2222-4222-8222-222222222222", "domain": "fabrikam.onmicrosoft.com"}],
            "vaults": [
                {
                    "id": OTHER_VAULT.replace("othervault", "foreignvault"),
                    "location": "eastus",
                    "rbac": True,
                    "properties": {"tenantId": "22222222-2222-4222-8222-222222222222"},
                    "secrets": {"user-a": "a", "pat-a": "b"},
                }
            ],
        }
    )
    refused = az(
        "acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu --vault foreignvault -u user-a -p pat-a",
        expect=1,
    )
    assert "22222222-2222-4222-8222-222222222222" in refused.stderr and refused.writes == []


def test_rule_limit(az, sim):
    rules = [
        {"name": f"rule-{n:04}", "source": f"mcr.microsoft.com/many/r{n}", "target": f"many/r{n}"}
        for n in range(1000)
    ]
    sim.seed(
        {
            "registries": [
                {
                    "name": "fullregistry",
                    "subscription": "aaaaaaaa-0000-4000-8000-000000000001",
                    "group": "demo-rg",
                    "sku": "Standard",
                    "cacheRules": rules,
                }
            ]
        }
    )
    refused = az("acrcache bootstrap create -r fullregistry -s mcr.microsoft.com/hello-world", expect=1)
    assert "1000" in refused.stderr and refused.writes == []
