"""A registry's token service: /v2/, /oauth2/exchange and /oauth2/token.

Sources: recording acr-data-plane-tokens.json; acr/AAD-OAuth; fact sheet, section 6.
"""
from __future__ import annotations

from ...arm import ARM_AUDIENCES
from ...protocol.http import Headers, Request, Response, Router
from ...protocol.tokens import TokenError, sign, verify
from ...state.resources import Resource
from ..registry.host_names import has_address, login_names
from .authentication import (ACCESS_GRANT, HOST, REFRESH_GRANT, basic, caller_of_refresh_token, challenge,
                             registry_error, registry_of_host, require_any_token, sign_in)
from .repository_access import ACTIONS, ANONYMOUS, Caller, may_list, mode, permitted

REGISTRY_AUDIENCE = "https://containerregistry.azure.net"
REFRESH_SECONDS = 3 * 3600
ACCESS_SECONDS = 75 * 60


def register(router: Router, world) -> None:
    service = RegistryTokens(world)
    router.check_host(HOST, lambda host: has_address(world, host))
    router.add("GET", HOST, "/v2/", service.base)
    router.add("HEAD", HOST, "/v2/", service.base)
    router.add("POST", HOST, "/oauth2/exchange", service.exchange)
    router.add("POST", HOST, "/oauth2/token", service.token)
    router.add("GET", HOST, "/oauth2/token", service.token_by_header)


class RegistryTokens:
    def __init__(self, world):
        self._world = world

    def base(self, request: Request) -> Response:
        require_any_token(self._world, registry_of_host(self._world, request), request)
        return Response(200, {}, Headers({"docker-distribution-api-version": "registry/2.0"}))

    def exchange(self, request: Request) -> Response:
        """An Entra token for a refresh token of this registry."""
        registry, form = registry_of_host(self._world, request), dict(request.form())
        self._check_service(registry, form.get("service"))
        # The second of these is deprecated and also brings a refresh token of Entra, which is not needed.
        if form.get("grant_type") not in ("access_token", "access_token_refresh_token"):
            raise registry_error(400, "UNSUPPORTED", f"The grant_type '{form.get('grant_type')}' is not supported.")
        caller = self._caller_of_entra_token(registry, form.get("access_token", ""))
        return Response(200, {"refresh_token": self._refresh_token(registry, caller)})

    def token(self, request: Request) -> Response:
        """An access token for a refresh token, or for a user name and password."""
        registry, form = registry_of_host(self._world, request), request.form()
        fields = dict(form)
        self._check_service(registry, fields.get("service"))
        if fields.get("grant_type") == "refresh_token":
            caller = caller_of_refresh_token(self._world, registry, fields.get("refresh_token", ""))
        elif fields.get("grant_type") == "password":
            caller = sign_in(self._world, registry, fields.get("username", ""), fields.get("password", ""))
        else:
            raise registry_error(400, "UNSUPPORTED", f"The grant_type '{fields.get('grant_type')}' is not supported.")
        if caller is None:
            raise challenge(registry, problem="invalid_token")
        answer = self._access_token(registry, caller, [value for name, value in form if name == "scope"])
        by_password = fields["grant_type"] == "password"
        return self._with_refresh_token(registry, caller, answer) if by_password else Response(200, answer)

    def token_by_header(self, request: Request) -> Response:
        """Docker's way: GET with Basic, or without any for an anonymous pull."""
        registry = registry_of_host(self._world, request)
        self._check_service(registry, request.param("service"))
        credentials = basic(request)
        caller: Caller | None = ANONYMOUS
        if credentials is not None:
            caller = sign_in(self._world, registry, *credentials)
        elif not registry.properties["anonymousPullEnabled"]:
            caller = None
        if caller is None:
            raise challenge(registry)
        answer = self._access_token(registry, caller, request.params("scope"))
        return self._with_refresh_token(registry, caller, answer) if credentials is not None else Response(200, answer)

    def _with_refresh_token(self, registry: Resource, caller: Caller, answer: dict) -> Response:
        """For who signs in by user name and password. # Guess: an anonymous client gets no refresh token."""
        return Response(200, {**answer, "refresh_token": self._refresh_token(registry, caller)})

    def _access_token(self, registry: Resource, caller: Caller, scopes: list[str]) -> dict:
        """The body of the answer, for a 200 even where a right is missing: the token then has fewer actions."""
        now = int(self._world.clock.wall())
        access = [self._grant(registry, caller, scope) for value in scopes for scope in value.split()]
        return {"access_token": sign(self._world, {
            **self._claims(registry, caller, now), "exp": now + ACCESS_SECONDS, "grant_type": ACCESS_GRANT,
            "mode": mode(registry), "access": access})}

    def _refresh_token(self, registry: Resource, caller: Caller) -> str:
        now = int(self._world.clock.wall())
        return sign(self._world, {
            **self._claims(registry, caller, now), "exp": now + REFRESH_SECONDS, "grant_type": REFRESH_GRANT,
            "tenant": self._world.tenant_of(registry.id),
            "permissions": {"Actions": ["read", "write", "delete"], "NotActions": None}, "roles": []})

    def _grant(self, registry: Resource, caller: Caller, scope: str) -> dict:
        kind, _, rest = scope.partition(":")
        name, _, wanted = rest.rpartition(":")
        if not name:
            raise registry_error(400, "UNSUPPORTED", f"The scope '{scope}' cannot be read.")
        actions = [action for action in wanted.split(",") if action]
        if kind == "repository":
            may = permitted(self._world, registry, caller, name)
            if "*" in actions:
                actions = list(ACTIONS)
            return {"type": kind, "name": name, "actions": [action for action in actions if action in may]}
        if (kind, name) == ("registry", "catalog"):
            return {"type": kind, "name": name,
                    "actions": actions if may_list(self._world, registry, caller) else []}
        return {"type": kind, "name": name, "actions": []}

    def _caller_of_entra_token(self, registry: Resource, token: str) -> Caller:
        audiences = [REGISTRY_AUDIENCE]
        if registry.properties["policies"]["azureADAuthenticationAsArmPolicy"]["status"] == "enabled":
            audiences += ARM_AUDIENCES
        try:
            claims = verify(self._world, token, audiences)
        except TokenError as problem:
            raise challenge(registry) from problem
        principal = self._world.directory.get(claims["oid"])
        # Guess: a token of another tenant is refused like one that is no good.
        if principal is None or principal.tenant_id.lower() != self._world.tenant_of(registry.id).lower():
            raise challenge(registry)
        return Caller("principal", principal.app_id or principal.display_name, principal.object_id)

    def _claims(self, registry: Resource, caller: Caller, now: int) -> dict:
        claims = {"jti": self._world.new_guid(), "sub": caller.name, "nbf": now - 900, "iat": now,
                  "iss": "Azure Container Registry", "aud": registry.properties["loginServer"], "version": "1.0",
                  "rid": registry.name.lower(), "caller": caller.kind}
        return {**claims, "oid": caller.principal_id} if caller.principal_id else claims

    def _check_service(self, registry: Resource, service: str | None) -> None:
        if service is not None and service.lower() not in login_names(registry):
            # Guess: the answer for a service that is not this registry.
            raise registry_error(400, "UNSUPPORTED", f"The service '{service}' is not this registry.")
