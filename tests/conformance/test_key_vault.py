"""keyvault-management.json: all 20 exchanges. keyvault-secrets.json: all but 12 (backup) and 16 (restore), which the
simulator does not offer, and what depends on the restored secret (17)."""
from __future__ import annotations

import pytest
from recorded_world import SUBSCRIPTION, TENANT, recorded_app, replay
from recordings import differences, recorded

GROUP = "cli_test_keyvault_mgmt000001"
# Other people's deleted vaults fill more than a page of the recorded subscription. The operation in a purge's Location
# is one opaque word there, ours has the form of Container Registry's.
UNLIKE = {8: {"value", "nextLink"}, 10: {"value", "nextLink"}}


def test_management():
    calls = replay(recorded_app([GROUP]))
    unlike = {}
    for exchange in recorded("keyvault-management"):
        response = calls.send(exchange)
        found = differences(exchange, response, frozenset(UNLIKE.get(exchange.index, ())))
        if exchange.url.split("?")[0].endswith("/purge"):
            found = [item for item in found if not item.startswith("header location")]
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
        found = differences(exchange, response)
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
