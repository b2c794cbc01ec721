"""A plan of several registries, carried out and reported: a report for each registry."""
from __future__ import annotations

import logging
import time
from dataclasses import replace

import pytest

from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.adapters.retries import send_with_retries
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.executor import Executor
from azext_acrcache.engine.progress import Progress
from azext_acrcache.observe.estate import observe_estate
from azext_acrcache.workflows.plan_run import PlanRun
from unit.adapters.strict_client import Response
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import (PAT, REGISTRY_ID, SECOND_ID, credential_set, desired_estate, desired_registry, rule_id,
                          set_id, snapshot, wanted_rule, wanted_set)

BOTH = (REGISTRY_ID, SECOND_ID)
WANTED = desired_estate(*(desired_registry((wanted_rule(),), (wanted_set(password_value="p"),), registry_id)
                          for registry_id in BOTH))


class Run:
    """Plans and carries out the same rule and set in two registries which share a vault."""

    def __init__(self, azure: ModelledAzure):
        self.azure, self.cmd = azure, Cmd()
        observed = observe_estate(azure, WANTED)
        self.vaults = observed.vaults
        self._run = PlanRun(self.cmd, azure, [there.registry for there in observed.registries],
                            plan_estate(WANTED, observed), carry_on="az again",
                            next_lines={registry_id: [f"docker pull {registry_id.name}"] for registry_id in BOTH},
                            known=[entry for there in observed.registries for entry in there.credential_sets])

    def apply(self, wait_timeout: float = 60, **options) -> list[dict]:
        return self._run.apply(self.vaults, wait_timeout=wait_timeout, **options)

    def what_if(self, exit_code: bool = True) -> list[dict]:
        return self._run.what_if(exit_code)


@pytest.fixture
def azure() -> ModelledAzure:
    return ModelledAzure(AzureModel(snapshot(), snapshot(SECOND_ID)))


def told(report: dict, step: str) -> list[tuple[str, str, str]]:
    return [(change["change"], change["name"], change["id"]) for change in report["changes"] if change["step"] == step]


def test_each_registry_has_a_report_of_its_own(azure):
    run = Run(azure)
    reports = run.apply()
    assert [report["registry"] for report in reports] == [str(REGISTRY_ID), str(SECOND_ID)]
    for report, registry_id in zip(reports, BOTH):
        assert report["outcome"] == "Applied" and report["next"] == [f"docker pull {registry_id.name}"]
        assert told(report, "cacheRule") == [("Create", "my-rule", str(rule_id("my-rule", registry_id)))]
        assert told(report, "credentialSet") == [("Create", "docker-io", str(set_id("docker-io", registry_id)))]
        assert len(told(report, "vaultAccess")) == 2
        assert [(entry["credentialSet"], entry["status"]) for entry in report["health"]] == [("docker-io", "Healthy")]
    assert run.cmd.exit_code == 0


def test_a_secret_that_they_share_is_stored_once_and_told_in_both(azure):
    reports = Run(azure).apply()
    assert azure.count("secrets.store") == 1
    for report in reports:
        assert ("Modify", "myvault/hub-pat", str(PAT)) in told(report, "secret")


def test_a_second_run_has_nothing_to_do(azure):
    Run(azure).apply()
    written = len(azure.writes())
    again = Run(azure)
    assert [report["outcome"] for report in again.apply()] == ["NoChange"] * 2 and len(azure.writes()) == written
    assert [[entry["status"] for entry in report["health"]] for report in Run(azure).what_if()] == [["Healthy"]] * 2


def test_what_would_change(azure):
    run = Run(azure)
    reports = run.what_if()
    assert [report["outcome"] for report in reports] == ["Planned"] * 2 and azure.writes() == []
    assert [report["next"] for report in reports] == [["az again"]] * 2 and run.cmd.exit_code == 5
    assert [len(report["changes"]) for report in reports] == [6, 6]


def test_a_fault_in_one_registry_leaves_the_other_as_wanted(azure, caplog):
    write = azure._registries_write  # pylint: disable=protected-access  # one registry alone refuses

    def refusing(method, resource_id, *args, **options):
        if resource_id == rule_id("my-rule", SECOND_ID):
            raise ServiceError(400, "Bad", "no such source", "subject")
        return write(method, resource_id, *args, **options)

    azure._registries_write = refusing  # pylint: disable=protected-access  # as above
    run = Run(azure)
    mine, theirs = run.apply()
    assert (mine["outcome"], theirs["outcome"]) == ("Applied", "Partial") and run.cmd.exit_code == 1
    assert mine["next"] == ["docker pull myregistry"] and theirs["next"] == ["az again"]
    assert told(theirs, "cacheRule")[0][0] == "Blocked" and told(mine, "cacheRule")[0][0] == "Create"
    errors = [record.getMessage() for record in caplog.records]
    assert "Registry 'secondregistry': Cache rule 'my-rule': Azure refused: Bad: no such source." in errors
    assert not [error for error in errors if error.startswith("Registry 'myregistry'")]


def test_access_that_is_blocked_names_the_lines_of_each_registry(azure):
    azure.refuse["authorization.assign"] = forbidden()
    mine, theirs = Run(azure).apply()
    assert [entry["status"] for report in (mine, theirs) for entry in report["health"]] == ["Unhealthy"] * 2
    lines = [[line for line in report["next"] if line.startswith("az role")] for report in (mine, theirs)]
    assert len(lines[0]) == len(lines[1]) == 2 and set(lines[0]).isdisjoint(lines[1]), "each identity has its own"


def test_health_is_kept_by_id_and_not_by_name():
    sick = credential_set(registry_id=SECOND_ID, principal="theirs", status="Unhealthy", code="Forbidden")
    azure = ModelledAzure(AzureModel(snapshot(), snapshot(SECOND_ID, credential_sets=(sick,))))
    azure.refuse["authorization.assign"] = forbidden()
    mine, theirs = Run(azure).what_if()
    assert mine["health"] == [] and [entry["status"] for entry in theirs["health"]] == ["Unhealthy"]


def test_an_error_that_nobody_foresaw_is_told_and_kept_for_the_log(azure, caplog):
    azure.refuse["authorization.assign"] = KeyError("principalId")
    with caplog.at_level(logging.DEBUG):
        mine, _ = Run(azure).apply()
    assert mine["outcome"] == "Partial" and "KeyError" in caplog.text
    assert [record for record in caplog.records if record.levelno == logging.DEBUG and record.exc_info]


def test_where_time_runs_out_only_that_registry_is_to_be_looked_at_again(azure, caplog):
    theirs = set_id("docker-io", SECOND_ID)
    look = azure._registries_credential_set  # pylint: disable=protected-access  # one registry alone answers otherwise
    azure._registries_credential_set = lambda set_id_: replace(  # pylint: disable=protected-access  # as above
        look(set_id_), health=Health("Unhealthy", "Forbidden", "does not have secrets get permission")) \
        if set_id_ == theirs and look(set_id_) else look(set_id_)
    reports = Run(azure).apply(wait_timeout=0)
    assert [report["outcome"] for report in reports] == ["Applied", "Partial"]
    assert "bootstrap list --registry secondregistry" in caplog.text
    assert "bootstrap list --registry myregistry" not in caplog.text


def test_an_interrupt_is_told(azure, caplog, monkeypatch):
    def interrupted(self, step):
        raise KeyboardInterrupt
    monkeypatch.setattr(Progress, "started", interrupted)
    reports = Run(azure).apply()
    assert [report["outcome"] for report in reports] == ["Partial"] * 2 and "Interrupted." in caplog.text
    assert "carry on with: az again" in caplog.text.lower()


def test_hints_are_told_before_the_line_that_carries_on(azure, caplog):
    azure.refuse["registries.write"] = ServiceError(400, "CannotCreateCacheRuleWithManagedIdentity", "no", "subject")
    Run(azure).apply()
    lines = [record.getMessage() for record in caplog.records]
    assert any("az feature register" in line for line in lines)
    assert lines[-1].startswith("Once that is mended, carry on with")


def test_a_refusal_that_the_same_command_cannot_get_past_has_no_line_to_carry_on_with(azure, caplog):
    azure.refuse["registries.write"] = ServiceError(400, "UpstreamNotSupported", "no", "subject")
    reports = Run(azure).apply()
    assert "az acr import" in caplog.text and "arry on with" not in caplog.text
    assert all("az again" not in report["next"] for report in reports)


def test_ways_on_keep_what_the_command_was_given(azure, caplog):
    azure.refuse["registries.write"] = ServiceError(409, "MissingSubscriptionRegistration", "namespace 'A.B'", "rule")
    run = Run(azure)
    run._run._context = LineContext(policy=("--change-reference", "CR-1"))
    run.apply()
    assert "az provider register --namespace A.B" in caplog.text and "--wait --change-reference CR-1" in caplog.text
    assert "Somebody else" not in caplog.text


def test_lines_for_somebody_else_keep_what_the_command_was_given(azure, caplog):
    azure.refuse["authorization.assign"] = forbidden()
    run = Run(azure)
    run._run._context = LineContext(words=("--subscription", "x"), policy=("--acquire-policy-token",))
    mine, _ = run.apply()
    lines = [line for line in mine["next"] if line.startswith("az role")]
    assert len(lines) == 2 and all(line.endswith(" --subscription x --acquire-policy-token") for line in lines)
    assert all(line in caplog.text for line in lines)


def test_a_pause_that_outlasts_the_wait_timeout_is_told_at_once(azure, caplog):
    """Retry-After 40 with --wait-timeout 5: nobody waits, and the message says for whom and for how long."""
    def throttled(method, resource_id, *_args, **_options):
        url = f"https://management.azure.com{resource_id}"
        return send_with_retries(azure.session.gate, url, lambda: Response(429, {}, {"Retry-After": "40"}),
                                 subject=resource_id.name)

    azure._registries_write = throttled  # pylint: disable=protected-access  # Azure is asked too often
    run = Run(azure)
    reports = run.apply(wait_timeout=5)
    assert azure.time.slept == [] and run.cmd.exit_code == 1
    assert [report["outcome"] for report in reports] == ["Partial"] * 2
    assert "management.azure.com asked to wait 40 s" in caplog.text and "waits 5 s at most" in caplog.text
    assert "again in 40 s" in caplog.text and "az again" in caplog.text


def test_a_pause_within_the_wait_timeout_is_waited_for(azure):
    azure.session.gate = gate = RequestGate()
    write, answers = azure._registries_write, [429]  # pylint: disable=protected-access  # as above

    def once_throttled(method, resource_id, *args, **options):
        send_with_retries(gate, f"https://management.azure.com{resource_id}", lambda: Response(
            answers.pop() if answers else 200, {}, {"Retry-After-Ms": "100"}))
        return write(method, resource_id, *args, **options)

    azure._registries_write = once_throttled  # pylint: disable=protected-access  # as above
    begun = time.monotonic()
    assert [report["outcome"] for report in Run(azure).apply(wait_timeout=60)] == ["Applied"] * 2
    assert 0.1 <= time.monotonic() - begun < 30


@pytest.mark.parametrize("concurrency, steps", [(1, 1), (3, 3), (8, 10), (64, 80)])
def test_some_steps_more_than_requests_are_under_way(azure, monkeypatch, concurrency, steps):
    limits = []

    class Watched(Executor):
        def __init__(self, plan, perform, observer, wait_timeout, limit, **options):
            limits.append(limit)
            super().__init__(plan, perform, observer, wait_timeout, limit, **options)

    monkeypatch.setattr("azext_acrcache.workflows.plan_run.Executor", Watched)
    run = Run(azure)
    assert [report["outcome"] for report in run.apply(concurrency=concurrency)] == ["Applied", "Applied"]
    assert limits == [steps] and azure.session.gate.limit == concurrency
