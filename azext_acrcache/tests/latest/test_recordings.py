"""No recording holds a secret."""
from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from azext_acrcache.tests.latest.recording import SCRUBBED, SecretScrubber
from azext_acrcache.tests.latest.test_acrcache_scenario import MARKER

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.yaml"))
# What the simulator's demo world holds: its upstream passwords, and the beginning of any JWT.
FORBIDDEN = [MARKER, "dckr_pat_", "ghp_", "owner-secret", "eyJ"]


def test_there_are_recordings():
    assert len(RECORDINGS) >= 4


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_no_secret_is_in_a_recording(recording):
    text = recording.read_text(encoding="utf-8")
    assert [word for word in FORBIDDEN if word in text] == []
    for exchange in yaml.safe_load(text)["interactions"]:
        assert not {"authorization", "cookie"} & {name.lower() for name in exchange["request"]["headers"]}


class _Request:
    def __init__(self, uri: str, body: bytes):
        self.uri, self.body, self.headers = uri, body, {}


@pytest.mark.parametrize("uri, body", [
    ("https://mykeyvault.vault.azure.net/secrets/pat?api-version=7.4", json.dumps({"value": MARKER}).encode()),
    ("https://myregistry.azurecr.io/oauth2/exchange", f"grant_type=access_token&access_token={MARKER}".encode()),
    ("https://myregistry.azurecr.io/oauth2/token", f"scope=a&refresh_token={MARKER}".encode()),
])
def test_requests_are_scrubbed(uri, body):
    recorded = SecretScrubber().process_request(_Request(uri, body)).body.decode()
    assert MARKER not in recorded and SCRUBBED in recorded


@pytest.mark.parametrize("body", [
    {"value": MARKER, "id": "https://mykeyvault.vault.azure.net/secrets/pat/0123"},
    {"refresh_token": MARKER}, {"access_token": MARKER},
])
def test_answers_are_scrubbed(body):
    answer = {"headers": {"Set-Cookie": [MARKER]}, "body": {"string": json.dumps(body)}}
    recorded = json.dumps(SecretScrubber().process_response(answer))
    assert MARKER not in recorded and SCRUBBED in recorded


def test_lists_of_azure_keep_their_value():
    """ARM's lists have a key `value` too, as an array."""
    body = {"value": [{"id": "/subscriptions/x/providers/Microsoft.KeyVault/vaults/v",
                       "properties": {"vaultUri": "https://v.vault.azure.net/"}}]}
    answer = {"headers": {}, "body": {"string": json.dumps(body)}}
    assert json.loads(SecretScrubber().process_response(answer)["body"]["string"]) == body
