"""Pools of HTTPS connections."""
from __future__ import annotations

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.util.retry import Retry

_SIZE = 32


class _PromptAdapter(HTTPAdapter):
    """Sends a body at once behind a proxy too.

    urllib3 turns Nagle's algorithm on for proxies; together with delayed acknowledgements that costs about 40 ms for
    each request with a body.
    """

    def proxy_manager_for(self, proxy, **proxy_kwargs):
        proxy_kwargs.setdefault("socket_options", HTTPConnection.default_socket_options)
        return super().proxy_manager_for(proxy, **proxy_kwargs)


def pool(retries: Retry | None = None) -> requests.Session:
    """A session with room for all that runs side by side. Without `retries` it never repeats a request itself."""
    session = requests.Session()
    session.mount("https://", _PromptAdapter(max_retries=retries or 0, pool_connections=_SIZE, pool_maxsize=_SIZE))
    return session
