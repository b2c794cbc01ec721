"""Taking access back: asked for first, only what was named, with what stays told."""
from __future__ import annotations

import pytest
from azure.cli.core.azclierror import NoTTYError

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.roles import ACR_PULL, ACR_PUSH, KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.values.errors import Conflict, MissingArgument, NotFound
from azext_acrcache.workflows import revoke as workflow
from azext_acrcache.workflows.consumers import ConsumerSelection
from azext_acrcache.workflows.revoke import RevokeRequest, revoke
from unit.domain.consumer_records import DEFINITIONS, OWN, TWO
from unit.modelled_access import machine, modelled, role
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import (PAT, REGISTRY_ID, SECRETS_USER, SUBSCRIPTION, USER, assignment, credential_set, rule,
                          secret_scope, vault)
from unit.user_errors import refused

MINE = ConsumerSelection({"vm": ["my-vm"]})
NOBODY = ConsumerSelection()


class Run:
    """One `grant revoke` over a modelled Azure."""

    def __init__(self, monkeypatch, azure: ModelledAzure, consumers: ConsumerSelection = MINE, yes: bool = True,
                 what_if: bool = False, **asked):
        monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: azure)
        cmd = Cmd()
        self.report = revoke(cmd, RevokeRequest("myregistry", None, consumers, **asked), yes=yes, what_if=what_if,
                             exit_code=what_if, wait_timeout=60)
        self.exit_code = cmd.exit_code

    @property
    def changes(self) -> list[tuple[str, str]]:
        return [(change["change"], change["name"]) for change in self.report["changes"]]


def left(azure: ModelledAzure) -> list[tuple[str, str]]:
    return [(entry.role, entry.principal_id) for entry in azure.model.assignments]


def test_a_consumers_own_access_and_nobody_elses(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), role(ACR_PULL, TWO), bodies=(machine(),))
    run = Run(monkeypatch, azure)
    assert (run.report["outcome"], run.exit_code) == ("Applied", 0) and run.changes == [("Delete", "my-vm")]
    assert left(azure) == [(ACR_PULL, TWO)]


def test_a_second_run_has_nothing_to_do_and_does_not_ask(monkeypatch):
    azure = modelled(bodies=(machine(),))
    run = Run(monkeypatch, azure, yes=False)
    assert (run.report["outcome"], run.exit_code, run.changes) == ("NoChange", 0, [("NoChange", "my-vm")])


def test_nothing_is_taken_without_a_yes(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),))
    monkeypatch.setattr("azext_acrcache.cli.standard_input.is_terminal", lambda: False)
    with pytest.raises(NoTTYError, match="confirmation"):
        Run(monkeypatch, azure, yes=False)
    assert left(azure) == [(ACR_PULL, OWN)]


def test_what_would_be_taken(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),))
    run = Run(monkeypatch, azure, yes=False, what_if=True)
    assert (run.report["outcome"], run.exit_code, azure.writes()) == ("Planned", 5, [])
    assert run.report["next"] == ["az acrcache grant revoke --registry myregistry --vm my-vm"]


def test_access_from_above_the_registry_stays_and_is_told(monkeypatch, caplog):
    above = role(ACR_PULL, OWN, scope=f"/subscriptions/{SUBSCRIPTION}")
    azure = modelled(above, role(ACR_PUSH, OWN), bodies=(machine(),))
    run = Run(monkeypatch, azure)
    assert left(azure) == [(ACR_PULL, OWN)] and sorted(run.changes) == [("Blocked", "my-vm"), ("Delete", "my-vm")]
    assert run.exit_code == 1
    assert "my-vm keeps access: role 'AcrPull', inherited from" in caplog.text


def test_assignments_that_may_not_be_listed_can_not_be_taken(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),))
    azure.refuse["authorization.assignments_at"] = forbidden()
    refused(lambda: Run(monkeypatch, azure), "'myregistry'", kind=Conflict)
    assert azure.writes() == []


def test_what_may_not_be_taken_is_told_with_the_line_for_somebody_who_may(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),))
    azure.refuse["authorization.remove"] = forbidden()
    run = Run(monkeypatch, azure)
    assert (run.report["outcome"], run.exit_code, run.changes) == ("Partial", 1, [("Blocked", "my-vm")])
    assert run.report["next"][0].startswith("az role assignment delete")
    assert run.report["next"][-1] == "az acrcache grant revoke --registry myregistry --yes --vm my-vm"


def test_orphans_and_nobody_who_exists(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), role(ACR_PULL, TWO))
    azure.directory = {OWN: DirectoryEntry(OWN, "ServicePrincipal", "my-vm")}
    run = Run(monkeypatch, azure, NOBODY, orphans=True)
    assert run.changes == [("Delete", TWO)] and left(azure) == [(ACR_PULL, OWN)]


def test_nobody_is_an_orphan_where_the_directory_may_not_be_read(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN))
    azure.refuse["graph.entries"] = forbidden()
    with pytest.raises(type(forbidden())):
        Run(monkeypatch, azure, NOBODY, orphans=True)
    assert azure.writes() == []


def of_a_set(rbac: bool = True, **more) -> ModelledAzure:
    reads = tuple(assignment(secret_scope(secret), name=secret.name) for secret in (USER, PAT))
    azure = modelled(*reads, credential_sets=(credential_set(**more),), vaults={vault().host: vault(rbac)})
    azure.model.definitions = {**DEFINITIONS, KEY_VAULT_SECRETS_USER: SECRETS_USER}
    return azure


def test_a_credential_sets_access_to_its_secrets(monkeypatch):
    azure = of_a_set()
    run = Run(monkeypatch, azure, NOBODY, credential_set=f"{REGISTRY_ID}/credentialSets/docker-io")
    assert run.report["outcome"] == "Applied" and left(azure) == []
    assert {change for change, _ in run.changes} == {"Delete"}


def test_a_set_without_access_has_nothing_to_lose(monkeypatch):
    azure = of_a_set()
    azure.model.assignments = ()
    run = Run(monkeypatch, azure, NOBODY, yes=False, credential_set="docker-io")
    assert run.changes == [("NoChange", "docker-io")] and run.exit_code == 0


def test_a_set_that_does_not_exist(monkeypatch):
    refused(lambda: Run(monkeypatch, of_a_set(), NOBODY, credential_set="nosuch"), "'nosuch'", "'myregistry'",
            kind=NotFound, runs="az acr credential-set list --registry myregistry")


@pytest.mark.parametrize("consumers, asked, words", [
    (NOBODY, {}, "No consumer was named"), (NOBODY, {"orphans": True, "push": True}, "--push"),
    (ConsumerSelection(repository=["team/*"]), {"orphans": True}, "--repository"),
    (NOBODY, {"credential_set": "docker-io", "app_settings": True}, "--app-settings")])
def test_what_is_incomplete_is_refused_before_azure_is_asked(monkeypatch, consumers, asked, words):
    azure = modelled()
    refused(lambda: Run(monkeypatch, azure, consumers, **asked), words, kind=MissingArgument)
    assert azure.asked == []


def test_a_rule_that_does_not_exist(monkeypatch):
    azure = modelled(role(ACR_PULL, OWN), bodies=(machine(),), rules=(rule("ubuntu", "docker.io/library/ubuntu", "u"),))
    refused(lambda: Run(monkeypatch, azure, ConsumerSelection({"vm": ["my-vm"]}, for_rule=["nosuch"])), "'nosuch'",
            kind=NotFound, runs="az acrcache bootstrap list")
    assert azure.writes() == []


HAND_OVER = f"az acrcache grant revoke --registry myregistry --resource-group my-rg --subscription {SUBSCRIPTION} " \
    "--cred-set docker-io"


@pytest.mark.parametrize("refused_call", [
    "registries.credential_sets", "vaults.find_all", "authorization.assignments_of"])
def test_what_cannot_be_seen_of_a_set_stays_and_is_handed_over(monkeypatch, refused_call):
    """The set, its vault or its roles: nothing is NoChange of which nobody knows whether it is so."""
    azure = of_a_set()
    before = len(left(azure))
    azure.refuse[refused_call] = azure.refuse["vaults.find"] = forbidden()
    run = Run(monkeypatch, azure, NOBODY, credential_set="docker-io")
    assert (run.report["outcome"], run.exit_code) == ("Partial", 1)
    assert {change["change"] for change in run.report["changes"]} == {"Blocked"}
    assert run.report["next"][0] == HAND_OVER and len(left(azure)) == before


def test_a_set_of_another_registry_is_no_namesake_here(monkeypatch):
    other = str(REGISTRY_ID).replace("myregistry", "otherregistry")
    refused(lambda: Run(monkeypatch, of_a_set(), NOBODY, credential_set=f"{other}/credentialSets/docker-io"),
            "'docker-io'", "otherregistry")
