from __future__ import annotations

import json
import logging
import time
from types import SimpleNamespace

import pytest
from azure.core.credentials import AccessToken
from azure.core.pipeline.policies import SansIOHTTPPolicy

from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
from azext_acrcache.adapters.session import Session, trace_options

OWN, DELEGATED, OLD = "aaaaaaaa-0000-0000-0000-000000000001", "aaaaaaaa-0000-0000-0000-000000000002", "old"
ACCOUNTS = [{"id": OWN, "tenantId": "managing", "homeTenantId": "managing", "state": "Enabled"},
            {"id": DELEGATED, "tenantId": "managing", "homeTenantId": "customer", "state": "Enabled"},
            {"id": OLD, "tenantId": "managing", "state": "Disabled"},
            {"id": "foreign", "tenantId": "elsewhere", "homeTenantId": "elsewhere", "state": "Enabled"}]


@pytest.fixture
def session(monkeypatch):
    suffixes = SimpleNamespace(keyvault_dns=".vault.azure.net", acr_login_server_endpoint=".azurecr.io")
    monkeypatch.setattr(Session, "subscriptions", lambda self: ACCOUNTS)
    monkeypatch.setattr(Session, "subscription", OWN)
    return Session(SimpleNamespace(cloud=SimpleNamespace(suffixes=suffixes)))


@pytest.mark.parametrize("subscription, home, sign_in", [
    (OWN, "managing", "managing"), (DELEGATED.upper(), "customer", "managing"), (OLD, "managing", "managing"),
    ("unknown", "", "")])
def test_under_lighthouse_the_home_tenant_is_not_the_one_signed_in_to(session, subscription, home, sign_in):
    assert session.home_tenant_of(subscription) == home
    assert session.sign_in_tenant_of(subscription) == sign_in


def test_other_subscriptions_are_those_of_the_same_sign_in(session):
    assert session.other_subscriptions() == [DELEGATED]


def test_suffixes_of_the_cloud(session):
    assert (session.registry_suffix, session.vault_suffix) == (".azurecr.io", ".vault.azure.net")
    assert session.is_vault_host("myvault.vault.azure.net")
    assert not session.is_vault_host("https://evil.example#.vault.azure.net")


def test_one_pool_and_one_gate_for_all(session):
    assert session.http() is session.http() and session.transport() is session.transport()
    assert session.transport().session is session.http()
    now = session.gate.deadline()
    session.patience(5)
    assert session.gate.deadline() < now and 0 < session.time_left() <= 5


@pytest.mark.parametrize("level, of_handler, options", [
    (logging.DEBUG, logging.DEBUG, {}), (logging.DEBUG, logging.WARNING, {"logging_enable": False}),
    (logging.INFO, logging.DEBUG, {"logging_enable": False})])
def test_requests_are_traced_only_where_somebody_reads_it(monkeypatch, level, of_handler, options):
    above = logging.getLogger("azure")
    monkeypatch.setattr(above, "handlers", [logging.NullHandler(of_handler)])
    monkeypatch.setattr(above, "propagate", False)
    monkeypatch.setattr(logging.getLogger("azure.cli.core.sdk.policies"), "isEnabledFor", level.__le__)
    assert trace_options() == options


def test_requests_whose_bodies_nothing_logs(session, monkeypatch, caplog):
    """Through a pipeline of their own, in which az's policy that prints bodies is replaced."""
    from azure.cli.core import _profile
    from azure.cli.core.commands import client_factory

    class LoudLogging(SansIOHTTPPolicy):
        def on_request(self, request):
            logging.getLogger("loud").debug("%s", request.http_request.body)

    sent = []

    def send(request, **options):
        sent.append(json.loads(request.body))
        return FakeResponse()

    endpoints = SimpleNamespace(resource_manager="https://management.azure.com/",
                                active_directory_resource_id="https://management.core.windows.net/")
    session.cli_ctx.cloud.endpoints = endpoints
    credential = SimpleNamespace(get_token=lambda *scopes, **options: AccessToken("a.token", time.time() + 3600))
    monkeypatch.setattr(_profile, "Profile", lambda cli_ctx: SimpleNamespace(
        get_login_credentials=lambda subscription_id: (credential, subscription_id, "tenant")))
    monkeypatch.setattr(client_factory, "prepare_client_kwargs_track2",
                        lambda cli_ctx: {"logging_policy": LoudLogging()})
    monkeypatch.setattr(session, "transport", lambda: SimpleNamespace(send=send))
    caplog.set_level(logging.DEBUG)
    rest = session.bodiless_rest(CONTAINER_REGISTRY, OWN)
    assert rest.call("POST", "/x", "2024-09-01", body={"clusterToken": "cluster.token"}).status == 202
    assert sent == [{"clusterToken": "cluster.token"}]
    assert "POST https://management.azure.com/x?api-version=2024-09-01: 202" in caplog.text
    assert "cluster.token" not in caplog.text and session.asked.is_set()


class FakeResponse:
    """A 202 without a body, as a transport answers it."""

    status_code, headers, reason, content_type = 202, {}, "Accepted", None

    def text(self, encoding=None) -> str:
        return ""

    def read(self) -> bytes:
        return b""

    body = read

    def json(self):
        raise ValueError("no body")

    def close(self) -> None:
        return
