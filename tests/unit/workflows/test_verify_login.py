"""Every way to sign in to a registry, reported and judged."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.values.errors import NotFound, ServiceError
from azext_acrcache.workflows import verify_login as workflow
from azext_acrcache.workflows.verify_login import verify_login
from unit.azure_model import AzureModel
from unit.modelled_azure import Cmd, ModelledAzure, forbidden
from unit.records import REGISTRY_ID, registry, snapshot
from unit.user_errors import refused


@pytest.fixture
def azure(monkeypatch) -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot()))
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: modelled)
    return modelled


def verified(cmd: Cmd, fail_on: str = "fail") -> dict:
    return verify_login(cmd, "myregistry", None, fail_on=fail_on)


def ways(report: dict) -> dict:
    return {entry["way"]: (entry["enabled"], entry["works"]) for entry in report["logins"]}


def test_a_registry_as_it_is_made(azure):
    cmd = Cmd()
    report = verified(cmd)
    assert report["registry"] == str(REGISTRY_ID) and cmd.exit_code == 0
    assert ways(report) == {"entra": (True, True), "exposed-token": (True, True), "service-principal": (True, None),
                            "token": (False, False), "admin": (False, False), "anonymous": (False, False)}


def with_admin_on(azure):
    there = registry()
    azure.answers["registries.find"] = replace(there, properties={**there.properties, "adminUserEnabled": True})


@pytest.mark.parametrize("fail_on, code", [("fail", 0), ("warn", 4)])
def test_an_admin_user_that_is_on_warns_with_the_line_that_switches_it_off(azure, fail_on, code):
    with_admin_on(azure)
    azure.answers["arm.pages"] = [{"actions": ["*"], "notActions": []}]
    cmd = Cmd()
    report = verified(cmd, fail_on)
    admin = next(check for check in report["checks"] if check["check"] == "login/admin")
    assert admin["status"] == "warn" and "--admin-enabled false" in admin["fix"][0]["command"]
    assert cmd.exit_code == code


def test_rights_that_may_not_be_seen_stay_open(azure):
    with_admin_on(azure)
    azure.refuse["arm.pages"] = forbidden()
    report = verified(Cmd())
    assert ways(report)["admin"] == (True, None) and ways(report)["token"] == (None, None)
    detail = {entry["way"]: entry["detail"] for entry in report["logins"]}
    assert "could not be listed" in detail["token"] and "can't be told" in detail["admin"]


def test_a_refused_sign_in_fails(azure):
    azure.refuse["content.sign_in"] = ServiceError(401, "UNAUTHORIZED", "authentication required", "registry 'x'")
    cmd = Cmd()
    report = verified(cmd)
    assert report["rootCauses"] == ["login/entra:myregistry.azurecr.io"] and cmd.exit_code == 4


def test_a_registry_that_is_asked_too_often_is_no_refused_sign_in(azure):
    """It was told as `Most often the caller is signed in to another tenant`, with exit code 4."""
    azure.refuse["content.sign_in"] = ServiceError(429, "TOOMANYREQUESTS", "slow down", "registry 'x'", 40)
    with pytest.raises(ServiceError) as caught:
        verified(Cmd())
    assert caught.value.retry_after == 40


def test_a_registry_that_does_not_exist(azure):
    refused(lambda: verify_login(Cmd(), "nosuch", None, fail_on="fail"), "'nosuch'", kind=NotFound, runs="az acr list")
