"""Token endpoints that a machine offers its managed identities.

- virtual machines: `http://169.254.169.254/metadata/identity/oauth2/token` (IMDS), header `Metadata: true`
- App Service and Functions: the URL in IDENTITY_ENDPOINT, here `http://localhost/msi/token`, header X-IDENTITY-HEADER
- Cloud Shell: `http://localhost:50342/oauth2/token`, a form, for the user who is signed in

All are plain http. The clients of az (msal over requests) take HTTP_PROXY for them, so they reach the simulator as long
as NO_PROXY names neither address. Protocols: learn.microsoft.com, entra/identity/managed-identities-azure-resources/
how-to-use-vm-token and app-service/overview-managed-identity.
"""
from __future__ import annotations

import time

from ...protocol.http import Reject, Request, Response, Router
from ...protocol.tokens import issue
from ...seed import principal_named
from ...state.directory import Principal
from ...state.world import World

SEED_KEYS = {"machine"}
IMDS = "169.254.169.254"
LOCAL = "localhost"


class Machine:
    """`world.part(Machine)`: the identities of the machine on which clients run."""

    view_name = "machine"

    def __init__(self, _world: World):
        self.system: str | None = None
        self.user_assigned: list[str] = []
        self.cloud_shell_user: str | None = None

    def view(self) -> dict:
        return vars(self)


def register(router: Router, world: World) -> None:
    endpoint = _TokenEndpoints(world)
    router.add("GET", IMDS, "/metadata/identity/oauth2/token", endpoint.imds)
    router.add("GET", LOCAL, "/msi/token", endpoint.app_service)
    router.add("POST", LOCAL, "/oauth2/token", endpoint.cloud_shell)


def seed(world: World, document: dict) -> None:
    """`machine`: {system: principal, userAssigned: [principals], cloudShellUser: user}, each by name or id."""
    entry = document.get("machine") or {}
    machine = world.part(Machine)
    if "system" in entry:
        machine.system = principal_named(world, entry["system"]).object_id
    machine.user_assigned += [principal_named(world, name).object_id for name in entry.get("userAssigned") or []]
    if "cloudShellUser" in entry:
        machine.cloud_shell_user = principal_named(world, entry["cloudShellUser"]).object_id


class _TokenEndpoints:
    def __init__(self, world: World):
        self._world, self._machine = world, world.part(Machine)

    def imds(self, request: Request) -> Response:
        if request.headers.get("metadata", "").lower() != "true":
            raise _refused("bad_request_102", "Required metadata header not specified")
        principal = self._identity(request, {"client_id": "client_id", "object_id": "object_id",
                                             "msi_res_id": "resource", "mi_res_id": "resource"})
        resource, token, expires_in, expires_on = self._issue(request, principal)
        return Response(200, {"access_token": token, "client_id": principal.app_id, "expires_in": str(expires_in),
                              "expires_on": str(expires_on), "ext_expires_in": str(expires_in),
                              "not_before": str(expires_on - expires_in), "resource": resource,
                              "token_type": "Bearer"})

    def app_service(self, request: Request) -> Response:
        if not request.headers.get("x-identity-header"):
            # Guess: App Service's answer without the header.
            raise Reject(Response(401, {"statusCode": 401, "message": "The X-IDENTITY-HEADER header is missing."}))
        principal = self._identity(request, {"client_id": "client_id", "object_id": "object_id",
                                             "principal_id": "object_id", "mi_res_id": "resource"})
        resource, token, _, expires_on = self._issue(request, principal)
        return Response(200, {"access_token": token, "client_id": principal.app_id, "expires_on": str(expires_on),
                              "not_before": str(int(time.time())), "resource": resource, "token_type": "Bearer"})

    def cloud_shell(self, request: Request) -> Response:
        form = dict(request.form())
        user = self._machine.cloud_shell_user
        if request.headers.get("metadata", "").lower() != "true" or user is None or not form.get("resource"):
            raise Reject(Response(400, {"error": {"code": "invalid_request",
                                                  "message": "Metadata: true, a resource and a signed-in user are "
                                                             "needed."}}))
        principal = self._world.directory.get(user)
        lifetime, now = self._world.knobs.token_seconds, int(time.time())
        request.caller = principal.display_name
        return Response(200, {"access_token": issue(self._world, principal, form["resource"]), "refresh_token": "",
                              "expires_in": str(lifetime), "expires_on": str(now + lifetime), "not_before": str(now),
                              "resource": form["resource"], "token_type": "Bearer"})

    def _issue(self, request: Request, principal: Principal) -> tuple[str, str, int, int]:
        resource = request.param("resource")
        if not resource:
            raise _refused("invalid_request", "Required query variable 'resource' is missing")
        lifetime = self._world.knobs.token_seconds
        request.caller = principal.app_id
        return resource, issue(self._world, principal, resource), lifetime, int(time.time()) + lifetime

    def _identity(self, request: Request, names: dict[str, str]) -> Principal:
        """The identity asked for; without a name the system-assigned one, or the only user-assigned one."""
        for parameter, field in names.items():
            wanted = request.param(parameter)
            if wanted:
                for object_id in self._machine.user_assigned:
                    principal = self._world.directory.get(object_id)
                    value = principal and {"client_id": principal.app_id, "object_id": principal.object_id,
                                           "resource": principal.resource_id}[field]
                    if value and value.lower() == wanted.lower():
                        return principal
                raise _refused("invalid_request", "Identity not found")
        single = self._machine.user_assigned[0] if len(self._machine.user_assigned) == 1 else None
        principal = self._world.directory.get(self._machine.system or single or "")
        if principal is None:
            raise _refused("invalid_request", "Identity not found" if not self._machine.user_assigned else
                           "Multiple user assigned identities exist, please specify the clientId / resourceId of the "
                           "identity in the token request")
        return principal


def _refused(error: str, text: str) -> Reject:
    return Reject(Response(400, {"error": error, "error_description": text}))
