from __future__ import annotations

import shlex

import pytest

from azext_acrcache.domain.checks.sign_in import SignIn, client_address, network_fixes, refused_sign_in
from azext_acrcache.domain.state.observed import Registry
from unit.records import REGISTRY_ID, SUBSCRIPTION

DENIED = "client with IP '203.0.113.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."


def registry(**properties) -> Registry:
    return Registry(REGISTRY_ID, "myregistry.azurecr.io", properties=properties)


def fixes(answer) -> list[str]:
    return [fix.command for fix in answer.fix]


@pytest.mark.parametrize("message, address", [
    (DENIED, "203.0.113.7"), ("client with IP '2001:db8::7' is not allowed access.", "2001:db8::7"),
    ("access is denied", None), ("client with IP 'x y' is not allowed", None)])
def test_the_address_that_was_refused(message, address):
    assert client_address(message) == address


def test_a_sign_in_that_was_taken():
    assert SignIn(200).ok and not SignIn(401).ok


def test_network_rules_are_named_with_the_address_and_opened_for_it():
    answer = refused_sign_in(registry(), SignIn(403, "DENIED", DENIED))
    assert answer.status == "fail"
    assert answer.message.startswith("The registry 'myregistry.azurecr.io' lets no request in from here (address "
                                     "203.0.113.7): client with IP")
    assert fixes(answer) == [f"az acr network-rule add --name myregistry --subscription {SUBSCRIPTION} --ip-address "
                             "203.0.113.7"]
    assert answer.fix[0].needs == "Microsoft.ContainerRegistry/registries/write on myregistry"


def test_public_access_has_to_be_on_before_an_address_is_let_in():
    commands = [fix.command for fix in network_fixes(registry(publicNetworkAccess="Disabled"), "203.0.113.7")]
    assert [shlex.split(command)[1:3] for command in commands] == [["acr", "update"], ["acr", "network-rule"]]
    assert commands[0].endswith("--public-network-enabled true --default-action Deny")


@pytest.mark.parametrize("access, count", [("Enabled", 0), ("Disabled", 1), (None, 0)])
def test_without_an_address_no_rule_is_guessed(access, count):
    assert len(network_fixes(registry(publicNetworkAccess=access), None)) == count
    assert "address" not in refused_sign_in(registry(), SignIn(403, "DENIED", "access is denied")).message


def test_a_token_that_is_refused_is_mostly_of_another_tenant():
    answer = refused_sign_in(registry(), SignIn(401, "UNAUTHORIZED", "authentication required"))
    assert answer.status == "fail"
    assert "'myregistry.azurecr.io' does not take the caller's Entra token (UNAUTHORIZED): authentication required. " \
           "Most often the caller is signed in to another tenant" in answer.message
    assert fixes(answer) == [f"az account show --subscription {SUBSCRIPTION} --query tenantId"]


def test_a_refusal_without_a_code_has_no_empty_brackets():
    assert "Entra token: no. Most often" in refused_sign_in(registry(), SignIn(400, "", "no.")).message
