from __future__ import annotations

import pytest

from .strict_client import FakeSession, FakeTime, StrictClient


@pytest.fixture
def client():
    made = StrictClient()
    yield made
    made.check_used()


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
def session(client):
    return FakeSession(client)
