"""What Azure Resource Manager says."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts.arm_texts import ARM_TEXTS
from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, explain
from azext_acrcache.domain.guidance.error_texts.reading import read
from unit.domain.guidance.error_texts.pasted import variants

TEXTS = [
    ("The resource with name 'xxx' and type 'Microsoft.ContainerRegistry/registries' could not be found in "
     "subscription 'xxx'.", "registry/exists"),
    ("Principal 12345678-1234-1234-1234-123456789abc does not exist in the directory "
     "12345678-1234-1234-1234-123456789abc. this error might be related to a replication delay. In this case, "
     "set the role assignment principalType property", "consumer/identity"),
    ("PrincipalNotFound: Principal 12345678-1234-1234-1234-123456789abc does not exist in the directory "
     "12345678-1234-1234-1234-123456789abc. https://aka.ms/docs-principaltype", "consumer/identity"),
    ("RoleAssignmentUpdateNotPermitted: Tenant ID, application ID, principal ID, and scope are not allowed to "
     "be updated.", "consumer/role"),
    ("RoleAssignmentExists", "consumer/role"),
    ("Could not create a role assignment for ACR. Are you an Owner on this subscription?", "consumer/role"),
    ("The client does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write' "
     "at scope "
     "'/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r'", "consumer/role"),
    ("The client does not have authorization or an ABAC condition not fulfilled to perform action "
     "'Microsoft.Authorization/roleAssignments/write'", "consumer/role"),
    ("AuthorizationFailed: does not have authorization to perform action "
     "'Microsoft.ContainerRegistry/registries/read' over scope '/subscriptions/s'", "registry/exists"),
    ("CONNECTIVITY_TOOMANYREQUESTS_ERROR", "request/throttled"),
    ("Number of 'read' requests for subscription 's' actor 'a' exceeded. Please try again after '10' "
     "seconds", "request/throttled"),
    ("access is denied because of the deny assignment with name 'System deny' and Id 'a' at scope "
     "'/subscriptions/s'", "request/policy"),
    ("RoleAssignmentLimitExceeded", "request/limit"),
    ("The Resource 'Microsoft.ContainerRegistry/registries/contoso1/cacheRules/hub' under resource group 'rg' "
     "was not found. ResourceNotFound", "rule/exists"),
    ("does not have permission to perform action(s) "
     "'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) "
     "'/x'", "consumer/identity"),
]


@pytest.mark.parametrize("text, check", TEXTS, ids=[text[:40] for text, _ in TEXTS])
def test_a_text_of_this_table(text, check):
    for pasted in variants(text):
        assert any(read(pasted, ERROR_TEXTS).text is entry for entry in ARM_TEXTS), pasted
        assert explain(pasted).check == check, pasted
