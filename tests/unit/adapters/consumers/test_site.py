from __future__ import annotations

import base64
from types import SimpleNamespace

import pytest

from azext_acrcache.adapters.consumers.site import READER
from azext_acrcache.domain.consumers.images import UNREADABLE
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from unit.records import SUBSCRIPTION

SITE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers/Microsoft.Web/sites/mine"
COMPOSE = base64.b64encode(b"""services:
  web:
    image: "myregistry.azurecr.io/web:1"  # ours
  side:
    image: nginx:1
""").decode()


def images(version: str, *containers: str, slot: str = "") -> tuple[str, ...]:
    asked = []

    def children(site, collection, api):
        asked.append(f"{site}/{collection}")
        return [{"name": str(place), "properties": {"image": image}} for place, image in enumerate(containers)]

    context = SimpleNamespace(
        resources=SimpleNamespace(children=children), login_server=lambda: "myregistry.azurecr.io",
        home_tenant_of=lambda subscription: "", child_properties=lambda site, path, api: {"linuxFxVersion": version})
    body = {"id": SITE + slot, "name": "mine", "kind": "app,linux,container", "properties": {}}
    found = READER.consumer(BY_FLAG["webapp"], body, context).images
    assert asked == ([f"{SITE}{slot}/sitecontainers"] if containers else [])
    return found


@pytest.mark.parametrize("version, found", [
    ("DOCKER|myregistry.azurecr.io/web:1", ("myregistry.azurecr.io/web:1",)), ("DOCKER|", ()), ("", ()),
    ("PYTHON|3.12", ()), (f"COMPOSE|{COMPOSE}", ("myregistry.azurecr.io/web:1", "nginx:1")),
    ("COMPOSE|no base64!", (UNREADABLE,)), (f"COMPOSE|{base64.b64encode(b'services: {}').decode()}", (UNREADABLE,))])
def test_the_images_of_a_site(version, found):
    assert images(version) == found


@pytest.mark.parametrize("slot", ["", "/slots/staging"])
def test_sidecars_are_asked_for(slot):
    assert images("sitecontainers", "myregistry.azurecr.io/web:1", "nginx:1", slot=slot) == (
        "myregistry.azurecr.io/web:1", "nginx:1")


def test_the_kind_tells_function_apps():
    assert READER.kind_of({"kind": "functionapp,linux"}).flag == "functionapp"
