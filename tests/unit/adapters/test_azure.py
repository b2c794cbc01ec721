"""The adapters of one command: made when first needed, all on one session."""
from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from azext_acrcache.adapters import azure as module
from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.values.secret_value import SecretValue
from unit.house import ROOT
from unit.records import REGISTRY_ID, SECOND_ID, registry, vault


@pytest.fixture
def azure(session, monkeypatch) -> Azure:
    monkeypatch.setattr(module, "Session", lambda cli_ctx: session)
    return Azure(SimpleNamespace())


@pytest.mark.parametrize("name", ["registries", "vaults", "authorization", "identities", "resources"])
def test_an_adapter_is_made_once_on_the_commands_session(azure, session, name):
    adapter = getattr(azure, name)
    assert adapter is getattr(azure, name)
    assert adapter._session is session  # pylint: disable=protected-access  # nothing else shows whose it is


def test_content_is_asked_with_a_token_of_the_registrys_own_tenant(azure, session):
    audiences = []
    session.token_for = lambda audience, subscription: audiences.append(subscription) or "x.e30.x"
    session.cli_ctx = SimpleNamespace(config=SimpleNamespace(get=lambda *_, **__: None))
    azure.content_of(registry(registry_id=SECOND_ID)).caller_claims()
    azure.content_at("other.azurecr.io", REGISTRY_ID.subscription).caller_claims()
    assert audiences == [SECOND_ID.subscription, REGISTRY_ID.subscription]


def test_the_directory_is_that_of_the_registrys_tenant(azure):
    graph = azure.graph_of(registry(registry_id=SECOND_ID))
    assert graph._subscription() == SECOND_ID.subscription  # pylint: disable=protected-access  # no request shows it


def test_secrets_of_a_vault_and_of_its_host_alone(azure):
    of_vault, at_host = azure.secrets_of(vault()), azure.secrets_at(vault().host, REGISTRY_ID.subscription)
    differing = {name for name, value in vars(of_vault).items() if vars(at_host)[name] != value}
    assert differing == {"_lock"}, "the same host, subscription and session"


def test_credentials_for_an_upstream_do_not_show(azure):
    upstream = azure.upstream("docker.io", SecretValue("user"), SecretValue("hunter2"))
    assert "hunter2" not in repr(vars(upstream))


def test_no_sdk_is_loaded_before_an_adapter_is_needed():
    """A command that only explains an error text must not wait for SDKs."""
    code = ("import sys, types, azext_acrcache.adapters.azure as a; a.Azure(types.SimpleNamespace()); "
            "print([m for m in ('azure.mgmt', 'msal', 'requests', 'azure.core') if m in sys.modules])")
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
