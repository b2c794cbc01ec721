"""What is listed to see the images of all apps of a subscription."""
from __future__ import annotations

import pytest

from azext_acrcache.adapters.app_images import APP_KINDS, AppImages
from azext_acrcache.domain.consumers.images import UNREADABLE
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from unit.records import SUBSCRIPTION

PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers"
SITE, APP, GROUP = (f"{PROVIDERS}/{BY_FLAG[flag].type}/mine"
                    for flag in ("webapp", "containerapp", "container-instance"))
FUNCTION = {"id": SITE, "name": "mine", "kind": "functionapp,linux", "properties": {"state": "Running"}}


@pytest.fixture
def images(session):
    return AppImages(session)


def app(mode: str = "Single") -> dict:
    return {"id": APP, "name": "mine", "properties": {
        "configuration": {"activeRevisionsMode": mode, "secrets": [{"name": "token"}]},
        "template": {"initContainers": [{"image": "busybox"}], "containers": [{"image": "a:3"}, {"image": "b:1"}]}}}


def revision(image: str, active: bool) -> dict:
    return {"name": image, "properties": {"active": active, "template": {"containers": [{"image": image}]}}}


def test_the_kinds_of_apps():
    assert [kind.flag for kind in APP_KINDS] == ["webapp", "containerapp", "containerapp-job", "container-instance"]


def test_init_containers_run_too(images):
    assert images.images(BY_FLAG["containerapp"], app()) == ("busybox", "a:3", "b:1")
    group = {"id": GROUP, "name": "mine", "properties": {
        "containers": [{"properties": {"image": "a"}}], "initContainers": [{"properties": {"image": "b"}}]}}
    assert images.images(BY_FLAG["container-instance"], group) == ("b", "a")
    job = {**app(), "id": f"{PROVIDERS}/Microsoft.App/jobs/mine"}
    assert images.images(BY_FLAG["containerapp-job"], job) == ("busybox", "a:3", "b:1")


def test_revisions_that_run_beside_the_newest(images, client):
    client.answer("GET", f"{APP}/revisions", body={"value": [
        revision("a:1", False), revision("a:2", True), revision("a:3", True), {"name": "without properties"}]})
    assert images.images(BY_FLAG["containerapp"], app("Multiple")) == ("busybox", "a:3", "b:1", "a:2")


def test_function_apps_are_among_the_sites(images, client):
    kind = images.kind_of(BY_FLAG["webapp"], FUNCTION)
    assert kind is BY_FLAG["functionapp"] and images.kind_of(BY_FLAG["containerapp"], app()) is BY_FLAG["containerapp"]
    client.answer("GET", f"{SITE}/config/web", body={"properties": {"linuxFxVersion": "DOCKER|mcr.microsoft.com/f:1"}})
    assert images.images(kind, FUNCTION) == ("mcr.microsoft.com/f:1",)


def test_a_compose_file_that_can_t_be_read(images, client):
    client.answer("GET", f"{SITE}/config/web", body={"properties": {"linuxFxVersion": "COMPOSE|%"}})
    assert images.images(BY_FLAG["webapp"], {**FUNCTION, "kind": "app"}) == (UNREADABLE,)


def test_slots_are_listed_apart(images, client):
    client.answer("GET", f"{SITE}/slots", body={"value": [{"id": f"{SITE}/slots/next"}]})
    assert images.slots(FUNCTION) == [{"id": f"{SITE}/slots/next"}]


def test_who_may_not_list_sees_what_they_may_read(images, client):
    kind = BY_FLAG["containerapp"]
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/providers/{kind.type}", 403, {"error": {"code": "No"}})
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/resources", body={"value": [{"id": APP, "name": "mine"}]})
    outline, = images.apps(SUBSCRIPTION, kind)
    client.answer("GET", APP, body=app())
    assert images.images(kind, outline) == ("busybox", "a:3", "b:1")
