"""Entra ID's sign-in: discovery and tokens for service principals (client credentials with a secret).

Protocol: learn.microsoft.com, entra/identity-platform/v2-oauth2-client-creds-grant-flow and reference-error-codes.
"""
from __future__ import annotations

import uuid
from datetime import datetime, timezone

from ...protocol.http import Reject, Request, Response, Router
from ...protocol.tokens import issue
from ...state.world import World

HOST = "login.microsoftonline.com"
_ALIASES = ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"]


def register(router: Router, world: World) -> None:
    entra = _Entra(world)
    router.add("GET", HOST, "/{tenant}/discovery/instance", entra.instances)
    # msal writes a double slash after `common`, and Entra minds no more than this does.
    for tenant in ("/{tenant}", "/{tenant}/"):
        for path in ("/v2.0/.well-known/openid-configuration", "/.well-known/openid-configuration"):
            router.add("GET", HOST, tenant + path, entra.configuration)
        router.add("POST", HOST, tenant + "/oauth2/v2.0/token", entra.token)


def audience_of(scope: str) -> str:
    """The resource that a `<resource>/.default` scope asks for; `https://x//.default` keeps its trailing slash."""
    return scope[:-len("/.default")] if scope.endswith("/.default") else scope


class _Entra:
    def __init__(self, world: World):
        self._world = world

    def instances(self, request: Request) -> Response:
        return Response(200, {
            "tenant_discovery_endpoint": f"https://{HOST}/{request.args['tenant']}/v2.0/.well-known/"
                                         "openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": HOST, "preferred_cache": "login.windows.net", "aliases": _ALIASES}]})

    def configuration(self, request: Request) -> Response:
        named = request.args["tenant"]
        tenant = "{tenantid}" if named in ("common", "organizations") else self._tenant(named)
        base = f"https://{HOST}/{named if named in ('common', 'organizations') else tenant}"
        return Response(200, {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"https://{HOST}/{tenant}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "tenant_region_scope": "WW",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com"})

    def token(self, request: Request) -> Response:
        form = dict(request.form())
        tenant = self._tenant(request.args["tenant"])
        grant = form.get("grant_type")
        if grant != "client_credentials":
            raise self._error(400, "unsupported_grant_type", 70003,
                              f"The app requested an unsupported grant type '{grant}'.")
        app_id, secret = _client(request, form)
        principal = self._world.directory.by_app_id(app_id)
        if principal is None or principal.tenant_id.lower() != tenant:
            raise self._error(400, "unauthorized_client", 700016,
                              f"Application with identifier '{app_id}' was not found in the directory "
                              f"'{self._world.directory.tenants[tenant]}'. This can happen if the application has not "
                              "been installed by the administrator of the tenant or consented to by any user in the "
                              "tenant. You may have sent your authentication request to the wrong tenant.")
        if principal.secret is None or secret != principal.secret:
            raise self._error(401, "invalid_client", 7000215,
                              "Invalid client secret provided. Ensure the secret being sent in the request is the "
                              "client secret value, not the client secret ID, for a secret added to app "
                              f"'{app_id}'.")
        request.caller = app_id
        lifetime = self._world.knobs.token_seconds
        audience = audience_of(form.get("scope", "").split(" ")[0])
        return Response(200, {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime,
                              "access_token": issue(self._world, principal, audience)},
                        {"cache-control": "no-store, no-cache"})

    def _tenant(self, name: str) -> str:
        tenant = self._world.directory.tenant(name)
        if tenant is None:
            raise self._error(400, "invalid_tenant", 90002,
                              f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are "
                              "signing into the correct cloud. Check with your subscription administrator, this may "
                              "happen if there are no active subscriptions for the tenant.")
        return tenant

    def _error(self, status: int, error: str, code: int, text: str) -> Reject:
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        at = datetime.fromtimestamp(self._world.clock.wall(), timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")
        return Reject(Response(status, {
            "error": error,
            "error_description": f"AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {correlation} "
                                 f"Timestamp: {at}",
            "error_codes": [code], "timestamp": at, "trace_id": trace, "correlation_id": correlation,
            "error_uri": f"https://{HOST}/error?code={code}"}))


def _client(request: Request, form: dict) -> tuple[str, str | None]:
    """The client's id and secret, from the form or from Basic authorization."""
    basic = request.basic()
    if basic:
        return basic
    return form.get("client_id", ""), form.get("client_secret")
