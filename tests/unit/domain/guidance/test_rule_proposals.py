from __future__ import annotations

import shlex

import pytest

from azext_acrcache.domain.guidance.rule_proposals import RuleProposals
from azext_acrcache.domain.values.repositories import Source
from unit.records import PULLER, credential_set, registry, rule


def words(upstream, *rules, sets=()):
    return shlex.split(RuleProposals(registry(), rules, sets).line(Source.parse(upstream)), comments=True)


def option(line, name):
    return line[line.index(name) + 1] if name in line else None


def test_a_line_that_needs_nothing_more():
    line = words("mcr.microsoft.com/dotnet/sdk")
    assert line[:4] == ["az", "acrcache", "bootstrap", "create"]
    assert option(line, "--source-repo") == "mcr.microsoft.com/dotnet/sdk" and "--target-repo" not in line


@pytest.mark.parametrize("rules, sets", [
    ([rule("other", "docker.io/library/nginx", "nginx", "docker-io")], []), ([], [credential_set()])])
def test_a_credential_set_of_the_upstream_is_used_again(rules, sets):
    assert option(words("docker.io/library/redis", *rules, sets=sets), "--cred-set") == "docker-io"


def test_an_upstream_that_demands_credentials_is_given_places_for_them():
    assert option(words("docker.io/library/redis"), "--vault") == "MyVault"


def test_another_azure_registry_is_entered_with_an_identity():
    there = rule("team-all", "up.azurecr.io/team/a", "a", identity=PULLER)
    assert option(words("up.azurecr.io/team/b", there), "--identity") == PULLER


def test_a_target_and_a_name_that_are_taken_are_gone_round():
    there = [rule("team-app", "quay.io/team/app", "team/app")]
    line = words("ghcr.io/team/app", *there)
    assert option(line, "--target-repo") == "ghcr/team/app"
    named = words("ghcr.io/team-app", *there)
    assert option(named, "--name") not in (None, "team-app")


def test_an_upstream_that_may_not_be_supported_is_said_in_a_comment():
    line = RuleProposals(registry(), []).line(Source.parse("cgr.dev/x/y"))
    assert "# 'cgr.dev'" in line and "az acr import" in line
    assert shlex.split(line, comments=True)[-1] == "cgr.dev/x/y"
