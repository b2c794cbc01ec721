"""keyvault-management.json: all 20 exchanges. keyvault-secrets.json: all but 12 (backup) and 16 (restore), which the
simulator does not offer, and what depends on the restored secret (17). keyvault-secret-copy-2026-03.json: all."""
from __future__ import annotations

import pytest
from comparison import differences
from recorded_world import SUBSCRIPTION, TENANT, recorded_app, replay
from recordings import recorded

GROUP = "cli_test_keyvault_mgmt000001"
# Other people's deleted vaults fill more than a page of the recorded subscription. The operation in a purge's Location
# is one opaque word there, ours has the form of Container Registry's.
UNLIKE = {8: {"value", "nextLink"}, 10: {"value", "nextLink"}}


def test_management():
    calls = replay(recorded_app([GROUP]))
    unlike = {}
    for exchange in recorded("keyvault-management"):
        response = calls.send(exchange)
        purge = exchange.url.split("?")[0].endswith("/purge")
        found = differences(exchange, response, frozenset({"header location"} if purge else
                                                          UNLIKE.get(exchange.index, ())))
        if purge:
            assert "/locations/eastus/operationResults/" in response.headers["location"]
        unlike.update({exchange.index: found} if found else {})
    assert unlike == {}


def secrets_app():
    vault = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/cli-test-kv-se-000002"
    return recorded_app(["rg"], {
        "vaults": [{"id": vault, "location": "westus", "rbac": True, "properties": {"softDeleteRetentionInDays": 7}}],
        "roleAssignments": [{"principal": "user@example.com", "role": "Key Vault Administrator", "scope": vault}]})


def test_secrets():
    calls = replay(secrets_app())
    unlike = {}
    for exchange in recorded("keyvault-secrets"):
        if exchange.index in (12, 16, 17):
            continue
        response = calls.send(exchange, signed_in=exchange.index != 0)
        # The first answer's words have changed since; those of 2026 are in the other recording.
        found = differences(exchange, response, frozenset({"error.message"} if exchange.index == 0 else ()))
        unlike.update({exchange.index: found} if found else {})
    assert unlike == {}


def test_secret_is_copied_between_vaults_in_2026():
    """Each vault's first request comes without a token, as the client asks for the challenge."""
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
    names = ("cli-test-kv-src-000002", "cli-test-kv-dst-000003")
    vaults = [f"{group}/providers/Microsoft.KeyVault/vaults/{name}" for name in names]
    calls = replay(recorded_app(["rg"], {
        "vaults": [{"id": item, "location": "westus", "rbac": True, "properties": {"softDeleteRetentionInDays": 7}}
                   for item in vaults],
        "roleAssignments": [{"principal": "user@example.com", "role": "Key Vault Administrator", "scope": item}
                            for item in vaults]}))
    unlike = {}
    for exchange in recorded("keyvault-secret-copy-2026-03"):
        found = differences(exchange, calls.send(exchange, signed_in=exchange.status != 401))
        unlike.update({exchange.index: found} if found else {})
    assert unlike == {}


def test_secret_values_and_versions_are_those_asked_for():
    calls = replay(secrets_app())
    values = {}
    for exchange in recorded("keyvault-secrets")[:10]:
        response = calls.send(exchange, signed_in=exchange.index != 0)
        values[exchange.index] = response.json().get("value")
    assert values[8] == "DEF456"
    assert values[9] == "ABC123"


@pytest.mark.parametrize("index", [0])
def test_challenge_names_the_tenant_and_the_resource(index):
    exchange = recorded("keyvault-secrets")[index]
    response = replay(secrets_app()).send(exchange, signed_in=False)
    assert response.headers["www-authenticate"] == \
        f'Bearer authorization="https://login.microsoftonline.com/{TENANT}", resource="https://vault.azure.net"'
