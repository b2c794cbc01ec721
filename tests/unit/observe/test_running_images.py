"""What runs in clusters and apps, with what could not be looked at."""
from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from azext_acrcache.adapters.aks_run_command import CommandStatus
from azext_acrcache.adapters.app_images import AppImages
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.state.running_images import RunningImage
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict, NotFound, SeveralErrors, ServiceError, UserError
from azext_acrcache.observe.running_images import cluster_ref, images_of_apps, images_of_clusters
from unit.adapters.strict_client import FakeSession, StrictClient
from unit.records import SUBSCRIPTION, TENANT
from unit.user_errors import refused

PROVIDERS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers"
AKS = BY_FLAG["aks"]
OTHER = "22222222-2222-2222-2222-222222222222"
ACCOUNTS = [{"id": SUBSCRIPTION, "name": "Production", "tenantId": TENANT}, {"id": OTHER, "name": "Test"}]


class Kubernetes:
    """Run command of clusters. :ivar logs: by cluster and what is asked of it: `-A`, `-n NAME` or `namespaces`."""

    def __init__(self):
        self.logs: dict[tuple[str, str], str] = {}
        self.commands: list[tuple[str, str]] = []

    def begin(self, cluster, command, as_caller):
        asked = re.match(r"lines=\$\(kubectl get (?:pods (-A|-n [a-z0-9-]+)|(namespaces)) -o jsonpath=", command)
        key = cluster.name, asked[1] or asked[2]
        self.commands.append(key)
        return CommandStatus(exit_code=0, logs=self.logs[key])


def whole(*lines: str) -> str:
    return "\n".join(["acrcache-begin", *(f"acrcache {line}" for line in lines), "acrcache-end", ""])


def cut(*lines: str) -> str:
    return whole(*lines).replace("acrcache-end\n", "acrcache zz quay.io/half-of-a-na")


@pytest.fixture
def client():
    made = StrictClient()
    yield made
    made.check_used()


@pytest.fixture
def azure(client):
    session = FakeSession(client)
    session.subscriptions = lambda: ACCOUNTS
    return SimpleNamespace(session=session, run_commands=Kubernetes(), app_images=AppImages(session))


def cluster(name: str, **properties) -> dict:
    return {"id": f"{PROVIDERS}/{AKS.type}/{name}", "name": name, "properties": properties}


def listed(client, *bodies: dict) -> None:
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/providers/{AKS.type}", body={"value": list(bodies)})


def running(name: str, namespace: str, text: str) -> RunningImage:
    return RunningImage(text, ArmId.parse(cluster(name)["id"]), AKS, namespace)


def test_one_command_for_a_cluster(azure, client):
    listed(client, cluster("one"), cluster("two"))
    azure.run_commands.logs = {("one", "-A"): whole("shop nginx:1 busybox", "db postgres"),
                               ("two", "-A"): whole()}
    there = images_of_clusters(azure, [cluster_ref(text) for text in ("one", "two", "ONE")])
    assert there.images == (running("one", "db", "postgres"), running("one", "shop", "busybox"),
                            running("one", "shop", "nginx:1"))
    assert there.images[0].sure and there.unseen == ()
    assert sorted(azure.run_commands.commands) == [("one", "-A"), ("two", "-A")]


def test_an_answer_that_is_cut_goes_on_by_namespace(azure, client):
    listed(client, cluster("one"))
    azure.run_commands.logs = {
        ("one", "-A"): cut("a nginx:1"), ("one", "namespaces"): whole("a", "b", "c"),
        ("one", "-n a"): whole("a nginx:1", "a redis"), ("one", "-n b"): whole(), ("one", "-n c"): whole("c mongo")}
    there = images_of_clusters(azure, [cluster_ref("one")])
    assert there.images == (running("one", "a", "nginx:1"), running("one", "a", "redis"), running("one", "c", "mongo"))
    assert there.unseen == () and len(azure.run_commands.commands) == 5


def test_a_namespace_that_is_cut_too_is_told(azure, client):
    listed(client, cluster("one"))
    azure.run_commands.logs = {("one", "-A"): cut("a nginx:1"), ("one", "namespaces"): cut("a", "b"),
                               ("one", "-n a"): cut("a nginx:1"), ("one", "-n b"): whole("b redis")}
    there = images_of_clusters(azure, [cluster_ref("one")])
    assert there.images == (running("one", "a", "nginx:1"), running("one", "b", "redis"))
    assert [("namespaces" in reason.reason, "'a'" in reason.reason, "'one'" in reason.reason)
            for reason in there.unseen] == [(True, False, True), (False, True, True)]


def test_clusters_that_take_no_command_are_told_together(azure, client):
    listed(client, cluster("good"), cluster("stopped", powerState={"code": "Stopped"}),
           cluster("closed", apiServerAccessProfile={"disableRunCommand": True}))
    azure.run_commands.logs = {("good", "-A"): whole("a nginx")}
    refused(lambda: images_of_clusters(azure, [cluster_ref(name) for name in ("stopped", "good", "closed")]),
            "'stopped' is stopped", "disabled in the AKS cluster 'closed'", kind=SeveralErrors, runs="az aks start")


def test_a_cluster_that_is_not_there(azure, client):
    listed(client)
    refused(lambda: images_of_clusters(azure, [cluster_ref("nosuch")]), "nosuch", kind=NotFound,
            runs="az resource list")
    vault = f"{PROVIDERS}/Microsoft.KeyVault/vaults/myvault"
    refused(lambda: images_of_clusters(azure, [cluster_ref(vault)]), "myvault", kind=UserError)
    azure.run_commands.begin = lambda *_: CommandStatus(reason="no room")
    listed(client, cluster("full"))
    refused(lambda: images_of_clusters(azure, [cluster_ref("full")]), "no room", kind=Conflict)


SITE = f"{PROVIDERS}/Microsoft.Web/sites/mysite"
APP, JOB = f"{PROVIDERS}/Microsoft.App/containerApps/myapp", f"{PROVIDERS}/Microsoft.App/jobs/myjob"
TEMPLATE = {"template": {"containers": [{"image": "quay.io/team/app:1"}]}}
TYPES = ("Microsoft.Web/sites", "Microsoft.App/containerApps", "Microsoft.App/jobs",
         "Microsoft.ContainerInstance/containerGroups")


def apps(client, subscription: str = SUBSCRIPTION, **bodies) -> None:
    """Lays the lists out; (status, code) in the place of bodies refuses one."""
    for resource_type in TYPES:
        there = bodies.get(resource_type.rpartition("/")[2], [])
        path = f"/subscriptions/{subscription}/providers/{resource_type}"
        if isinstance(there, tuple):
            client.answer("GET", path, there[0], {"error": {"code": there[1], "message": "may not"}})
        else:
            client.answer("GET", path, body={"value": there})


def config(client, site: str, version: str) -> None:
    client.answer("GET", f"{site}/config/web", body={"properties": {"linuxFxVersion": version}})


def texts(there) -> list[tuple[str, str, str]]:
    return [(image.kind.flag, "/".join(image.resource.names), image.text) for image in there.images]


def test_all_apps_of_the_current_subscription(azure, client):
    site = {"id": SITE, "name": "mysite", "kind": "app", "properties": {}}
    apps(client, sites=[site], containerApps=[{"id": APP, "name": "myapp", "properties": TEMPLATE}],
         jobs=[{"id": JOB, "name": "myjob", "properties": TEMPLATE}, {
             "id": f"{JOB}2", "name": "myjob2", "properties": {**TEMPLATE, "provisioningState": "Deleting"}}])
    config(client, SITE, "DOCKER|nginx:1")
    client.answer("GET", f"{SITE}/slots", body={"value": [{**site, "id": f"{SITE}/slots/next"}]})
    config(client, f"{SITE}/slots/next", "DOCKER|nginx:2")
    there = images_of_apps(azure)
    assert texts(there) == [("containerapp", "myapp", "quay.io/team/app:1"),
                            ("containerapp-job", "myjob", "quay.io/team/app:1"),
                            ("webapp", "mysite", "nginx:1"), ("webapp", "mysite/next", "nginx:2")]
    assert there.unseen == ()


def test_subscriptions_by_name_and_id_each_once(azure, client):
    apps(client)
    apps(client, OTHER)
    assert images_of_apps(azure, ["production", SUBSCRIPTION.upper(), "Test"]).images == ()


def test_subscriptions_that_nobody_is_signed_in_to(azure, monkeypatch):
    refused(lambda: images_of_apps(azure, ["nosuch"]), "nosuch", kind=NotFound, runs="az account list")
    monkeypatch.setattr(azure.session, "subscriptions", lambda: [{**account, "name": "same"} for account in ACCOUNTS])
    refused(lambda: images_of_apps(azure, ["same"]), SUBSCRIPTION, OTHER, kind=UserError)


def test_what_may_not_be_seen_does_not_hide_the_rest(azure, client):
    site = {"id": SITE, "name": "mysite", "kind": "functionapp", "properties": {}}
    apps(client, sites=[site], containerApps=(403, "AuthorizationFailed"), jobs=(404, "SubscriptionNotRegistered"),
         containerGroups=(409, "MissingSubscriptionRegistration"))
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/resources", body={"value": []})
    config(client, SITE, "COMPOSE|%")
    client.answer("GET", f"{SITE}/slots", 403, {"error": {"code": "AuthorizationFailed", "message": "no slots"}})
    there = images_of_apps(azure)
    assert there.images == ()
    assert [word in reason.reason for word, reason in zip(
        ("function app 'mysite'", "no slots", "Microsoft.App/containerApps"), there.unseen)] == [True] * 3


def test_an_app_that_can_t_be_read_is_told(azure, client):
    site = {"id": SITE, "name": "mysite", "kind": "app", "properties": {}}
    apps(client, sites=[site])
    client.answer("GET", f"{SITE}/config/web", 403, {"error": {"code": "AuthorizationFailed", "message": "no config"}})
    client.answer("GET", f"{SITE}/slots", body={"value": []})
    reason, = images_of_apps(azure).unseen
    assert "no config" in reason.reason and not reason.silent


def test_a_list_that_is_refused_otherwise_is_an_error(azure, client):
    apps(client, sites=(400, "Broken"))
    with pytest.raises(ServiceError, match="Broken"):
        images_of_apps(azure)
