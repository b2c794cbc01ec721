"""`grant pull` from Azure's answers to the report, the exit code and the lines that carry on."""
from __future__ import annotations

import pytest

from azext_acrcache.adapters.rest import Answer
from azext_acrcache.domain.access.roles import ACR_PULL, ACR_PUSH, REPOSITORY_READER
from azext_acrcache.domain.values.errors import Conflict, MissingArgument, NotFound, ServiceError, UserError
from azext_acrcache.workflows import grant_pull as workflow
from azext_acrcache.workflows.consumers import ConsumerSelection
from azext_acrcache.workflows.grant_pull import PullGrantRequest, grant_pull
from unit.domain.consumer_records import ABAC, ONE, OWN
from unit.modelled_access import VM, machine, modelled, role
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import PULLER, REGISTRY_ID, registry, rule
from unit.user_errors import refused

MINE = ConsumerSelection({"vm": ["my-vm"]})


class Run:
    """One `grant pull` over a modelled Azure."""

    def __init__(self, monkeypatch, azure: ModelledAzure, consumers: ConsumerSelection = MINE, what_if: bool = False,
                 exit_code: bool = False, registry: str = "myregistry", **asked):
        monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: azure)
        monkeypatch.setattr(workflow, "load_what_writes", lambda asked: None)
        cmd = Cmd()
        self.report = grant_pull(cmd, PullGrantRequest(registry, None, consumers, **asked), what_if=what_if,
                                 exit_code=exit_code, wait_timeout=60)
        self.exit_code = cmd.exit_code

    @property
    def changes(self) -> list[tuple[str, str]]:
        return [(change["change"], change["name"]) for change in self.report["changes"]]


def abac(azure: ModelledAzure) -> ModelledAzure:
    azure.answers["registries.find"] = registry(ABAC)
    return azure


def roles(azure: ModelledAzure) -> list[tuple[str, str]]:
    return [(entry.role, entry.principal_id) for entry in azure.model.assignments]


def test_the_role_that_the_mode_honours(monkeypatch):
    azure = modelled(bodies=(machine(),))
    run = Run(monkeypatch, azure)
    assert (run.report["outcome"], run.exit_code, roles(azure)) == ("Applied", 0, [(ACR_PULL, OWN)])
    assert run.changes == [("Create", "my-vm")] and run.report["registry"] == str(REGISTRY_ID)
    assert run.report["next"] == ["az acrcache verify access --registry myregistry --vm my-vm",
                                  "docker pull myregistry.azurecr.io/<repository>:<tag>"]


def test_a_second_run_has_nothing_to_do(monkeypatch):
    azure = modelled(bodies=(machine(),))
    Run(monkeypatch, azure)
    written = len(azure.writes())
    again = Run(monkeypatch, azure)
    assert (again.report["outcome"], again.exit_code, len(azure.writes())) == ("NoChange", 0, written)


def test_repositories_make_a_condition_in_abac_mode(monkeypatch):
    azure = abac(modelled(bodies=(machine(),), rules=(rule("ubuntu", "docker.io/library/ubuntu", "ubuntu"),)))
    run = Run(monkeypatch, azure, ConsumerSelection({"vm": ["my-vm"]}, repository=["team/*"], for_rule=["UBUNTU"]))
    only, = azure.model.assignments
    assert only.role == REPOSITORY_READER and "team/" in only.condition and "ubuntu" in only.condition
    assert run.report["next"][1] == "docker pull myregistry.azurecr.io/team/<repository>:<tag>"


def test_repositories_are_refused_where_the_mode_ignores_them(monkeypatch):
    azure = modelled(bodies=(machine(),))
    narrowed = ConsumerSelection({"vm": ["my-vm"]}, repository=["team/*"])
    refused(lambda: Run(monkeypatch, azure, narrowed), "'myregistry'")
    assert azure.writes() == []


def test_what_would_change_is_told_and_not_done(monkeypatch):
    azure = modelled(bodies=(machine(),))
    run = Run(monkeypatch, azure, what_if=True, exit_code=True, push=True)
    assert (run.report["outcome"], run.exit_code, azure.writes()) == ("Planned", 5, [])
    assert run.report["next"] == ["az acrcache grant pull --registry myregistry --push --vm my-vm"]


def test_a_machine_without_an_identity_is_given_one(monkeypatch):
    azure = modelled(bodies=(machine(principal=None),))
    refused(lambda: Run(monkeypatch, azure), "'my-vm'", kind=Conflict, runs="--assign-identity")
    assert azure.writes() == []
    azure.answers["arm.call"] = Answer(200, machine(principal=ONE), {})
    run = Run(monkeypatch, azure, assign_identity="system")
    assert run.report["outcome"] == "Applied" and roles(azure) == [(ACR_PULL, ONE)]
    method, path, _ = next(call[1:] for call in azure.asked if call[0] == "arm.call")
    assert (method, path) == ("PATCH", VM)


@pytest.mark.parametrize("text", ["no-such", "/subscriptions/x"])
def test_an_identity_to_give_that_is_no_id(monkeypatch, text):
    azure = modelled(bodies=(machine(),))
    refused(lambda: Run(monkeypatch, azure, assign_identity=text), text)
    assert azure.asked == []


def test_an_identity_to_give_that_is_a_user_assigned_one(monkeypatch):
    azure = modelled(bodies=(machine(principal=None),))
    azure.answers["identities.find"] = {"principalId": ONE, "clientId": "client"}
    run = Run(monkeypatch, azure, assign_identity=PULLER)
    assert roles(azure) == [(ACR_PULL, ONE)] and ("Modify", "my-vm") in run.changes


def test_what_may_not_be_done_is_told_with_the_line_for_somebody_who_may(monkeypatch, caplog):
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.assign"] = forbidden()
    run = Run(monkeypatch, azure)
    assert (run.report["outcome"], run.exit_code, run.changes) == ("Partial", 1, [("Blocked", "my-vm")])
    assert run.report["next"][0].startswith("az role assignment create") and OWN in run.report["next"][0]
    assert run.report["next"][-1] == "az acrcache grant pull --registry myregistry --vm my-vm"
    assert "Somebody who may do this can run" in caplog.text


def test_assignments_that_may_not_be_listed_do_not_stop_a_grant(monkeypatch):
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.assignments_at"] = forbidden()
    assert Run(monkeypatch, azure).report["outcome"] == "Applied" and roles(azure) == [(ACR_PULL, OWN)]


def test_nothing_is_written_where_a_name_is_wrong(monkeypatch):
    azure = modelled(bodies=(machine(),))
    refused(lambda: Run(monkeypatch, azure, ConsumerSelection({"vm": ["my-vm", "nosuch"]})), "'nosuch'", kind=NotFound)
    refused(lambda: Run(monkeypatch, azure, ConsumerSelection({"vm": ["my-vm"]}, for_rule=["nosuch"])), "'nosuch'",
            kind=NotFound)
    assert azure.writes() == []


def test_nobody_was_named(monkeypatch):
    azure = modelled()
    refused(lambda: Run(monkeypatch, azure, ConsumerSelection()), "No consumer was named", kind=MissingArgument)
    assert azure.asked == []


def test_a_principal_by_its_object_id_needs_no_look_up(monkeypatch):
    azure = modelled()
    run = Run(monkeypatch, azure, ConsumerSelection(object_ids=[ONE], principal_type="Group"), push=True)
    only, = azure.model.assignments
    assert (only.role, only.principal_type, run.report["outcome"]) == (ACR_PUSH, "Group", "Applied")
    assert not azure.count("arm.pages")


def test_another_role_is_refused_before_anything_is_written(monkeypatch):
    """A condition that was not made here can't be told apart from somebody's intent."""
    theirs = role(REPOSITORY_READER, OWN, "@Request[x] StringEquals 'y'", ours=False)
    azure = abac(modelled(theirs, bodies=(machine(),)))
    refused(lambda: Run(monkeypatch, azure), "'my-vm'", kind=Conflict, runs="az role assignment delete --ids")
    assert azure.writes() == []


def test_a_service_that_is_broken_is_an_error(monkeypatch):
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.assignments_at"] = ServiceError(500, "InternalServerError", "broken", "assignments")
    with pytest.raises(ServiceError):
        Run(monkeypatch, azure)
    with pytest.raises(UserError):
        Run(monkeypatch, azure, registry="Not A Registry")
