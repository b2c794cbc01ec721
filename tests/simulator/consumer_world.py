"""The packaged seed `consumers` with a frozen clock, and calls in anybody's name, without a network."""
from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

from acrsim.app import App
from acrsim.protocol.http import Request, Response
from acrsim.protocol.tokens import issue
from acrsim.seed import load_seed, plant, principal_named
from acrsim.state.knobs import Knobs
from acrsim.state.world import World

DEMO, OTHER, PARTNER, SEALED = (f"/subscriptions/aaaaaaaa-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
APPS = f"{DEMO}/resourceGroups/apps-rg/providers"
REGISTRIES = f"{DEMO}/resourceGroups/demo-rg/providers/Microsoft.ContainerRegistry/registries"
PULL_ONE, PULL_TWO = (f"{APPS}/Microsoft.ManagedIdentity/userAssignedIdentities/pull-{n}" for n in ("one", "two"))
REGISTRY_AUDIENCE = "https://containerregistry.azure.net"
ROLES = "providers/Microsoft.Authorization/roleAssignments"


class ConsumerWorld:
    def __init__(self, **knobs):
        settings = Knobs()
        settings.turn({"clock_speed": 0, **knobs})
        self.app = App(World(settings))
        self.world = self.app.world
        plant(self.app, load_seed("consumers"))

    def principal(self, name: str):
        return principal_named(self.world, name)

    def arm(self, method: str, path: str, body: dict | bytes = b"", who: str = "owner") -> Response:
        """A path gets an api-version; a whole URL, as status headers give it, goes out as it is."""
        url = path if path.startswith("https://") else \
            f"https://management.azure.com{path}{'&' if '?' in path else '?'}api-version=2024-07-01"
        token = issue(self.world, self.principal(who), "https://management.azure.com")
        return self.app.handle(Request.to(method, url, {"authorization": f"Bearer {token}"}, body))

    def graph(self, path: str, who: str = "owner", body: dict | None = None) -> Response:
        token = issue(self.world, self.principal(who), "https://graph.microsoft.com")
        return self.app.handle(Request.to("POST" if body else "GET", f"https://graph.microsoft.com/v1.0{path}",
                                          {"authorization": f"Bearer {token}"}, body or b""))

    def grant(self, registry: str, principal_id: str, role: str, condition: str | None = None,
              name: str | None = None, kind: str | None = "ServicePrincipal") -> Response:
        """A role assignment through ARM, as the owner."""
        definition = self.world.role_definitions.named(role).name
        properties = {"roleDefinitionId": f"{DEMO}/providers/Microsoft.Authorization/roleDefinitions/{definition}",
                      "principalId": principal_id, "principalType": kind}
        if condition:
            properties.update(condition=condition, conditionVersion="2.0")
        return self.arm("PUT", f"{REGISTRIES}/{registry}/{ROLES}/{name or self.world.new_guid()}",
                        {"properties": {key: value for key, value in properties.items() if value}})

    def exchange(self, registry: str, who: str, audience: str = REGISTRY_AUDIENCE) -> Response:
        """The registry's refresh token for an Entra token in anybody's name."""
        host, principal = f"{registry}.azurecr.io", self.principal(who)
        form = {"grant_type": "access_token", "service": host, "tenant": principal.tenant_id,
                "access_token": issue(self.world, principal, audience)}
        return self._form(host, "/oauth2/exchange", form)

    def granted(self, registry: str, who: str, repositories: list[str]) -> dict[str, list[str]]:
        """What the token service grants of pull and push on each repository, read from the access token."""
        host = f"{registry}.azurecr.io"
        exchanged = self.exchange(registry, who)
        assert exchanged.status == 200, exchanged.body
        answer = self._form(host, "/oauth2/token", [
            ("grant_type", "refresh_token"), ("service", host), ("refresh_token", exchanged.json()["refresh_token"]),
            *(("scope", f"repository:{name}:pull,push") for name in repositories)])
        assert answer.status == 200, answer.body
        payload = answer.json()["access_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return {item["name"]: item["actions"] for item in claims["access"]}

    def _form(self, host: str, path: str, form) -> Response:
        return self.app.handle(Request.to("POST", f"https://{host}{path}",
                                          {"content-type": "application/x-www-form-urlencoded"}, urlencode(form)))
