from __future__ import annotations

import pytest

from azext_acrcache.domain.access.pull_access import pull_access
from azext_acrcache.domain.access.roles import (PULL_LEGACY, PUSH_LEGACY, READ_CONTENT, READ_METADATA, WRITE_CONTENT,
                                                WRITE_METADATA, Permission, RoleDefinition)
from unit.records import REGISTRY_ID, SUBSCRIPTION, VAULT_ID, assignment, registry

DEFINITIONS = {
    "acrpull": RoleDefinition("acrpull", "AcrPull", (Permission((PULL_LEGACY,)),)),
    "acrpush": RoleDefinition("acrpush", "AcrPush", (Permission((PULL_LEGACY, PUSH_LEGACY)),)),
    "reader": RoleDefinition("reader", "Reader", (Permission(("*/read",)),)),
    "repo-reader": RoleDefinition("repo-reader", "Container Registry Repository Reader",
                                  (Permission(data_actions=(READ_CONTENT, READ_METADATA)),)),
    "repo-writer": RoleDefinition("repo-writer", "Container Registry Repository Writer",
                                  (Permission(data_actions=(READ_CONTENT, READ_METADATA, WRITE_CONTENT,
                                                            WRITE_METADATA)),)),
    "tasks": RoleDefinition("tasks", "Container Registry Tasks Contributor",
                            (Permission(("Microsoft.ContainerRegistry/registries/tasks/*",)),))}


def _access(mode, assignments):
    judged = registry(mode)
    return pull_access(str(judged.id), judged.mode, assignments, DEFINITIONS)


@pytest.mark.parametrize("role, mode, access, honoured", [
    ("acrpull", None, "pull", True), ("acrpush", None, "push", True), ("reader", None, "pull", True),
    ("repo-reader", None, "pull", False), ("repo-writer", None, "push", False),
    ("acrpull", "AbacRepositoryPermissions", "pull", False), ("reader", "AbacRepositoryPermissions", "pull", False),
    ("repo-reader", "AbacRepositoryPermissions", "pull", True),
    ("repo-writer", "AbacRepositoryPermissions", "push", True)])
def test_each_mode_honours_its_own_roles(role, mode, access, honoured):
    found, = _access(mode, [assignment(str(REGISTRY_ID), role)])
    report = found.to_report()
    assert (report["access"], report["honoured"], report["inherited"], report["repositories"]) == (access, honoured,
                                                                                                   False, "*")


@pytest.mark.parametrize("other", [assignment(str(REGISTRY_ID), "tasks"), assignment(str(REGISTRY_ID), "gone"),
                                   assignment(str(VAULT_ID), "acrpull")])
def test_roles_and_scopes_that_do_not_matter(other):
    assert _access(None, [other]) == []


@pytest.mark.parametrize("scope",
                         [f"/subscriptions/{SUBSCRIPTION}", "/providers/Microsoft.Management/managementGroups/all"])
def test_access_is_inherited(scope):
    found, = _access(None, [assignment(scope, "acrpull")])
    assert found.inherited
    report = found.to_report()
    assert (report["scope"], report["role"], report["inherited"], report["repositories"]) == (scope, "AcrPull", True,
                                                                                              "*")
