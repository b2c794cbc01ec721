"""The OCI distribution API as any registry speaks it: one manifest, and refusals in its own words.

Source: OCI distribution specification 1.1. No answer is asked for twice: a 429 is to be reported, and what waits is the
engine.
"""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Mapping, Protocol
from urllib.parse import urljoin

from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.adapters.retries import ONE_ANSWER, ConnectionDropped, RetryRules, send_with_retries
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.image_manifests import ACCEPT

# Seconds to connect and to answer: from outside a private network no connection ever comes about, and the first pull
# through a cache rule waits for the upstream.
TIMEOUT = (5, 60)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3


class Http(Protocol):
    """What is needed of a Session."""

    gate: RequestGate

    def http(self): ...


@dataclass(frozen=True)
class DistributionResponse:
    """An answer to a request for a manifest, good or not.

    :ivar origin: `X-Azure-Origin`, which is `upstream` until an image is the registry's own (Azure/acr issue 862).
    :ivar code, message: the registry's own words for a status from 300 on.
    :ivar headers: by name in lower case.
    """

    status: int
    digest: str | None = None
    media_type: str = ""
    origin: str | None = None
    body: bytes = b""
    code: str = ""
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        return self.status < 300

    @classmethod
    def of(cls, response) -> "DistributionResponse":
        """From an answer of `requests`."""
        code, message = error_in(response) if response.status_code >= 300 else ("", "")
        headers = {key.lower(): value for key, value in response.headers.items()}
        return cls(response.status_code, headers.get("docker-content-digest"), headers.get("content-type", ""),
                   headers.get("x-azure-origin"), response.content, code, message, headers)


def send(session: Http, method: str, url: str, subject: str, rules: RetryRules = ONE_ANSWER, **options):
    """One request; the answer as `requests` gives it, redirects too. Raises ServiceUnreachable where none came."""
    import requests

    def once():
        try:
            return session.http().request(method, url, allow_redirects=False, timeout=TIMEOUT, **options)
        except requests.RequestException as error:
            raise ConnectionDropped(f"{type(error).__name__}: {error}") from error

    try:
        return send_with_retries(session.gate, url, once, rules, subject)
    except ConnectionDropped as error:
        raise ServiceUnreachable(subject, str(error)) from error.__cause__


def ask(session: Http, method: str, url: str, subject: str, authorization: str | None = None, *,
        params: Mapping[str, str] | None = None, accept: str | None = None, redirects: int = _MOST_REDIRECTS
        ) -> DistributionResponse:
    """GET or HEAD of what a registry serves. Redirects are followed without the authorization, as to blob storage.

    :param authorization: the header's value. :param redirects: how many are followed at most.

    Raises ServiceUnreachable.
    """
    headers = {name: value for name, value in (("Accept", accept), ("Authorization", authorization)) if value}
    try:
        response = send(session, method, url, subject, headers=headers, params=params)
        for _ in range(redirects):
            location = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or not location:
                break
            url = urljoin(url, location)
            if not url.startswith("https://"):
                break
            response = send(session, method, url, subject, headers={"Accept": accept} if accept else {})
    except ServiceError as error:
        # The host asked for a pause before, and would answer the same now.
        return DistributionResponse(error.status, code="TOOMANYREQUESTS", message=error.message)
    return DistributionResponse.of(response)


def ask_manifest(session: Http, method: str, host: str, repository: str, reference: str, authorization: str | None,
                 subject: str) -> DistributionResponse:
    """HEAD or GET of a manifest. `authorization`: the header's value. Raises ServiceUnreachable."""
    return ask(session, method, f"https://{host}/v2/{repository}/manifests/{reference}", subject, authorization,
               accept=ACCEPT)


def ask_tags(session: Http, host: str, repository: str, authorization: str | None, subject: str
             ) -> DistributionResponse:
    """Whether a repository's tags may be listed: it exists and can be read. Raises ServiceUnreachable."""
    return ask(session, "GET", f"https://{host}/v2/{repository}/tags/list", subject, authorization, params={"n": "1"})


def json_of(response, subject: str) -> dict:
    """The JSON object in a good answer. Raises ServiceUnreachable where it is anything else."""
    try:
        body = json.loads(response.content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ServiceUnreachable(subject, "something else answered in its place, with status "
                                 f"{response.status_code} and no JSON")
    return body


def error_in(response) -> tuple[str, str]:
    """Code and message of the specification's error body, or of what stands in its place."""
    try:
        body = json.loads(response.content or b"{}")
        first = (body.get("errors") or [{}])[0]
        message = first.get("message") or body.get("details") or body.get("message") or body.get("detail")
        return str(first.get("code") or response.status_code), str(message or response.reason or "")
    except (AttributeError, ValueError, IndexError, KeyError, TypeError):
        return str(response.status_code), str(response.reason or "")
