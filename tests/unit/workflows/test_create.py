from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.plan.create_request import CreateRequest
from azext_acrcache.domain.values.errors import Conflict, MissingArgument
from azext_acrcache.workflows import create as workflow
from azext_acrcache.workflows.create import CreateOptions, create
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import credential_set, set_id, snapshot
from unit.user_errors import refused

REQUEST = CreateRequest("myregistry", ("docker.io/library/ubuntu",), vault="myvault", username_secret="hub-user",
                        password_secret="hub-pat")
LINE = ("az acrcache bootstrap create --registry myregistry --source-repo docker.io/library/ubuntu "
        "--username-id hub-user --password-id hub-pat --vault myvault")


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot()))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


def run(cmd: Cmd, request: CreateRequest = REQUEST, **options) -> dict:
    return create(cmd, request, CreateOptions(**{"wait_timeout": 60, **options}), username=None, password_file=None)


def told(report: dict) -> list[tuple[str, str]]:
    return [(change["step"], change["change"]) for change in report["changes"]]


def test_a_chain_from_nothing_and_again(azure):
    cmd = Cmd()
    report = run(cmd)
    assert (report["outcome"], report["loginServer"], cmd.exit_code) == ("Applied", "myregistry.azurecr.io", 0)
    assert told(report) == [("secret", "NoChange"), ("secret", "NoChange"), ("credentialSet", "Create"),
                            ("vaultAccess", "Create"), ("vaultAccess", "Create"), ("cacheRule", "Create")]
    assert [(entry["credentialSet"], entry["status"]) for entry in report["health"]] == [("docker-io", "Healthy")]
    assert report["next"] == ["docker pull myregistry.azurecr.io/ubuntu:<tag>"]
    written = len(azure.writes())
    again = run(Cmd())
    assert again["outcome"] == "NoChange" and len(azure.writes()) == written
    assert [entry["status"] for entry in again["health"]] == ["Healthy"]


def test_the_same_secrets_without_a_set_take_the_set_that_there_is(azure):
    run(Cmd(), replace(REQUEST, credential_set="my-hub-set"))
    again = run(Cmd(), replace(REQUEST, sources=("docker.io/library/ubuntu", "docker.io/library/nginx")))
    assert {step for step in told(again) if step[1] != "NoChange"} == {("cacheRule", "Create")}
    assert [entry.name for entry in azure.model.snapshot.credential_sets] == ["my-hub-set"]
    bare = run(Cmd(), CreateRequest("myregistry", ("docker.io/library/ubuntu",)))
    assert bare["outcome"] == "NoChange" and {rule.credential_set.name for rule in azure.model.snapshot.rules} == \
        {"my-hub-set"}


def test_what_would_change_is_told_and_not_done(azure):
    cmd = Cmd()
    report = run(cmd, what_if=True, exit_code=True)
    assert report["outcome"] == "Planned" and cmd.exit_code == 5 and azure.writes() == []
    assert report["next"] == [LINE]


def test_what_may_not_be_done_is_told_with_the_line_for_somebody_who_may(azure, caplog):
    azure.refuse["authorization.assign"] = forbidden()
    cmd = Cmd()
    report = run(cmd)
    assert report["outcome"] == "Partial" and cmd.exit_code == 1
    assert told(report)[3:] == [("vaultAccess", "Blocked"), ("vaultAccess", "Blocked"), ("cacheRule", "Create")]
    assert sum(line.startswith("az role assignment create") for line in report["next"]) == 2
    assert report["next"][-1] == LINE and LINE in caplog.text
    assert report["health"][0]["status"] == "Unhealthy"


def test_a_refusal_comes_before_any_write(azure):
    azure.model = AzureModel(snapshot(credential_sets=(credential_set(login_server="quay.io"),)))
    refused(lambda: run(Cmd()), "'docker-io'", kind=Conflict, runs="--cred-set docker-io")
    assert azure.writes() == []


def test_bad_input_is_told_before_anything_is_looked_at(azure):
    refused(lambda: run(Cmd(), CreateRequest("myregistry", ())), "source", kind=MissingArgument, runs="--source-repo")
    assert azure.asked == []


def test_a_rule_with_a_wildcard_says_how_to_pull_through_it(azure):
    report = run(Cmd(), CreateRequest("myregistry", ("mcr.microsoft.com/dotnet/*",)))
    assert report["next"] == ["docker pull myregistry.azurecr.io/dotnet/<repository>:<tag>"]
    assert azure.model.snapshot.credential_set("docker-io") is None and set_id("docker-io")


ALONE = CreateRequest("myregistry", ("docker.io/library/ubuntu",), credential_set="docker-io")


def test_a_set_named_alone_that_may_not_be_read_is_used(azure, caplog):
    azure.model = AzureModel(snapshot(credential_sets=(credential_set(),)))
    azure.refuse["registries.credential_set"] = forbidden()
    cmd = Cmd()
    report = run(cmd, ALONE)
    assert told(report) == [("cacheRule", "Create")] and cmd.exit_code == 0
    assert azure.model.snapshot.rules[0].credential_set == set_id("docker-io")
    assert "no role that allows" in caplog.text


def test_a_set_with_secrets_that_may_not_be_read_is_not_written_over(azure):
    azure.refuse["registries.credential_sets"] = azure.refuse["registries.credential_set"] = forbidden()
    cmd = Cmd()
    report = run(cmd)
    assert dict(told(report))["credentialSet"] == "Blocked" and cmd.exit_code == 1 and azure.writes() == []
    assert any(line.startswith("az acr credential-set create") for line in report["next"])
    assert any(line.startswith("az acrcache grant vault") for line in report["next"])


def test_a_vault_that_may_not_be_read_is_handed_over_and_the_rest_is_made(azure):
    azure.refuse["vaults.find"] = forbidden()
    cmd = Cmd()
    report = run(cmd)
    assert told(report)[2:] == [("credentialSet", "Create"), ("vaultAccess", "Blocked"), ("cacheRule", "Create")]
    assert cmd.exit_code == 1
    assert any(line.startswith("az acrcache grant vault") for line in report["next"])


def test_rules_that_may_not_be_read_are_handed_over(azure):
    azure.refuse["registries.rules"] = forbidden()
    report = run(Cmd())
    assert told(report)[2:] == [("credentialSet", "Create"), ("vaultAccess", "Create"), ("vaultAccess", "Create"),
                                ("cacheRule", "Blocked")]
    assert any(line.startswith("az acr cache create") for line in report["next"])


def test_the_health_of_sets_that_were_only_looked_at_is_not_told(azure):
    azure.model = AzureModel(snapshot(credential_sets=(credential_set("ghcr-io", "ghcr.io"),)))
    report = run(Cmd())
    assert [entry["credentialSet"] for entry in report["health"]] == ["docker-io"]


def test_a_rule_that_keeps_its_set_is_not_said_to_be_without_credentials(azure, caplog):
    hardened = CreateRequest("myregistry", ("dhi.io/python",))
    run(Cmd(), replace(hardened, vault="myvault", username_secret="hub-user", password_secret="hub-pat"))
    assert run(Cmd(), hardened)["outcome"] == "NoChange" and "serves nobody" not in caplog.text
    run(Cmd(), CreateRequest("myregistry", ("dhi.io/node",)))
    assert "(dhi.io) serves nobody without credentials: pulls will fail." in caplog.text
