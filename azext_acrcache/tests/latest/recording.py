"""What a recording of these commands must not hold, and what must be the same in every recording."""
from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from azure.cli.testsdk.scenario_tests import RecordingProcessor
from azure.cli.testsdk.scenario_tests.const import MOCKED_TENANT_ID

SCRUBBED = "scrubbed"
# Keys of JSON bodies and forms whose values are secret: Key Vault's secrets, Entra's and the registry's tokens.
_SECRET_KEYS = ("access_token", "refresh_token", "accessToken", "refreshToken", "token", "client_secret", "password")
_ASSIGNMENT = re.compile(r"(/roleAssignments/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ONE_ASSIGNMENT = r"\g<1>88888888-0000-0000-0000-000000000001"
# Signed parameters of ARM's status URLs; they are long and say nothing.
_SIGNED = re.compile(r"([?&])[tcsh]=[^&\"]*")
_KEPT_REQUEST_HEADERS = {"accept", "commandname", "content-length", "content-type"}
_KEPT_HEADERS = {"azure-asyncoperation", "content-length", "content-type", "location", "www-authenticate"}


class SecretScrubber(RecordingProcessor):
    """Takes values of secrets and all tokens out of requests and answers before they are written."""

    def process_request(self, request):
        if request.body:
            request.body = _scrubbed(_text(request.body), _is_vault(request.uri)).encode()
        # No more than says what was asked: the others tell about the machine that recorded.
        for name in [name for name in request.headers if name.lower() not in _KEPT_REQUEST_HEADERS]:
            del request.headers[name]
        return request

    def process_response(self, response):
        headers = response["headers"]
        for name in [name for name in headers if name.lower() not in _KEPT_HEADERS]:
            del headers[name]
        body = response["body"]["string"]
        if body:
            # An answer does not tell its host; Key Vault's are known by their `id`.
            response["body"]["string"] = _scrubbed(_text(body), ".vault." in _text(body))
        return response


class AssignmentNames(RecordingProcessor):
    """Role assignments have names made from their subscription's ID, which is another one in a replay.

    One name for all will do, since the path before it tells them apart.
    """

    def process_request(self, request):
        request.uri = _ASSIGNMENT.sub(_ONE_ASSIGNMENT, request.uri)
        return request

    def process_response(self, response):
        body = response["body"]["string"]
        if body:
            response["body"]["string"] = _like(body, _ASSIGNMENT.sub(_ONE_ASSIGNMENT, _text(body)))
        return response


class SignedParameters(RecordingProcessor):
    """Drops `t`, `c`, `s` and `h` from status URLs, where they are given out and where they are used."""

    def process_request(self, request):
        request.uri = _unsigned(request.uri)
        return request

    def process_response(self, response):
        for name in ("location", "azure-asyncoperation"):
            self.replace_header_fn(response, name, _unsigned)
        return response


class TenantReplacer(RecordingProcessor):
    """The tenant of the recorded subscription becomes that of the replay's."""

    def __init__(self):
        self.tenant = None

    def process_request(self, request):
        if self.tenant:
            request.uri = request.uri.replace(self.tenant, MOCKED_TENANT_ID)
        return request

    def process_response(self, response):
        if self.tenant and response["body"]["string"]:
            body = response["body"]["string"]
            response["body"]["string"] = _like(body, _text(body).replace(self.tenant, MOCKED_TENANT_ID))
            self.replace_header(response, "www-authenticate", self.tenant, MOCKED_TENANT_ID)
        return response


def _is_vault(uri: str) -> bool:
    return ".vault." in (urlsplit(uri).hostname or "")


def _scrubbed(text: str, vault: bool) -> str:
    """`text`, a JSON document or a form, without secrets; anything else as it is."""
    keys = (*_SECRET_KEYS, "value") if vault else _SECRET_KEYS
    try:
        return json.dumps(_without(json.loads(text), keys))
    except ValueError:
        pairs = parse_qsl(text, keep_blank_values=True)
        if not any(key in keys for key, _ in pairs):
            return text
        return urlencode([(key, SCRUBBED if key in keys else value) for key, value in pairs])


def _without(document, keys):
    if isinstance(document, list):
        return [_without(item, keys) for item in document]
    if isinstance(document, dict):
        return {key: SCRUBBED if key in keys and isinstance(value, str) else _without(value, keys)
                for key, value in document.items()}
    return document


def _unsigned(uri: str) -> str:
    shorter = _SIGNED.sub(r"\1", uri)
    return re.sub(r"&{2,}", "&", shorter).replace("?&", "?").rstrip("?&")


def _text(body) -> str:
    return body.decode("utf-8") if isinstance(body, bytes) else body


def _like(body, text: str):
    return text.encode("utf-8") if isinstance(body, bytes) else text
