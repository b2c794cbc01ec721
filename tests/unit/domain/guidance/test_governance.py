from __future__ import annotations

import json

import pytest

from azext_acrcache.domain.guidance.az_lines import Advice
from azext_acrcache.domain.guidance.governance import Governance, governance_of
from azext_acrcache.domain.values.errors import ServiceError

GROUP = "/subscriptions/s/resourceGroups/policy-rg"
RULE = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/r/cacheRules/x"


def governance(code: str, message: str, status: int = 403) -> Governance:
    answer = governance_of(ServiceError(status, code, message, "subject"), "s")
    assert answer is not None and code in answer.reason
    assert all(not way.endswith(".") for way in answer.ways if isinstance(way, Advice))
    return answer


def disallowed(name: str, definition: str) -> Governance:
    identifiers = json.dumps([{
        "policyAssignment": {"name": name, "id": f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/p"},
        "policyDefinition": {"name": definition, "id": "/providers/x/1"}}])
    return governance("RequestDisallowedByPolicy",
                      f"Resource 'x' was disallowed by policy. Policy identifiers: '{identifiers}'.")


def test_a_policy_is_named_with_its_place_and_its_demands():
    answer = disallowed("Approved upstreams", "Only mirrors")
    assert "the policy 'Approved upstreams' on the resource group 'policy-rg'" in answer.reason and not answer.final
    assert f"az policy assignment show --name p --scope {GROUP}" in answer.ways[0]


def test_a_policy_on_dates_is_met_by_an_option():
    answer = disallowed("Dates", "Key Vault secrets should have an expiration date")
    assert "--expires" in answer.ways[0] and answer.final


def test_a_policy_without_identifiers_is_told_in_the_services_own_words():
    for message in ("Nobody may.", "Policy identifiers: '[{]'", "Policy identifiers: '[{\"a\": 1}]'"):
        assert message in governance("RequestDisallowedByPolicy", message).reason


@pytest.mark.parametrize("scope, place, line", [
    (GROUP, "the resource group 'policy-rg'", "--resource-group policy-rg --subscription s"),
    (RULE, "'x' (cacheRules)", f"--resource {RULE}"), ("/subscriptions/s", "the subscription 's'", "--subscription s")])
def test_a_lock_is_named_by_its_place(scope, place, line):
    answer = governance("ScopeLocked", f"The scope '{RULE}' cannot perform write operation because following scope(s) "
                        f"are locked: '{scope}'. Please remove the lock and try again.", 409)
    assert f"a lock on {place}" in answer.reason and f"az lock list {line} --output table" in answer.ways[0]


def test_a_lock_in_other_words():
    assert "Locked." in governance("ScopeLocked", "Locked.", 409).reason


def test_a_deny_assignment_keeps_its_name_with_apostrophes():
    answer = governance("DenyAssignmentAuthorizationFailed",
                        "The access is denied because of the deny assignment with name 'Deny assignment 'a' created by "
                        f"Deployment Stack 'b'.' and Id '0d' at scope '{GROUP}'.")
    assert "'Deny assignment 'a' created by Deployment Stack 'b'.' on the resource group" in answer.reason
    assert "a deny assignment" in governance("DenyAssignmentAuthorizationFailed", "no").reason


def test_limits_and_providers():
    limit = governance("RoleAssignmentLimitExceeded", "No more role assignments can be created.", 400)
    assert "az role assignment list --all --subscription s" in limit.ways[0]
    provider = governance("MissingSubscriptionRegistration",
                          "The subscription is not registered to use namespace 'Microsoft.KeyVault'.", 409)
    assert "az provider register --namespace Microsoft.KeyVault --subscription s --wait" in provider.ways[0]
    assert "no namespace here" in governance("MissingSubscriptionRegistration", "no namespace here", 409).reason
    assert governance("RequestDisallowedByAzure", "Resource 'x' was disallowed by Azure.").final


def test_a_lack_of_rights_is_not_governed():
    assert governance_of(ServiceError(403, "AuthorizationFailed", "no", "subject")) is None
