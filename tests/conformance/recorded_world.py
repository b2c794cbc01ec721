"""A world in which the recordings' preconditions are true, and tokens for its owner."""
from __future__ import annotations

from acrsim.app import App
from acrsim.protocol.tokens import issue
from acrsim.seed import plant
from acrsim.state.knobs import Knobs
from acrsim.state.world import World
from recordings import Replay

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
TENANT = "000000e2-0000-4000-8000-0000000000e2"
OWNER = "000000d6-0000-4000-8000-0000000000d6"
AUDIENCES = {"management.azure.com": "https://management.azure.com/", "graph.microsoft.com":
             "https://graph.microsoft.com"}


def recorded_app(groups: list[str], document: dict | None = None, role: str = "Owner",
                 knobs: dict | None = None) -> App:
    """An app with the recordings' subscription and tenant, these groups and an owner (or another role)."""
    settings = Knobs()
    settings.turn(knobs or {})
    app = App(World(settings))
    plant(app, {
        "tenants": [{"id": TENANT, "domain": "example.com"}],
        "subscriptions": [{"id": SUBSCRIPTION, "name": "recorded", "tenant": TENANT,
                           "groups": [{"name": name, "location": "eastus"} for name in groups]}],
        "principals": [{"name": "user@example.com", "kind": "User", "objectId": OWNER,
                        "roles": [{"role": role, "scope": f"/subscriptions/{SUBSCRIPTION}"}]}]})
    plant(app, document or {})
    return app


def replay(app: App) -> Replay:
    """A replay that signs in as the owner."""
    owner = app.world.directory.get(OWNER)
    return Replay(app, lambda host: issue(app.world, owner, AUDIENCES.get(host, "https://vault.azure.net")))
