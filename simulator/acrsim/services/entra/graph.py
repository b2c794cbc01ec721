"""Microsoft Graph, as far as `az role assignment` and identity look-ups need it.

Shapes: recordings role-assignments-and-graph.json and aks-kubelet-identity.json.
"""
from __future__ import annotations

import re
from typing import Callable

from ...protocol.http import Reject, Request, Response, Router
from ...protocol.tokens import TokenError, verify
from ...state.directory import Principal
from ...state.world import World

HOST = "graph.microsoft.com"
_HEADERS = {"content-type": "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;"
                            "charset=utf-8"}
_KINDS = {"servicePrincipals": "ServicePrincipal", "users": "User", "groups": "Group"}
_ANY = re.compile(r"servicePrincipalNames/any\(c:c eq '([^']*)'\)")
_EQUALS = re.compile(r"(\w+) eq '([^']*)'")


def register(router: Router, world: World) -> None:
    graph = _Graph(world)
    routes = [("GET", "/v1.0/servicePrincipals(appId='{app}')", graph.by_app_id),
              ("POST", "/v1.0/directoryObjects/getByIds", graph.by_ids), ("GET", "/v1.0/me", graph.me)]
    for collection in _KINDS:
        routes += [("GET", f"/v1.0/{collection}", graph.collection(collection, graph.list)),
                   ("GET", f"/v1.0/{collection}/{{id}}", graph.collection(collection, graph.one))]
    for method, path, handler in routes:
        router.add(method, HOST, path, graph.guarded(handler))


class _Graph:
    """A new principal shows up once ARM knows it (knob identity_delay). # Guess: one delay for both."""

    def __init__(self, world: World):
        self._world = world

    def collection(self, name: str, handler):
        return lambda request: handler(request, name)

    def guarded(self, handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """Each refusal carries in innerError when it was, and the ids of the request."""
        def handle(request: Request) -> Response:
            try:
                return handler(request)
            except Reject as refusal:
                document, request_id = refusal.response.json(), self._world.new_guid()
                document["error"]["innerError"] = {
                    "date": self._world.clock.iso()[:19], "request-id": request_id,
                    "client-request-id": request.headers.get("client-request-id") or request_id}
                raise Reject(Response(refusal.response.status, document, refusal.response.headers)) from refusal
        return handle

    def list(self, request: Request, collection: str) -> Response:
        caller = self._caller(request)
        text = request.param("$filter") or ""
        found = [item for item in self._seen(caller, _KINDS[collection]) if _matches(item, text)]
        return Response(200, {"@odata.context": f"https://{HOST}/v1.0/$metadata#{collection}",
                              "value": [_shown(item) for item in found]}, _HEADERS)

    def one(self, request: Request, collection: str) -> Response:
        caller = self._caller(request)
        wanted = request.args["id"].lower()
        for item in self._seen(caller, _KINDS[collection]):
            if wanted in (item.object_id.lower(), item.display_name.lower() if item.kind == "User" else ""):
                return Response(200, {"@odata.context": f"https://{HOST}/v1.0/$metadata#{collection}/$entity",
                                      **_shown(item)}, _HEADERS)
        raise _missing(request.args["id"])

    def by_app_id(self, request: Request) -> Response:
        """The alternate key of a service principal."""
        caller = self._caller(request)
        for item in self._seen(caller, "ServicePrincipal"):
            if (item.app_id or "").lower() == request.args["app"].lower():
                return Response(200, {"@odata.context": f"https://{HOST}/v1.0/$metadata#servicePrincipals/$entity",
                                      **_shown(item)}, _HEADERS)
        raise _missing(request.args["app"])

    def by_ids(self, request: Request) -> Response:
        """`types` narrows by kind; at most 1,000 ids, as Graph's reference says."""
        caller, body = self._caller(request), request.json()
        wanted = {str(item).lower() for item in body.get("ids") or []}
        if len(wanted) > 1000:
            # Guess: the text.
            raise _error(400, "Request_BadRequest", "Too many ids: at most 1000 are allowed.")
        kinds = {str(item).lower() for item in body.get("types") or []} - {"directoryobject"}
        found = [item for item in self._seen(caller) if item.object_id.lower() in wanted
                 and (not kinds or item.kind.lower() in kinds)]
        return Response(200, {"@odata.context": f"https://{HOST}/v1.0/$metadata#directoryObjects",
                              "value": [{"@odata.type": "#microsoft.graph." + item.kind[0].lower() + item.kind[1:],
                                         **_shown(item)} for item in found]},
                        {**_HEADERS, "location": f"https://{HOST}"})

    def me(self, request: Request) -> Response:
        principal = self._caller(request)
        if principal.kind != "User":
            raise _error(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
        return Response(200, {"@odata.context": f"https://{HOST}/v1.0/$metadata#users/$entity", **_shown(principal)},
                        _HEADERS)

    def _caller(self, request: Request) -> Principal:
        """Raises Reject 401 without a token for Graph, 403 for a principal that may not read the directory."""
        try:
            claims = verify(self._world, request.bearer() or "", [f"https://{HOST}"])
        except TokenError as error:
            raise _error(401, "InvalidAuthenticationToken", "Access token is empty." if request.bearer() is None
                         else f"Access token validation failure. {error.reason}.") from error
        principal = self._world.directory.get(claims["oid"])
        if principal is None or not principal.reads_directory:
            raise _error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        request.caller = principal.app_id or principal.display_name
        return principal

    def _seen(self, caller: Principal, kind: str | None = None) -> list[Principal]:
        """The principals of the caller's tenant: nobody else's are in its directory."""
        return [item for item in self._world.directory if kind in (None, item.kind)
                and item.tenant_id.lower() == caller.tenant_id.lower()
                and self._world.directory.known_to_arm(item.object_id)]


def _matches(item: Principal, text: str) -> bool:
    if not text:
        return True
    name = _ANY.search(text)
    if name:
        return bool(item.app_id) and name[1].lower() == item.app_id.lower()
    fields = {"appid": item.app_id, "id": item.object_id, "displayname": item.display_name,
              "userprincipalname": item.display_name, "mail": item.display_name}
    terms = _EQUALS.findall(text)
    if not terms or any(key.lower() not in fields for key, _ in terms):
        raise _error(400, "Request_UnsupportedQuery", f"Unsupported or invalid query filter clause specified: {text}")
    hits = [str(fields[key.lower()]).lower() == value.lower() for key, value in terms]
    return any(hits) if " or " in text else all(hits)


def _shown(item: Principal) -> dict:
    base = {"id": item.object_id, "displayName": item.display_name}
    if item.kind == "User":
        return {**base, "userPrincipalName": item.display_name, "mail": None}
    if item.kind == "ServicePrincipal":
        names = [item.app_id]
        return {**base, "appId": item.app_id, "servicePrincipalNames": names, "accountEnabled": True,
                "servicePrincipalType": "ManagedIdentity" if item.managed else "Application",
                "appOwnerOrganizationId": item.tenant_id,
                "alternativeNames": [f"isExplicit={item.resource_id is not None}", item.resource_id]
                if item.managed and item.resource_id else []}
    return {**base, "securityEnabled": True}


def _missing(name: str) -> Reject:
    return _error(404, "Request_ResourceNotFound", f"Resource '{name}' does not exist or one of its queried "
                                                   "reference-property objects are not present.")


def _error(status: int, code: str, message: str) -> Reject:
    return Reject(Response(status, {"error": {"code": code, "message": message}}, _HEADERS))
