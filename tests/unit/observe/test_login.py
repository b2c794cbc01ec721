"""All ways to sign in to a registry, side by side; what one may not see does not hide the others."""
from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from azext_acrcache.adapters.registry_login import RegistryLogin
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.observe.login import observe_logins
from unit.azure_model import AzureModel
from unit.modelled_azure import ModelledAzure, forbidden
from unit.records import PRINCIPAL, REGISTRY_ID, registry, snapshot

NOW, EXPIRES = 1_750_000_000.0, 1_750_010_800
TOKEN = f"x.{base64.urlsafe_b64encode(json.dumps({'exp': EXPIRES}).encode()).decode().rstrip('=')}.x"


@pytest.fixture
def azure() -> ModelledAzure:
    modelled = ModelledAzure(AzureModel(snapshot()))
    modelled.answers["content.sign_in"] = TOKEN
    return modelled


def observe(azure, **switches):
    there = registry()
    return observe_logins(azure, replace(there, properties={**there.properties, **switches}), NOW)


def test_the_callers_own_sign_in(azure):
    there = observe(azure)
    assert there.sign_in.ok and (there.now, there.token_expires) == (NOW, EXPIRES)
    assert (there.caller.object_id, there.caller.principal_type) == (PRINCIPAL, "User")


def test_nothing_is_asked_of_ways_that_are_off(azure):
    there = observe(azure)
    assert there.may_list_credentials == Known(False) and there.anonymous_status == Known(None)
    assert [call[1] for call in azure.asked if call[0] == "arm.pages"] == [f"{REGISTRY_ID}/tokens"]


@pytest.mark.parametrize("actions, may", [(["*"], True), (["*/read"], False)])
def test_whether_the_caller_may_read_the_admins_passwords(azure, actions, may):
    azure.answers["arm.pages"] = [{"actions": actions, "notActions": []}]
    assert observe(azure, adminUserEnabled=True).may_list_credentials == Known(may)


@pytest.mark.parametrize("failure, silent", [
    (forbidden(), False), (ServiceUnreachable("tokens", "reset"), True),
    (ServiceError(500, "InternalServerError", "broken", "tokens"), True)])
def test_tokens_that_may_not_be_seen_do_not_hide_the_rest(azure, failure, silent):
    azure.refuse["arm.pages"] = failure
    there = observe(azure, adminUserEnabled=True)
    assert isinstance(there.tokens, Unknown) and there.tokens.silent is silent and there.tokens.reason
    assert isinstance(there.may_list_credentials, Unknown) and there.sign_in.ok


@pytest.mark.parametrize("answer, status", [(200, Known(200)), (401, Known(401))])
def test_a_request_without_credentials(azure, monkeypatch, answer, status):
    monkeypatch.setattr(RegistryLogin, "anonymous", lambda self: answer)
    assert observe(azure, anonymousPullEnabled=True).anonymous_status == status


def test_a_refused_sign_in_has_no_expiry(azure):
    azure.refuse["content.sign_in"] = ServiceError(401, "UNAUTHORIZED", "wrong tenant", "registry 'x'")
    there = observe(azure)
    assert (there.sign_in.ok, there.sign_in.code, there.token_expires) == (False, "UNAUTHORIZED", None)
    assert there.tokens == Known(())


@pytest.mark.parametrize("failure", [ServiceUnreachable("registry 'x'", "reset"),
                                     ServiceError(429, "TOOMANYREQUESTS", "slow down", "registry 'x'", 40)])
def test_a_registry_that_does_not_answer_is_no_refusal(azure, failure):
    azure.refuse["content.sign_in"] = failure
    with pytest.raises(type(failure)):
        observe(azure)
