"""REST-shaped requests through the pipeline of an SDK client that az has set up.

The client gives sign-in, proxies and logging as everywhere in az; bodies and answers stay plain dicts and the API
version is always ours, so that no model of a later SDK release can get between. Retries are ours (retries.py), and no
redirect is followed: the pipeline would sign it in anew.
"""
from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping
from urllib.parse import quote

from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.adapters.retries import ConnectionDropped, RetryRules, retry_after, send_with_retries
from azext_acrcache.adapters.trusted_hosts import check_url_of
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable

# A proxy or a service that accepts a request and never answers must not hold the command for the SDK's 300 s.
CONNECTION_TIMEOUT, READ_TIMEOUT = 30, 90
# What Azure may do twice with the same result.
_REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})
_SHOWN = 500


@dataclass(frozen=True)
class Answer:
    """:ivar body: the answer's JSON; a list or a bare value stands under `value`. Empty where there was no body."""

    status: int
    body: Mapping
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _RawAnswer:
    """What came back from one try. :ivar body: None where it is no JSON; then `text` is what it is."""

    status_code: int
    headers: Mapping[str, str]
    reason: str
    body: Mapping | None
    text: str = ""


class Rest:
    """:param client: an SDK client whose pipeline carries the requests.
    :param base_url: what paths are relative to, without a slash at the end. The client's token goes to its host only.
    :param first_request: set when a request is about to go out.
    :param gate: of the command.
    :param error_of: code and message of the service's error body.
    :param options: what the client's pipeline is told with each request.
    """

    def __init__(self, client, base_url: str, first_request: threading.Event | None = None,
                 gate: RequestGate | None = None, error_of: Callable[[Mapping], tuple[str, str]] | None = None,
                 options: Mapping[str, Any] | None = None):
        self._send = getattr(client, "send_request", None) or getattr(client, "_send_request", None) or \
            client._client.send_request  # pylint: disable=protected-access  # older SDK clients have nothing public
        self._base_url = base_url.rstrip("/")
        self._first_request = first_request or threading.Event()
        self._gate = gate or RequestGate()
        self._error_of = error_of or arm_error
        self._options = options or {}

    def call(self, method: str, path: str, api_version: str | None, *, body: Mapping | None = None,
             params: Mapping[str, str] | None = None, subject: str = "", repeatable: bool = False) -> Answer:
        """Raises ServiceError for any status from 400 on, ServiceUnreachable where no answer of the service came.

        :param api_version: None for services that have theirs in the path.
        :param repeatable: for a POST that changes nothing, so that it may be sent again after a failure.
        """
        version = {"api-version": api_version} if api_version else {}
        return self._request(method, self._base_url + quote(path, safe="/"), {**version, **(params or {})}, body,
                             subject or path, repeatable)

    def get(self, path: str, api_version: str | None, **options) -> Mapping:
        return self.call("GET", path, api_version, **options).body

    def find(self, path: str, api_version: str | None, **options) -> Mapping | None:
        """The resource, or None where it does not exist."""
        try:
            return self.get(path, api_version, **options)
        except ServiceError as error:
            if error.not_found:
                return None
            raise

    def pages(self, path: str, api_version: str, *, params: Mapping[str, str] | None = None, subject: str = ""
              ) -> Iterator[Mapping]:
        """The entries of a list, page after page."""
        subject = subject or path
        page = self.get(path, api_version, params=params, subject=subject)
        while True:
            entries = page.get("value") or []
            if not isinstance(entries, list):
                raise ServiceUnreachable(subject, "the answer is no list")
            yield from entries
            following = page.get("nextLink")
            if not following:
                return
            page = self.follow(str(following), subject).body

    def follow(self, url: str, subject: str) -> Answer:
        """GET a URL that the service gave, to the letter: status URLs carry signed parameters.

        Raises HostNotTrusted for one that leads to another host.
        """
        return self._request("GET", url, {}, None, subject)

    def _request(self, method: str, url: str, params: Mapping[str, str], body: Mapping | None, subject: str,
                 repeatable: bool = False) -> Answer:
        check_url_of(url, self._base_url, "the access token", subject)
        self._first_request.set()
        try:
            raw = send_with_retries(self._gate, url, lambda: self._once(method, url, params, body), RetryRules(
                repeatable=repeatable or method in _REPEATABLE_METHODS), subject)
        except ConnectionDropped as error:
            raise ServiceUnreachable(subject, str(error)) from error.__cause__
        if raw.status_code >= 400:
            code, message = self._error_of(raw.body if raw.body is not None else {"message": raw.text[:_SHOWN]})
            raise ServiceError(raw.status_code, code or str(raw.status_code), message or raw.reason, subject,
                               retry_after(raw.headers))
        if 300 <= raw.status_code < 400:
            raise ServiceUnreachable(subject, "a redirect came in place of an answer, which is not followed with an "
                                     f"access token (status {raw.status_code})")
        if raw.body is None:
            raise ServiceUnreachable(subject, "something else answered in its place, with status "
                                     f"{raw.status_code} and no JSON")
        return Answer(raw.status_code, raw.body, raw.headers)

    def _once(self, method: str, url: str, params: Mapping[str, str], body: Mapping | None) -> _RawAnswer:
        """Raises ConnectionDropped."""
        from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError
        from azure.core.rest import HttpRequest
        request = HttpRequest(method, url, params=dict(params), json=dict(body) if body is not None else None)
        try:
            response = self._send(request, retry_total=0, permit_redirects=False,
                                  connection_timeout=CONNECTION_TIMEOUT, read_timeout=READ_TIMEOUT, **self._options)
        except (ServiceRequestError, ServiceResponseError) as error:
            raise ConnectionDropped(str(error)) from error
        except HttpResponseError as error:
            if not error.status_code:  # the answer broke off
                raise ConnectionDropped(str(error)) from error
            # The pipeline reads what calls itself JSON before we do: a gateway's, a sign-in page's, a captive portal's.
            return _RawAnswer(error.status_code, getattr(error.response, "headers", None) or {},
                              error.reason or str(error), None)
        try:
            content = response.json() if response.text() else {}
        except ValueError:
            return _RawAnswer(response.status_code, response.headers, response.reason or "", None, response.text())
        return _RawAnswer(response.status_code, response.headers, response.reason or "",
                          content if isinstance(content, Mapping) else {"value": content})


def arm_error(content: Mapping) -> tuple[str, str]:
    """Code and message of ARM's error envelope, which is not always wrapped."""
    error = content.get("error", content)
    if isinstance(error, Mapping):
        return str(error.get("code") or ""), str(error.get("message") or "")
    return "", str(error)
