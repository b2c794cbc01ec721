from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.rule_credentials import other_credentials
from unit.domain.checks.chain_world import chain
from unit.records import credential_set, rule

HUB = rule("hub-ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")


def way(of_rule, *credential_sets, new_set=None) -> tuple[str, str, str]:
    other = other_credentials(chain(rules=(of_rule,), credential_sets=credential_sets), of_rule, new_set)
    return other.fix.command, other.hint, other.fix.needs


@pytest.mark.parametrize("sets, chosen", [
    ([credential_set("spare")], "spare"),
    ([credential_set(), credential_set("b-set"), credential_set("a-set")], "a-set"),
    ([credential_set("a-set", status="Unhealthy"), credential_set("b-set")], "b-set")])
def test_another_set_of_the_same_upstream_healthy_before_others(sets, chosen):
    command, hint, _ = way(HUB, *sets)
    assert command.endswith(f"--name hub-ubuntu --cred-set {chosen}") and hint == ""


def test_none_where_the_upstream_lets_anybody_pull():
    command, hint, _ = way(rule("tool", "ghcr.io/contoso/tool", "tool", "gone"), credential_set())
    assert command == ("az acr cache update --registry myregistry --resource-group my-rg --name tool "
                       "--remove-cred-set")
    assert hint == ""


@pytest.mark.parametrize("sets, name", [
    ((), "docker-io"), ((credential_set("ghcr", "ghcr.io"),), "docker-io"),
    ((credential_set(), credential_set("ghcr", "ghcr.io")), "docker-io-3530")])
def test_an_upstream_that_demands_credentials_gets_the_way_to_make_them(sets, name):
    """Under a name that the registry does not have, which would be taken for the set that is in the wrong."""
    command, hint, needs = way(HUB, *sets)
    assert command == ("az acrcache bootstrap create --registry myregistry --resource-group my-rg --name hub-ubuntu "
                       f"--source-repo docker.io/library/ubuntu --target-repo ubuntu --cred-set {name} --vault MyVault "
                       "--username-id MyUserSecret --password-id MyPasswordSecret")
    # A line in the message would be folded on a terminal.
    assert "'docker.io', which demands credentials" in hint and "az acrcache" not in hint
    assert "credentialSets/write and " in needs and "on the key vault" in needs


def test_a_new_set_gets_the_name_that_is_wanted():
    command, _, _ = way(HUB, new_set="docker-hub")
    assert " --target-repo ubuntu --cred-set docker-hub --vault MyVault " in command


def test_a_rule_without_credentials_has_none_to_lose():
    command, hint, _ = way(rule("tool", "ghcr.io/contoso/tool", "tool"))
    assert " bootstrap create " in command and "no other credential set for 'ghcr.io'" in hint
