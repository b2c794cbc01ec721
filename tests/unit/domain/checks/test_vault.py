from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.checks.snapshot import Access
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import DeletedVault
from azext_acrcache.domain.values.secret_ids import SecretId
from unit import records
from unit.domain.checks.chain_world import chain, commands, findings, unhealthy, wrong

FIREWALL = "Client address is not authorized and caller is not a trusted service."
NOWHERE = {records.HOST: Known(None)}


def test_a_deleted_vault_hides_all_behind_it():
    deleted = {records.HOST: Known(DeletedVault(records.VAULT_ID, "westeurope", "2030-01-01"))}
    snapshot = chain(vaults=NOWHERE, secrets=(), deleted_vaults=deleted,
                     credential_sets=unhealthy(None, "No such host is known."))
    assert wrong(snapshot) == {"vault/exists:myvault": "fail"}
    lines = commands(findings(snapshot)["vault/exists:myvault"])
    assert lines[0].startswith("az keyvault recover --name myvault --location westeurope --resource-group my-rg")
    assert lines[1].startswith("az acrcache grant vault --registry myregistry")


@pytest.mark.parametrize("vault, deleted, status, health", [
    (Known(None), Known(None), "fail", "Unhealthy"), (Unknown("closed"), Known(None), "skip", "Unhealthy"),
    (Known(None), Unknown("closed"), "skip", "Unhealthy"), (Known(None), Known(None), "skip", "Healthy")])
def test_a_vault_that_is_nowhere(vault, deleted, status, health):
    sets = (records.credential_set(status=health, message="No such host is known."),)
    snapshot = chain(vaults={records.HOST: vault}, deleted_vaults={records.HOST: deleted}, secrets=(),
                     credential_sets=sets)
    answer = findings(snapshot)["vault/exists:myvault"].answer
    assert answer.status == status
    assert ("closed" in answer.message) is (Unknown("closed") in (vault, deleted))


@pytest.mark.parametrize("health", ["Healthy", "Unhealthy"])
def test_a_vault_of_which_a_service_said_nothing(health):
    sets = (records.credential_set(status=health, message="No such host is known."),)
    snapshot = chain(vaults={records.HOST: Unknown("no answer", silent=True)}, secrets=(), credential_sets=sets)
    answer = findings(snapshot)["vault/exists:myvault"].answer
    assert (answer.status, answer.unanswered) == ("skip", True) and "no answer" in answer.message


@pytest.mark.parametrize("network, health, expected", [
    ({"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}, "Unhealthy", "fail"),
    ({"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}, "Healthy", None),
    ({"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}, "Healthy", None),
    ({"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}, "Unhealthy", "fail"),
    ({"publicNetworkAccess": "Disabled", "networkAcls": {"bypass": "None"}}, "Unhealthy", "fail"),
    ({"publicNetworkAccess": "SecuredByPerimeter"}, "Unhealthy", "fail"),
    ({"publicNetworkAccess": "SecuredByPerimeter"}, "Healthy", None)])
def test_a_vault_s_firewall(network, health, expected):
    sets = (records.credential_set(status=health, code="Forbidden", message=FIREWALL),)
    snapshot = chain(vault=replace(records.vault(), properties=network), credential_sets=sets)
    assert wrong(snapshot) == ({"vault/network:myvault": expected} if expected else {})


def test_firewall_and_missing_role_are_two_causes():
    vault = replace(records.vault(), properties={"networkAcls": {"defaultAction": "Deny", "bypass": "None"}})
    snapshot = chain(Access(), vault=vault, credential_sets=unhealthy("Forbidden", FIREWALL))
    assert wrong(snapshot) == {"vault/network:myvault": "fail", "vault/access:myvault/docker-io": "fail"}
    assert set(findings(snapshot)["credset/health:docker-io"].blocked_by) == set(wrong(snapshot))


@pytest.mark.parametrize("host", ["evil.example.com", "evil.example#.vault.azure.net", "a.myvault.vault.azure.net",
                                  ".vault.azure.net"])
def test_a_host_that_is_no_vault_is_never_asked_about(host):
    sets = unhealthy(None, password=SecretId(host, "x"))
    assert chain(credential_sets=sets).hosts == (records.HOST,)
    assert wrong(chain(credential_sets=sets)) == {"credset/secret-ids:docker-io": "fail"}
