from __future__ import annotations

import pytest

from azext_acrcache.domain.values.errors import Conflict, MissingArgument, NotFound
from azext_acrcache.workflows import take_down as workflow
from azext_acrcache.workflows.take_down import TakeDownRequest, choose, take_down
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import SUBSCRIPTION, VAULT_ID, assignment, credential_set, rule, snapshot
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
BARE = rule("mcr-all", "mcr.microsoft.com/*", "mcr/*")
OBSERVED = snapshot(rules=(UBUNTU, BARE), credential_sets=(credential_set(), credential_set("other")))


def chosen(names, observed=OBSERVED, named_set=None, unfinished=None) -> tuple[list[str], list[str]]:
    choice = choose(observed, names, named_set, unfinished or {})
    return [rule_.name for rule_ in choice.rules], [set_.name for set_ in choice.credential_sets]


def test_a_rule_brings_its_set():
    assert chosen(["ubuntu"]) == (["ubuntu"], ["docker-io"])
    assert chosen(["mcr-all"]) == (["mcr-all"], [])


def test_a_set_by_its_name():
    assert chosen([], named_set="OTHER") == ([], ["other"])
    assert chosen(["ubuntu"], named_set="docker-io") == (["ubuntu"], ["docker-io"])


def test_a_rule_named_twice_is_one():
    assert chosen(["ubuntu", "UBUNTU"]) == (["ubuntu"], ["docker-io"])


def test_a_takedown_that_was_cut_off_goes_on():
    assert chosen(["gone"], unfinished={"gone": "docker-io"}) == ([], ["docker-io"])
    assert chosen(["gone"], unfinished={"gone": "gone-too"}) == ([], [])


def test_an_old_note_says_nothing_of_a_rule_that_exists():
    assert chosen(["mcr-all"], unfinished={"mcr-all": "other"}) == (["mcr-all"], [])


def test_what_does_not_exist():
    refused(lambda: chosen(["none"]), "'none'", "'myregistry'", kind=NotFound,
            runs="az acrcache bootstrap list --registry myregistry")
    # Somebody else may have begun to delete that rule: what it left is named.
    refused(lambda: chosen(["none"]), "'none'", kind=NotFound,
            runs="az acrcache bootstrap delete --registry myregistry --resource-group my-rg "
                 f"--subscription {SUBSCRIPTION} --cred-set other")
    refused(lambda: chosen([], named_set="none"), "'none'", "'myregistry'", kind=NotFound,
            runs="az acr credential-set list --registry myregistry")


# the whole way

@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot(rules=(UBUNTU, BARE), credential_sets=(credential_set(),),
                                                 assignments=(assignment(str(VAULT_ID)),))))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


@pytest.fixture
def cmd(tmp_path) -> Cmd:
    return Cmd(str(tmp_path))


def run(cmd: Cmd, *names: str, named_set=None, **options) -> dict:
    given = {"yes": True, "what_if": False, "exit_code": False, "wait_timeout": 60, **options}
    return take_down(cmd, TakeDownRequest("myregistry", None, names, named_set), **given)


def test_a_chain_goes_with_its_set_and_its_access(azure, cmd):
    report = run(cmd, "ubuntu")
    assert report["outcome"] == "Applied" and cmd.exit_code == 0
    assert [(change["step"], change["change"]) for change in report["changes"]] == \
        [("cacheRule", "Delete"), ("vaultAccess", "Delete"), ("credentialSet", "Delete")]
    there = azure.model.snapshot
    assert there.rules == (BARE,) and there.credential_sets == () and there.assignments == ()


def test_what_would_go_is_told_and_left_alone(azure, cmd):
    report = run(cmd, "ubuntu", what_if=True, exit_code=True)
    assert report["outcome"] == "Planned" and cmd.exit_code == 5 and azure.writes() == []
    assert report["next"] == ["az acrcache bootstrap delete --registry myregistry --name ubuntu --yes"]


def test_a_take_down_that_was_refused_half_way_goes_on_though_the_rule_is_gone(azure, cmd):
    azure.refuse["authorization.remove"] = forbidden()
    report = run(cmd, "ubuntu")
    assert report["outcome"] == "Partial" and cmd.exit_code == 1
    assert any("az role assignment delete" in line for line in report["next"])
    assert azure.model.snapshot.rules == (BARE,) and azure.model.snapshot.credential_sets
    del azure.refuse["authorization.remove"]
    assert run(cmd, "ubuntu")["outcome"] == "Applied" and azure.model.snapshot.credential_sets == ()
    refused(lambda: run(cmd, "ubuntu"), "'ubuntu'", kind=NotFound, runs="az acrcache bootstrap list")


def test_a_set_in_use_is_refused_and_nothing_goes(azure, cmd):
    refused(lambda: run(cmd, named_set="docker-io"), "'docker-io'", "ubuntu", kind=Conflict,
            runs="--name ubuntu --cred-set docker-io")
    refused(lambda: run(cmd, "mcr-all", named_set="docker-io"), "'docker-io'", kind=Conflict, runs="--name ubuntu")
    assert azure.writes() == []


@pytest.mark.parametrize("others, source, line", [
    ((credential_set("spare"),), "docker.io/library/ubuntu", "--name ubuntu --cred-set spare"),
    ((credential_set("ghcr", "ghcr.io"),), "docker.io/library/ubuntu", None),
    ((), "ghcr.io/contoso/app", "--name ubuntu --remove-cred-set")])
def test_a_set_in_use_is_replaced_by_one_that_exists(others, source, line):
    used = credential_set("docker-io", source.partition("/")[0])
    observed = snapshot(rules=(rule("ubuntu", source, "ubuntu", "docker-io"),), credential_sets=(used, *others))
    refusal = refused(lambda: chosen([], observed, "docker-io"), "'docker-io'", kind=Conflict, runs=line or "delete")
    assert len(refusal.recommendations) == (2 if line else 1) and "MyCredentialSet" not in str(refusal.recommendations)


@pytest.mark.parametrize("names, named_set", [(("ubuntu",), ""), ((), ""), (("",), None)])
def test_an_empty_name(azure, cmd, names, named_set):
    refused(lambda: run(cmd, *names, named_set=named_set), "empty", runs="")
    assert azure.asked == []


def changes(report: dict) -> list[tuple[str, str]]:
    return [(change["step"], change["change"]) for change in report["changes"]]


def test_a_set_that_may_not_be_read_is_handed_over_and_the_rule_goes(azure, cmd):
    azure.refuse["registries.credential_sets"] = forbidden()
    report = run(cmd, "ubuntu")
    assert report["outcome"] == "Partial" and cmd.exit_code == 1 and azure.model.snapshot.rules == (BARE,)
    assert changes(report) == [("cacheRule", "Delete"), ("credentialSet", "Blocked")]
    assert azure.model.snapshot.credential_sets and azure.model.snapshot.assignments
    assert any("bootstrap delete" in line and line.endswith("--cred-set docker-io") for line in report["next"])


@pytest.mark.parametrize("refused_call", ["authorization.assignments_of", "vaults.find"])
def test_access_that_may_not_be_read_keeps_its_set(azure, cmd, refused_call):
    """Without its set nobody would find the access again."""
    azure.refuse[refused_call] = forbidden()
    report = run(cmd, "ubuntu")
    assert report["outcome"] == "Partial" and cmd.exit_code == 1
    assert changes(report) == [("cacheRule", "Delete"), ("vaultAccess", "Blocked"), ("credentialSet", "Blocked")]
    assert azure.model.snapshot.credential_sets and azure.model.snapshot.assignments
    assert any(line.endswith("--cred-set docker-io") for line in report["next"])


def test_a_vault_in_no_list_that_answers_keeps_its_set(azure, cmd):
    azure.refuse["vaults.find"] = NotFound("There is no key vault 'myvault'.", "az keyvault list")
    assert run(cmd, "ubuntu")["outcome"] == "Partial" and azure.model.snapshot.credential_sets


def test_rules_that_may_not_be_read_are_handed_over_with_the_set(azure, cmd):
    azure.refuse["registries.rules"] = forbidden()
    report = run(cmd, "ubuntu", named_set="docker-io")
    assert changes(report) == [("cacheRule", "Blocked"), ("credentialSet", "Blocked")] and azure.writes() == []
    assert cmd.exit_code == 1


def test_what_would_be_handed_over_is_told_beforehand(azure, cmd):
    azure.refuse["registries.credential_sets"] = forbidden()
    report = run(cmd, "ubuntu", what_if=True)
    assert changes(report) == [("cacheRule", "Delete"), ("credentialSet", "Blocked")] and azure.writes() == []
    assert report["next"][0].endswith("--cred-set docker-io")


def test_nothing_named(azure, cmd):
    refused(lambda: run(cmd), "cache rule", kind=MissingArgument, runs="az acrcache bootstrap list")
    assert azure.asked == []
