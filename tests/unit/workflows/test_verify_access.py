"""Can these consumers pull? From role assignments to the report and the exit code."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.access.roles import ACR_PULL, PULL_LEGACY, REPOSITORY_READER
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.values.errors import MissingArgument, NotFound, ServiceUnreachable
from azext_acrcache.workflows import verify_access as workflow
from azext_acrcache.workflows.consumers import ConsumerSelection
from azext_acrcache.workflows.verify_access import verify_access
from unit.domain.consumer_records import OWN, TWO
from unit.modelled_access import VM, denial, machine, modelled, role
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import REGISTRY_ID, SUBSCRIPTION, rule
from unit.user_errors import refused

MINE = ConsumerSelection({"vm": ["my-vm"]})


class Run:
    """One `verify access` over a modelled Azure."""

    def __init__(self, monkeypatch, azure: ModelledAzure, consumers: ConsumerSelection = MINE, push: bool = False,
                 fail_on: str = "fail"):
        monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: azure)
        monkeypatch.setattr(workflow, "line_context", lambda cmd: LineContext())
        cmd = Cmd()
        self.report = verify_access(cmd, "myregistry", None, consumers, push=push, fail_on=fail_on)
        self.exit_code = cmd.exit_code
        assert azure.writes() == []

    @property
    def consumer(self) -> dict:
        entry, = self.report["consumers"]
        return entry

    def check(self, name: str) -> dict:
        entry, = [entry for entry in self.report["checks"] if entry["check"] == name]
        return entry


def test_a_consumer_that_can_pull(monkeypatch):
    run = Run(monkeypatch, modelled(role(ACR_PULL, OWN), bodies=(machine(),)))
    assert (run.report["registry"], run.report["status"], run.exit_code) == (str(REGISTRY_ID), "pass", 0)
    assert run.consumer == {"kind": "vm", "name": "my-vm", "id": VM, "principalId": OWN, "canPull": True,
                            "canPush": False, "repositories": "*", "through": [role(ACR_PULL, OWN).id]}


def test_one_without_a_role_fails_with_the_line_that_grants_it(monkeypatch):
    run = Run(monkeypatch, modelled(bodies=(machine(),)))
    assert run.consumer["canPull"] is False and run.exit_code == 4
    fix, = run.check("consumer/role")["fix"]
    assert fix["command"] == (
        "az acrcache grant pull --registry myregistry --resource-group my-rg "
        f"--subscription {SUBSCRIPTION} --vm {VM}")


def test_a_role_that_the_mode_ignores(monkeypatch):
    run = Run(monkeypatch, modelled(role(REPOSITORY_READER, OWN), bodies=(machine(),)))
    assert "counts for nothing" in run.check("consumer/role")["message"] and run.exit_code == 4


def test_pull_is_no_push(monkeypatch):
    run = Run(monkeypatch, modelled(role(ACR_PULL, OWN), bodies=(machine(),)), push=True)
    assert "may pull, but not push" in run.check("consumer/role")["message"] and run.exit_code == 4


def test_access_through_a_group_is_found_and_warned_of(monkeypatch):
    azure = modelled(bodies=(machine(),))
    azure.answers["authorization.assignments_reaching"] = [role(ACR_PULL, TWO)]
    run = Run(monkeypatch, azure)
    assert run.consumer["canPull"] is True and run.exit_code == 0
    assert run.check("consumer/role")["status"] == "warn" and "24 hours" in run.check("consumer/role")["message"]
    assert Run(monkeypatch, azure, fail_on="warn").exit_code == 4


def test_groups_are_asked_only_for_those_that_have_nothing_by_themselves(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),))
    Run(monkeypatch, azure)
    assert not azure.count("authorization.assignments_reaching")


def test_a_denial_takes_what_a_role_gives(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),))
    azure.denials = (denial("no-pulls", PULL_LEGACY),)
    run = Run(monkeypatch, azure)
    assert run.consumer["canPull"] is False and "'no-pulls'" in run.check("consumer/role")["message"]
    assert run.exit_code == 4


@pytest.mark.parametrize("operation", ["authorization.assignments_at", "authorization.denials"])
def test_what_may_not_be_seen_is_null_and_no_yes(monkeypatch, operation):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),))
    azure.refuse[operation] = forbidden()
    run = Run(monkeypatch, azure)
    assert run.consumer["canPull"] is None and run.check("consumer/role")["status"] == "skip"
    assert "You may not" in run.check("consumer/role")["message"]
    assert (run.report["status"], run.exit_code) == ("unknown", 1), "a pipeline must not take it for a yes"


def test_a_consumer_that_does_not_exist_ends_with_3_beside_the_others(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),))
    run = Run(monkeypatch, azure, ConsumerSelection({"vm": ["my-vm", "nosuch"]}))
    assert [(entry["name"], entry["canPull"]) for entry in run.report["consumers"]] == [("my-vm", True),
                                                                                        ("nosuch", False)]
    assert run.exit_code == 3
    missing = next(entry for entry in run.report["checks"] if entry["subject"] == "vm/nosuch")
    assert missing["status"] == "fail" and "az resource list" in missing["message"]


def test_a_list_without_an_answer_is_an_error(monkeypatch):
    azure = modelled(bodies=(machine(),))
    azure.refuse["arm.pages"] = ServiceUnreachable("list of Microsoft.Compute/virtualMachines", "reset")
    with pytest.raises(ServiceUnreachable):
        Run(monkeypatch, azure)


def test_a_list_that_is_closed_is_no_missing_machine(monkeypatch):
    """It ends with 3 for what does not exist; one that can't be looked for may well be there."""
    azure = modelled(bodies=(machine(),))
    azure.refuse["arm.pages"] = forbidden()
    run = Run(monkeypatch, azure)
    assert run.exit_code == 1 and run.consumer["canPull"] is None
    assert "resource ID" in run.check("consumer/exists")["message"]


def test_repositories_of_rules(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),),
                     rules=(rule("ubuntu", "docker.io/library/ubuntu", "ubuntu"),))
    run = Run(monkeypatch, azure, ConsumerSelection({"vm": ["my-vm"]}, for_rule=["ubuntu"]))
    assert "pull ubuntu" in run.check("consumer/role")["message"]
    refused(lambda: Run(monkeypatch, azure, ConsumerSelection({"vm": ["my-vm"]}, for_rule=["nosuch"])), "'nosuch'",
            kind=NotFound, runs="az acrcache bootstrap list")


def test_nobody_was_named(monkeypatch):
    azure = modelled()
    refused(lambda: Run(monkeypatch, azure, ConsumerSelection()), "No consumer was named", kind=MissingArgument)
    assert azure.asked == []
