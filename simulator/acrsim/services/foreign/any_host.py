"""`evil.example` and every host below it: a stranger who answers anything, so that a client may be caught trusting it.

Each request is kept for `GET /world`, key foreignHosts, with the kinds of credentials in it, not their values.
"""
from __future__ import annotations

import json

from ...protocol.http import Headers, Request, Response, Router

HOSTS = ("evil.example", "{name:path}.evil.example")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SECRET_FIELDS = frozenset({"password", "access_token", "refresh_token", "client_secret", "secret", "assertion"})


class ForeignHosts:
    """`world.part(ForeignHosts)`: the requests that strangers got, oldest first."""

    view_name = "foreignHosts"

    def __init__(self, world):
        self.requests: list[dict] = []

    def view(self) -> list[dict]:
        """[{method, host, path, credentials}]; credentials: `Bearer`, `Basic`, and names of fields in the body."""
        return list(self.requests)


def register(router: Router, world) -> None:
    strangers = world.part(ForeignHosts)

    def answer(request: Request) -> Response:
        strangers.requests.append({"method": request.method, "host": request.host, "path": request.path,
                                   "credentials": _credentials(request)})
        return _answer(request)

    for host in HOSTS:
        for method in _METHODS:
            router.add(method, host, "/", answer)
            router.add(method, host, "/{rest:path}", answer)


def _credentials(request: Request) -> list[str]:
    scheme = request.headers.get("authorization", "").partition(" ")[0]
    try:
        document = json.loads(request.body or b"{}")
        fields = set(document) if isinstance(document, dict) else set()
    except ValueError:
        fields = {name for name, _ in request.form()}
    fields |= {name for name, _ in request.query}
    return sorted([scheme] * bool(scheme)) + sorted(fields & _SECRET_FIELDS)


def _answer(request: Request) -> Response:
    """What the client hopes for, whichever service it takes this host for."""
    path = request.path.lower()
    if path.startswith("/v2") and request.bearer() is None and "token" not in path:
        return Response(401, {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}, Headers({
            "www-authenticate": f'Bearer realm="https://{request.host}/token",service="{request.host}"'}))
    if "token" in path or "exchange" in path or "auth" in path:
        return Response(200, {"token": "foreign", "access_token": "foreign", "refresh_token": "foreign",
                              "token_type": "Bearer", "expires_in": 3600})
    if path.startswith("/secrets/"):
        return Response(200, {"id": f"https://{request.host}{request.path}", "value": "foreign",
                              "attributes": {"enabled": True}})
    return Response(200, {"status": "Succeeded", "value": []})
