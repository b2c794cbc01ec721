from __future__ import annotations

import pytest

from azext_acrcache.domain.state.health import ACCESS, DISABLED, FIREWALL, IDENTITY_NEW, MISSING, UNEXPLAINED, Health

FORBIDDEN_BY_POLICY = ("The user, group or application 'name=microsoft.containerregistry/registries;oid=3;iss=x' does "
                       "not have secrets get permission on key vault 'myvault;location=westeurope'.")
FORBIDDEN_BY_RBAC = ("Caller is not authorized to perform action on resource. "
                     "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'")


@pytest.mark.parametrize("code, message, cause, passes", [
    ("unauthorized_client", "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.",
     IDENTITY_NEW, True),
    (None, "aadsts700016: …", IDENTITY_NEW, True),
    ("Forbidden", FORBIDDEN_BY_POLICY, ACCESS, True),
    ("Forbidden", FORBIDDEN_BY_RBAC, ACCESS, True),
    ("Forbidden", None, ACCESS, True),
    ("Forbidden", "Client address is not authorized and caller is not a trusted service", FIREWALL, False),
    ("Forbidden", "Public network access is disabled and request is not from a trusted service", FIREWALL, False),
    ("Forbidden", "Operation get is not allowed on a disabled secret.", DISABLED, False),
    ("SecretDisabled", "", DISABLED, False),
    ("SecretNotFound", "A secret with (name/id) x was not found in this key vault.", MISSING, False),
    ("NotFound", "", MISSING, False),
    ("Forbidden", "…InnerError: SecretNotFound", MISSING, False),
    ("Odd", "Sequence contains no elements", UNEXPLAINED, True),
    (None, None, UNEXPLAINED, True)])
def test_causes_are_read_from_texts_and_codes(code, message, cause, passes):
    found = Health("Unhealthy", code, message).cause
    assert found is cause
    assert found.passes is passes
    assert found.words


@pytest.mark.parametrize("status", ["Healthy", "healthy", "HEALTHY"])
def test_healthy_has_no_cause(status):
    health = Health(status, "Forbidden", FORBIDDEN_BY_RBAC)
    assert health.healthy and health.cause is None


@pytest.mark.parametrize("body", [None, {}, {"status": None}])
def test_missing_health_is_unknown(body):
    health = Health.from_rest(body)
    assert health == Health("Unknown") and not health.healthy and health.cause is UNEXPLAINED


def test_health_as_azure_writes_it():
    body = {"status": "Unhealthy", "errorCode": "Forbidden", "errorMessage": "no"}
    assert Health.from_rest(body) == Health("Unhealthy", "Forbidden", "no")
