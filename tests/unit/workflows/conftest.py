"""What the command line of every command tells: nothing that a fresh shell would not know."""
from types import SimpleNamespace

import pytest


@pytest.fixture(autouse=True)
def signed_in(monkeypatch):
    profile = SimpleNamespace(load_cached_subscriptions=lambda: [])
    monkeypatch.setattr("azure.cli.core._profile.Profile", lambda cli_ctx: profile)
