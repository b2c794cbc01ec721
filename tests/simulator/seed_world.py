"""Packaged seeds with a frozen clock, and calls in anybody's name, without a network."""
from __future__ import annotations

import copy
import functools

from acrsim.app import App
from acrsim.protocol.http import Request, Response
from acrsim.protocol.tokens import issue
from acrsim.seed import load_seed, plant, principal_named
from acrsim.state.knobs import Knobs
from acrsim.state.world import World

DEMO, OTHER = (f"/subscriptions/aaaaaaaa-0000-4000-8000-00000000000{n}" for n in (1, 2))
DEMO_GROUP = f"{DEMO}/resourceGroups/demo-rg"
REGISTRIES = f"{DEMO_GROUP}/providers/Microsoft.ContainerRegistry/registries"
VAULTS = f"{DEMO_GROUP}/providers/Microsoft.KeyVault/vaults"
SECRETS_USER = "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6"
LATEST = "2025-11-01"


class SeedWorld:
    """The named seeds, planted one after the other into one world."""

    def __init__(self, *seeds: str, **knobs):
        settings = Knobs()
        settings.turn({"clock_speed": 0, **knobs})
        self.app = App(World(settings))
        self.world = self.app.world
        for seed in seeds:
            plant(self.app, copy.deepcopy(_document(seed)))

    def plant(self, document: dict) -> None:
        plant(self.app, document)

    def principal(self, name: str):
        return principal_named(self.world, name)

    def token(self, who: str, audience: str = "https://management.azure.com") -> str:
        return issue(self.world, self.principal(who), audience)

    def arm(self, method: str, path: str, body: dict | bytes = b"", who: str = "owner",
            version: str = LATEST) -> Response:
        """A path gets an api-version; a whole URL, as status headers give it, goes out as it is."""
        url = path if path.startswith("https://") else \
            f"https://management.azure.com{path}{'&' if '?' in path else '?'}api-version={version}"
        return self.app.handle(Request.to(method, url, {"authorization": f"Bearer {self.token(who)}"}, body))

    def send(self, method: str, url: str, body: dict | bytes | str = b"", token: str | None = None) -> Response:
        """Any request, with a bearer token or none."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return self.app.handle(Request.to(method, url, headers, body))


@functools.lru_cache(maxsize=None)
def _document(seed: str) -> dict:
    """Reading YAML takes longer than planting it."""
    return load_seed(seed)


def code(answer: Response) -> str:
    """ARM's or the data plane's error code; nothing for an answer that is no error."""
    document = answer.json() if answer.body else {}
    if "errors" in document:
        return document["errors"][0]["code"]
    return document.get("error", {}).get("code", "")
