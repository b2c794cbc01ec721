from __future__ import annotations

import pytest

from .strict_client import FakeSession, StrictClient


@pytest.fixture
def client():
    made = StrictClient()
    yield made
    made.check_used()


@pytest.fixture
def session(client):
    return FakeSession(client)
