from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL, pull_access
from azext_acrcache.domain.access.report import entries, keeping_line, losing
from azext_acrcache.domain.access.repository_conditions import condition_for
from azext_acrcache.domain.access.roles import ACR_PULL, ACR_PUSH, REPOSITORY_READER, REPOSITORY_WRITER
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.owner import IdentityOwner
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.consumer_records import ABAC, DEFINITIONS, ONE, OWN, consumer, identity, role
from unit.records import registry


def found(*assignments, mode: str | None = None, judged: str | None = None):
    there = registry(mode)
    return pull_access(str(there.id), judged or there.mode, assignments, DEFINITIONS)


def condition(*texts: str) -> str:
    return condition_for([RepositoryPattern.parse(text, "repository") for text in texts], ABAC_ACTIONS[PULL])


def test_what_the_directory_knows():
    uami = identity("one")
    known = {ONE: DirectoryEntry(ONE, "ServicePrincipal", "one", resource=uami.id)}
    report = entries(found(role(ACR_PULL, ONE), role(ACR_PULL)), known, {})
    one, gone = sorted(report, key=lambda entry: entry["orphan"])
    assert (one["principalName"], one["kind"], one["orphan"]) == ("one", "identity", False)
    assert (gone["principalName"], gone["orphan"]) == (None, True)


def test_who_only_inherits_access_comes_last():
    above = role(ACR_PULL, OWN, scope="/subscriptions/11111111-1111-1111-1111-111111111111")
    known = {ONE: DirectoryEntry(ONE, "User", "Zoe"), OWN: DirectoryEntry(OWN, "User", "Ada")}
    assert [entry["principalName"] for entry in entries(found(above, role(ACR_PULL, ONE)), known, {})] == ["Zoe", "Ada"]


def test_another_type_than_asked_for_is_no_orphan():
    foreign = replace(role(ACR_PULL), principal_type="ForeignGroup")
    known = {ONE: DirectoryEntry(ONE, "ServicePrincipal", "one")}
    entry, = entries(found(foreign), known, {})
    assert entry["orphan"] is None
    entry, = entries(found(role(ACR_PULL)), {}, {})
    assert entry["orphan"] is None, "a directory that answers nobody says nothing of anybody"


def test_a_kubelet_s_identity_is_its_cluster_s():
    known = {ONE: DirectoryEntry(ONE, "ServicePrincipal", "my-aks-agentpool", resource=identity("x").id)}
    entry, = entries(found(role(ACR_PULL, ONE)), known, {ONE: IdentityOwner(
        BY_FLAG["aks"], ArmId.parse(consumer("aks", "my-aks").id))})
    assert (entry["principalName"], entry["kind"]) == ("my-aks", "aks")


def test_a_function_app_is_no_web_app():
    site = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/my-app"
    known = {ONE: DirectoryEntry(ONE, "ServicePrincipal", "my-app's identity", resource=site)}
    owner = IdentityOwner(BY_FLAG["functionapp"], ArmId.parse(site))
    listed = [entries(found(role(ACR_PULL, ONE)), known, owners)[0] for owners in ({}, {ONE: owner})]
    assert [entry["kind"] for entry in listed] == ["webapp", "functionapp"]
    assert {entry["principalName"] for entry in listed} == {"my-app's identity"}


def test_without_the_directory_nothing_is_guessed():
    entry, = entries(found(role(ACR_PULL)), None, {})
    assert (entry["principalName"], entry["kind"], entry["orphan"]) == (None, None, None)


@pytest.mark.parametrize("roles, after, lost", [
    ([ACR_PULL], "abac", [ACR_PULL]), ([REPOSITORY_READER], "abac", []), ([ACR_PULL, REPOSITORY_READER], "abac", []),
    ([ACR_PUSH, REPOSITORY_READER], "abac", [ACR_PUSH]), ([ACR_PUSH, REPOSITORY_WRITER], "abac", [])])
def test_who_loses_by_a_change_of_mode(roles, after, lost):
    assignments = [role(guid) for guid in roles]
    losers = losing(found(*assignments), found(*assignments, judged=after))
    assert [one.assignment.role for one in losers] == lost


def test_who_loses_by_going_back():
    both = [role(REPOSITORY_READER), role(REPOSITORY_WRITER, ONE), role(ACR_PULL, OWN)]
    losers = losing(found(*both, mode=ABAC), found(*both, mode=ABAC, judged="legacy"))
    assert [one.assignment.role for one in losers] == [REPOSITORY_WRITER]
    assert keeping_line("myregistry", losers[0], "legacy") == (
        f"az acrcache grant pull --registry myregistry --assignee-object-id {ONE} --assignee-principal-type "
        "ServicePrincipal --if-mode legacy --push")


@pytest.mark.parametrize("names, wanted, touched", [
    (("team/*",), "team/app", True), (("team/app",), "team/*", True), (("team/*",), "team-x/app", False),
    (("team/*",), "*", True), (("base",), "base", True), (("base",), "base/x", False), (("a/b/*",), "a/*", True)])
def test_which_repositories_an_access_touches(names, wanted, touched):
    one, = found(role(REPOSITORY_READER, condition=condition(*names)), mode=ABAC)
    assert one.touches(RepositoryPattern.parse(wanted, "repository")) is touched
