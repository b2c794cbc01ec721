from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.rule_credentials import other_credentials
from unit.domain.checks.chain_world import chain
from unit.records import credential_set, rule

HUB = rule("hub-ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")


def ways(of_rule, *credential_sets) -> tuple[list[str], str]:
    others = other_credentials(chain(rules=(of_rule,), credential_sets=credential_sets), of_rule)
    return [fix.command for fix in others.fixes], others.hint


@pytest.mark.parametrize("sets, chosen", [
    ([credential_set("spare")], "spare"),
    ([credential_set(), credential_set("b-set"), credential_set("a-set")], "a-set"),
    ([credential_set("a-set", status="Unhealthy"), credential_set("b-set")], "b-set")])
def test_another_set_of_the_same_upstream_healthy_before_others(sets, chosen):
    commands, hint = ways(HUB, *sets)
    assert len(commands) == 1 and commands[0].endswith(f"--name hub-ubuntu --cred-set {chosen}") and hint == ""


def test_none_where_the_upstream_lets_anybody_pull():
    commands, hint = ways(rule("tool", "ghcr.io/contoso/tool", "tool", "gone"), credential_set())
    assert commands == ["az acr cache update --registry myregistry --resource-group my-rg --name tool "
                        "--remove-cred-set"]
    assert hint == ""


@pytest.mark.parametrize("sets", [(), (credential_set(),), (credential_set(), credential_set("ghcr", "ghcr.io"))])
def test_an_upstream_that_demands_credentials_gets_the_way_to_make_them(sets):
    commands, hint = ways(HUB, *sets)
    assert commands == [] and "'docker.io', which demands credentials" in hint
    assert hint.endswith("az acrcache bootstrap create --registry myregistry --resource-group my-rg --name hub-ubuntu "
                         "--source-repo docker.io/library/ubuntu --target-repo ubuntu --vault MyVault "
                         "--username-id MyUserSecret --password-id MyPasswordSecret")


def test_a_rule_without_credentials_has_none_to_lose():
    commands, hint = ways(rule("tool", "ghcr.io/contoso/tool", "tool"))
    assert commands == [] and "no other credential set for 'ghcr.io'" in hint
