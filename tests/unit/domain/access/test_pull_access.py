from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, CATALOG, PULL, PUSH, denies, gives, pull_access
from azext_acrcache.domain.access.repository_conditions import condition_for
from azext_acrcache.domain.access.roles import (LIST_CATALOG, PULL_LEGACY, PUSH_LEGACY, READ_CONTENT, READ_METADATA,
                                                WRITE_CONTENT, WRITE_METADATA, Permission, RoleDefinition)
from azext_acrcache.domain.values.registry_modes import ABAC, LEGACY
from azext_acrcache.domain.values.repositories import RepositoryPattern
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


TEAM, APP, BASE = RepositoryPattern("team", True), RepositoryPattern("team/app"), RepositoryPattern("base")
LISTER = RoleDefinition("lister", "Lister", (Permission(data_actions=LIST_CATALOG[1:]),))


@pytest.mark.parametrize("role, mode, access, given", [
    ("acrpull", LEGACY, PULL, True), ("acrpull", LEGACY, PUSH, False), ("acrpush", LEGACY, PUSH, True),
    ("acrpull", ABAC, PULL, False), ("repo-reader", ABAC, PULL, True), ("repo-reader", ABAC, PUSH, False),
    ("repo-writer", ABAC, PUSH, True), ("repo-writer", LEGACY, PULL, False), ("acrpush", ABAC, CATALOG, False)])
def test_what_a_role_gives_on_all_repositories(role, mode, access, given):
    assert gives(assignment(str(REGISTRY_ID), role), DEFINITIONS[role], mode, access) is given


def test_either_action_lists_repositories_and_an_unread_role_gives_nothing():
    assert gives(assignment(str(REGISTRY_ID), "lister"), LISTER, ABAC, CATALOG)
    assert not gives(assignment(str(REGISTRY_ID), "hidden"), None, ABAC, PULL)


@pytest.mark.parametrize("wanted, given", [(TEAM, True), (APP, True), (BASE, False),
                                           (RepositoryPattern("", True), False)])
def test_a_condition_narrows_what_a_role_gives(wanted, given):
    narrowed = replace(assignment(str(REGISTRY_ID), "repo-reader"), condition=condition_for([TEAM], ABAC_ACTIONS[PULL]))
    assert gives(narrowed, DEFINITIONS["repo-reader"], ABAC, PULL, wanted) is given


@pytest.mark.parametrize("permission, mode, access, denied", [
    ({"dataActions": [READ_METADATA]}, ABAC, PULL, True), ({"dataActions": [WRITE_CONTENT]}, ABAC, PULL, False),
    ({"dataActions": [WRITE_CONTENT]}, ABAC, PUSH, True), ({"dataActions": ["*"]}, LEGACY, PULL, False),
    ({"actions": ["*/read"]}, LEGACY, PULL, True), ({"actions": ["*"]}, ABAC, PULL, False),
    ({"actions": [PUSH_LEGACY]}, LEGACY, PULL, False), ({"actions": [PUSH_LEGACY]}, LEGACY, PUSH, True)])
def test_what_a_deny_assignment_takes_away(permission, mode, access, denied):
    denial = Denial.from_rest({"properties": {"scope": f"/subscriptions/{SUBSCRIPTION}", "permissions": [permission]}})
    assert denies(denial, str(REGISTRY_ID), mode, access) is denied


def test_a_deny_assignment_elsewhere_takes_nothing_away():
    denial = Denial.from_rest({"properties": {"scope": str(VAULT_ID), "permissions": [{"actions": ["*"]}]}})
    assert not denies(denial, str(REGISTRY_ID), LEGACY, PULL)
