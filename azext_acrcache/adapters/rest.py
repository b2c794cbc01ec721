"""REST-shaped requests through the pipeline of an SDK client that az has set up.

The client gives sign-in, retries, proxies and logging as everywhere in az; bodies and answers stay plain dicts and
the API version is always ours, so that no model of a later SDK release can get between.
"""
from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Iterator, Mapping
from urllib.parse import quote

from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable

# A proxy or a service that accepts a request and never answers must not hold the command for the SDK's 300 s.
CONNECTION_TIMEOUT, READ_TIMEOUT = 30, 90
_RETRIED_METHODS = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})
# Stands for a body that can't be read.
_NO_JSON: Mapping = {}


@dataclass(frozen=True)
class Answer:
    status: int
    body: Mapping
    headers: Mapping[str, str]


class Rest:
    """:param client: an SDK client whose pipeline carries the requests.
    :param base_url: what paths are relative to, without a slash at the end.
    :param asked: set when a request is about to go out.
    """

    def __init__(self, client, base_url: str, asked: threading.Event | None = None):
        self._send = getattr(client, "send_request", None) or getattr(client, "_send_request", None) or \
            client._client.send_request  # pylint: disable=protected-access
        self._base_url = base_url.rstrip("/")
        self._asked = asked or threading.Event()

    def call(self, method: str, path: str, api_version: str | None, *, body: Mapping | None = None,
             params: Mapping[str, str] | None = None, subject: str = "") -> Answer:
        """Raises ServiceError for any status from 400 on, ServiceUnreachable where no answer came.

        `api_version` is None for services that have theirs in the path.
        """
        version = {"api-version": api_version} if api_version else {}
        return self._request(method, self._base_url + quote(path, safe="/"), {**version, **(params or {})}, body,
                             subject or path)

    def get(self, path: str, api_version: str | None, **options) -> Mapping:
        return self.call("GET", path, api_version, **options).body

    def find(self, path: str, api_version: str, **options) -> Mapping | None:
        """The resource, or None where it does not exist."""
        try:
            return self.get(path, api_version, **options)
        except ServiceError as refused:
            if refused.not_found:
                return None
            raise

    def pages(self, path: str, api_version: str, *, params: Mapping[str, str] | None = None, subject: str = ""
              ) -> Iterator[Mapping]:
        """The entries of a list, page after page."""
        page = self.get(path, api_version, params=params, subject=subject)
        while True:
            yield from page.get("value") or ()
            following = page.get("nextLink")
            if not following:
                return
            page = self.follow(following, subject or path).body

    def follow(self, url: str, subject: str) -> Answer:
        """GET a URL that the service gave, to the letter: status URLs carry signed parameters."""
        return self._request("GET", url, {}, None, subject)

    def _request(self, method: str, url: str, params: Mapping[str, str], body: Mapping | None, subject: str) -> Answer:
        from azure.core.exceptions import DecodeError, ServiceRequestError, ServiceResponseError
        from azure.core.rest import HttpRequest
        request = HttpRequest(method, url, params=dict(params), json=dict(body) if body is not None else None)
        self._asked.set()
        try:
            response = self._send(request, retry_on_methods=_RETRIED_METHODS, connection_timeout=CONNECTION_TIMEOUT,
                                  read_timeout=READ_TIMEOUT)
        except (ServiceRequestError, ServiceResponseError) as ex:
            raise ServiceUnreachable(subject, str(ex)) from ex
        except DecodeError as ex:
            # The pipeline reads what calls itself JSON before we do.
            raise _foreign(subject, ex.status_code or 0, ex.reason or str(ex)) from ex
        content = _json(response)
        if response.status_code < 400 and content is _NO_JSON:
            raise _foreign(subject, response.status_code, response.reason or "")
        if response.status_code >= 400:
            code, message = error_of(content if content is not _NO_JSON else {"message": response.text()[:500]})
            raise ServiceError(response.status_code, code or str(response.status_code), message or response.reason or "",
                               subject)
        return Answer(response.status_code, content, response.headers)


def error_of(content: Mapping) -> tuple[str, str]:
    """Code and message of ARM's error envelope, which is not always wrapped."""
    error = content.get("error", content)
    if isinstance(error, Mapping):
        return str(error.get("code") or ""), str(error.get("message") or "")
    return "", str(error)


def _foreign(subject: str, status: int, reason: str) -> ServiceError | ServiceUnreachable:
    """What a gateway, a proxy's sign-in page or a captive portal answered in the service's place."""
    if status >= 400:
        return ServiceError(status, str(status), reason, subject)
    return ServiceUnreachable(subject, f"something else answered in its place, with status {status} and no JSON")


def _json(response) -> Mapping:
    try:
        content = response.json() if response.text() else {}
    except ValueError:
        return _NO_JSON
    return content if isinstance(content, Mapping) else {"value": content}
