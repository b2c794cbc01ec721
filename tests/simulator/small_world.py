"""A world with one subscription, one group, an owner and a frozen clock, for unit tests."""
from __future__ import annotations

from acrsim.app import App
from acrsim.protocol.http import Request, Response
from acrsim.protocol.tokens import issue
from acrsim.seed import assign
from acrsim.state.directory import Principal
from acrsim.state.knobs import Knobs
from acrsim.state.subscription import ResourceGroup, Subscription
from acrsim.state.world import World

SUB = "aaaaaaaa-0000-4000-8000-000000000001"
TENANT = "11111111-1111-4111-8111-111111111111"
SCOPE = f"/subscriptions/{SUB}"
GROUP = f"{SCOPE}/resourceGroups/rg"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/vault1"
ARM = "https://management.azure.com"
ROLES = "providers/Microsoft.Authorization/roleAssignments"


class SmallWorld:
    """`app` with principals `owner` (Owner) and `nobody` (no role); time moves only by `advance`."""

    def __init__(self, **knobs):
        settings = Knobs()
        settings.turn({"clock_speed": 0, **knobs})
        self.app = App(World(settings))
        self.world = self.app.world
        self.world.directory.add_tenant(TENANT, "contoso.onmicrosoft.com")
        self.world.add_subscription(Subscription(SUB, "demo", TENANT)).add_group(ResourceGroup("rg", "eastus"))
        self.owner = self.principal("owner")
        self.nobody = self.principal("nobody")
        self.grant(self.owner, "Owner", SCOPE)

    def principal(self, name: str, kind: str = "ServicePrincipal", member_of: list[str] | None = None) -> Principal:
        app_id = self.world.new_guid() if kind == "ServicePrincipal" else None
        return self.world.directory.add(Principal(self.world.new_guid(), app_id, kind, name, TENANT, f"{name}-secret",
                                                  member_of=member_of or []))

    def grant(self, principal: Principal, role: str, scope: str, condition: str | None = None):
        return assign(self.world, principal.object_id, principal.kind, role, scope, condition)

    def advance(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    def call(self, method: str, url: str, body: dict | str = b"", who: Principal | None = None,
             audience: str = "https://management.azure.com/", headers: dict | None = None) -> Response:
        """A request as `who` (default: the owner); a path alone goes to ARM with an api-version."""
        if url.startswith("/"):
            url = f"{ARM}{url}{'&' if '?' in url else '?'}api-version=2022-04-01"
        token = issue(self.world, who or self.owner, audience)
        return self.app.handle(Request.to(method, url, {"authorization": f"Bearer {token}", **(headers or {})}, body))

    def secret(self, method: str, path: str, body: dict | str = b"", who: Principal | None = None,
               vault: str = "vault1") -> Response:
        """A request to the data plane of a vault."""
        url = f"https://{vault}.vault.azure.net{path}{'&' if '?' in path else '?'}api-version=7.4"
        return self.call(method, url, body, who, "https://vault.azure.net")

    def put_vault(self, rbac: bool = True, name: str = "vault1", **properties) -> None:
        vault_id = VAULT.replace("vault1", name)
        answer = self.call("PUT", vault_id, {"location": "eastus", "properties": {
            "tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": rbac,
            "accessPolicies": [], **properties}})
        assert answer.status == 200, answer.body


def code(response: Response) -> str:
    """The error code of an answer."""
    return response.json()["error"]["code"]
