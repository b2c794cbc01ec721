from __future__ import annotations

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import PULL_LEGACY, PUSH_LEGACY, READ_CONTENT, WRITE_CONTENT
from unit.records import REGISTRY_ID, SUBSCRIPTION

SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg"
PRINCIPAL, OTHER = "Principal-1", "principal-2"


def denial(*permissions: dict, scope: str = SCOPE, excluded: tuple[dict, ...] | None = (), **more) -> Denial:
    return Denial.from_rest({"id": f"{scope}/providers/Microsoft.Authorization/denyAssignments/d", "properties": {
        "denyAssignmentName": "stack lock", "description": "by a deployment stack", "scope": scope,
        "permissions": list(permissions), "excludePrincipals": excluded, **more}})


def test_a_deny_assignment_as_arm_writes_it():
    read = denial({"actions": ["*/write"]})
    assert (read.name, read.description, read.scope) == ("stack lock", "by a deployment stack", SCOPE)
    assert read.id.endswith("/denyAssignments/d") and not read.here_only
    assert Denial.from_rest({}) == Denial("", "", "", "", (), False, frozenset(), False)


def test_actions_and_data_actions_are_apart():
    control = denial({"actions": ["Microsoft.ContainerRegistry/*"], "notActions": [PULL_LEGACY]})
    assert control.denies(PUSH_LEGACY) and not control.denies(PULL_LEGACY) and not control.denies_data(READ_CONTENT)
    data = denial({"dataActions": ["*/write"]}, {"dataActions": ["*/content/read"]})
    assert data.denies_data(WRITE_CONTENT) and data.denies_data(READ_CONTENT) and not data.denies(PUSH_LEGACY)


@pytest.mark.parametrize("scope, here_only, reaches", [
    (SCOPE, False, True), (SCOPE.upper(), False, True), (SCOPE, True, False), (str(REGISTRY_ID).upper(), True, True),
    (f"{SCOPE}-2", False, False), (f"{REGISTRY_ID}/cacheRules/x", False, False)])
def test_what_it_reaches(scope, here_only, reaches):
    assert denial(scope=scope, doNotApplyToChildScopes=here_only).reaches(str(REGISTRY_ID)) is reaches


@pytest.mark.parametrize("excluded, applies", [
    (None, True), ((), True), (({"id": OTHER, "type": "ServicePrincipal"},), True),
    (({"id": PRINCIPAL.upper(), "type": "User"},), False), (({"id": OTHER, "type": "Group"},), None),
    (({"id": OTHER, "type": "group"}, {"id": PRINCIPAL, "type": "User"}), False)])
def test_whom_it_spares(excluded, applies):
    assert denial(excluded=excluded).applies_to(PRINCIPAL) is applies
