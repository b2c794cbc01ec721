from __future__ import annotations

import shlex

import pytest

from azext_acrcache.domain.checks.upstream_fixes import credentials_for, new_password, resolved_source
from unit.records import REGISTRY_ID, credential_set, registry, rule


def test_a_new_password_is_read_from_a_file():
    fix, = new_password(credential_set())
    assert fix.command == ("az keyvault secret set --vault-name myvault --name hub-pat --file new-password.txt "
                           "--encoding utf-8")
    assert fix.needs.startswith("Microsoft.KeyVault/vaults/secrets/setSecret/action on ") and "hub-pat" in fix.needs


@pytest.mark.parametrize("unset", [None, credential_set(password=None)])
def test_without_a_password_there_is_none_to_renew(unset):
    assert new_password(unset) == []


@pytest.mark.parametrize("source, target", [("docker.io/library/ubuntu", "ubuntu"), ("docker.io/*", "hub/*")])
def test_a_rule_is_given_credentials_as_it_stands(source, target):
    fix = credentials_for(registry(), rule("my-rule", source, target))
    words = shlex.split(fix.command)
    given = dict(zip(words[4::2], words[5::2]))
    assert words[:4] == ["az", "acrcache", "bootstrap", "create"]
    assert (given["--registry"], given["--name"], given["--source-repo"], given["--target-repo"]) == (
        str(REGISTRY_ID), "my-rule", source, target)
    assert {"--vault", "--username-id", "--password-id"} < set(given)
    assert fix.needs == "Microsoft.ContainerRegistry/registries/cacheRules/write on myregistry"


@pytest.mark.parametrize("source, image", [("docker.io/busybox", "docker.io/library/busybox"),
                                           ("ghcr.io/team/app", "ghcr.io/team/app")])
def test_a_source_is_resolved_as_it_should_be_written(source, image):
    fix = resolved_source(registry(), rule("my-rule", source, "x"))
    assert shlex.split(fix.command) == ["az", "acrcache", "verify", "resolve", "--registry", str(REGISTRY_ID),
                                        "--image", image]
    assert fix.needs == "Microsoft.ContainerRegistry/registries/cacheRules/read on myregistry"
