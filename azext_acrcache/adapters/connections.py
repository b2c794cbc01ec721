"""The pool of HTTPS connections of one command: every request to any service goes through it.

It lets requests pass as the gate says and repeats none. Proxies and the CA bundle come from the environment
(HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE); sign-in never does.
"""
from __future__ import annotations

from typing import Any, Mapping
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection

from azext_acrcache.adapters.request_gate import RequestGate, RequestTarget
from azext_acrcache.concurrency import MOST_SIDE_BY_SIDE

_SIZE = MOST_SIDE_BY_SIDE


class _GatedAdapter(HTTPAdapter):
    """Holds a place of the gate from the request to the end of its answer.

    Sends a body at once behind a proxy too: urllib3 turns Nagle's algorithm on for proxies; together with delayed
    acknowledgements that costs about 40 ms for each request with a body.
    """

    def __init__(self, gate: RequestGate, **options):
        self._gate = gate
        super().__init__(**options)

    def proxy_manager_for(self, proxy, **proxy_kwargs):
        proxy_kwargs.setdefault("socket_options", HTTPConnection.default_socket_options)
        return super().proxy_manager_for(proxy, **proxy_kwargs)

    def send(self, request, stream=False, **options):  # pylint: disable=arguments-differ  # the rest is passed on
        with self._gate.passing(RequestTarget.of(request.url), request.method) as answered:
            response = super().send(request, stream=stream, **options)
            if not stream:
                response.content  # pylint: disable=pointless-statement  # reads the body, which requests keeps
            answered(response.headers)
            return response


class _OwnSignIn(AuthBase):
    """Leaves a request as it is. Without any `auth`, requests takes one from ~/.netrc in place of our header."""

    def __call__(self, request):
        return request


class Connections(requests.Session):
    """A session with room for all that runs side by side.

    :param gate: of the command.
    """

    def __init__(self, gate: RequestGate):
        super().__init__()
        self.auth = _OwnSignIn()
        self.mount("https://", _GatedAdapter(gate, max_retries=0, pool_connections=_SIZE, pool_maxsize=_SIZE))
        # Nothing that az acrcache asks for is served without TLS.
        self.adapters.pop("http://")
        # By host and what was asked for, how the environment has it reached.
        self._ways: dict[tuple, Mapping[str, Any]] = {}

    def merge_environment_settings(self, url, proxies, stream, verify, cert):
        """What the environment says of a host, read once: requests reads all of it twice for each request, which is a
        tenth of what a request costs."""
        if proxies:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        key = (urlsplit(url).netloc, stream, verify, cert)
        if key not in self._ways:
            self._ways[key] = super().merge_environment_settings(url, {}, stream, verify, cert)
        return {**self._ways[key], "proxies": dict(self._ways[key]["proxies"])}

    def rebuild_auth(self, prepared_request, response):
        """No redirect takes a token along, nor credentials of ~/.netrc."""
        prepared_request.headers.pop("Authorization", None)
