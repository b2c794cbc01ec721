"""Consumers read from bodies of the shape that Azure answers (recordings aks-kubelet-identity and vm-identity)."""
from __future__ import annotations

import pytest

from azext_acrcache.adapters.consumers.look_up import Consumers
from azext_acrcache.adapters.consumers.reader import ReadContext, reader_of
from azext_acrcache.adapters.consumers.resources import Resources
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import BY_FLAG, KINDS, shares_its_type
from azext_acrcache.domain.consumers.settings import RegistriesSettings, WebSettings
from azext_acrcache.domain.values.errors import Conflict, NotFound, SeveralErrors, UserError
from unit.records import SUBSCRIPTION, TENANT
from unit.user_errors import refused

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers"
LISTS = f"/subscriptions/{SUBSCRIPTION}/providers"
OWN, KUBELET, ONE = (f"4444444{digit}-4444-4444-4444-444444444444" for digit in "012")
UAMI = f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/one"
SYSTEM = {"type": "SystemAssigned", "principalId": OWN, "tenantId": TENANT}
BOTH = {"type": "SystemAssigned, UserAssigned", "principalId": OWN, "tenantId": TENANT,
        "userAssignedIdentities": {UAMI: {"principalId": ONE, "clientId": "client-one"}}}
ONLY_ONE = {"type": "UserAssigned", "userAssignedIdentities": BOTH["userAssignedIdentities"]}
ASSIGNED = Identity(ONE, UAMI, "client-one")


class FakeGraph:
    def service_principal(self, text: str) -> DirectoryEntry:
        return DirectoryEntry(f"object-of-{text}", "ServicePrincipal", "an app", text)


@pytest.fixture
def look(session, client):
    """(word, text) of each -> the consumers; a body is laid out by (word, body)."""
    session.subscriptions = lambda: [{"id": SUBSCRIPTION, "tenantId": TENANT}]
    context = ReadContext(FakeGraph(), Resources(session), lambda: "myregistry.azurecr.io", lambda _: TENANT)

    consumers = Consumers(session, context)

    def refs(named: tuple[tuple[str, str], ...]) -> list[ConsumerRef]:
        return [ConsumerRef(BY_FLAG[word], text) for word, text in named]

    def found(*named: tuple[str, str]):
        return consumers.find(refs(named))

    found.look_up = lambda *named: consumers.look_up(refs(named))
    found.listed = lambda word, *bodies: client.answer("GET", f"{LISTS}/{BY_FLAG[word].type}",
                                                       body={"value": list(bodies)})
    return found


def body(word: str, name: str = "mine", identity: dict | None = None, group: str = "my-rg", **properties) -> dict:
    return {"id": f"{GROUP.replace('my-rg', group)}/{BY_FLAG[word].type}/{name}", "name": name, "location": "westus",
            "identity": identity, "properties": properties}


@pytest.mark.parametrize("word", ["vm", "vmss"])
@pytest.mark.parametrize("identity, found", [(None, ()), (SYSTEM, (Identity(OWN),)), (BOTH, (Identity(OWN), ASSIGNED)),
                                             (ONLY_ONE, (ASSIGNED,))])
def test_machines(look, word, identity, found):
    look.listed(word, body(word, identity=identity), body(word, "another"))
    one, = look((word, "MINE"))
    assert (one.identities, one.tenant_id, one.location) == (found, TENANT, "westus")


def test_a_cluster_pulls_as_its_kubelet(look):
    kubelet = {"resourceId": UAMI, "clientId": "client-one", "objectId": KUBELET}
    look.listed("aks", body(
        "aks", identity=SYSTEM, powerState={"code": "Stopped"},
        identityProfile={"kubeletidentity": kubelet, "gpu": {"objectId": "x"}},
        servicePrincipalProfile={"clientId": "msi"}, bootstrapProfile={"artifactSource": "Cache"}))
    one, = look(("aks", "mine"))
    assert one.identities == (Identity(KUBELET, UAMI, "client-one"),)
    assert one.state == "stopped"
    assert "gpu" in one.notes[0] and "left alone" in one.notes[1]


def test_a_cluster_with_a_service_principal(look):
    look.listed("aks", body("aks", servicePrincipalProfile={"clientId": "app-id"}))
    one, = look(("aks", "mine"))
    assert one.identities == (Identity("object-of-app-id", client_id="app-id"),)


def test_a_managed_cluster_without_a_kubelet_identity_is_no_service_principal(look):
    look.listed("aks", body("aks", identity=SYSTEM, servicePrincipalProfile={"clientId": "msi"},
                            provisioningState="Deleting"))
    one, = look(("aks", "mine"))
    assert (one.identities, one.state) == ((), "deleting") and one.cannot


def test_a_slot_has_its_own_identity_and_settings(look, client):
    site, slot = body("webapp", identity=SYSTEM), f"{GROUP}/Microsoft.Web/sites/mine/slots/staging"
    look.listed("webapp", {**site, "kind": "app,linux,container"})
    client.answer("GET", slot, body={"id": slot, "name": "mine/staging", "kind": "app", "identity": ONLY_ONE})
    client.answer("GET", f"{slot}/config/web", body={"properties": {
        "acrUseManagedIdentityCreds": True, "acrUserManagedIdentityID": "client-one"}})
    one, = look(("webapp", "mine/staging"))
    assert (one.name, one.settings, one.pulls_with) == ("mine/staging", WebSettings(True, "client-one"), "client-one")


@pytest.mark.parametrize("word, kind, other", [("webapp", "functionapp,linux", "--functionapp"),
                                               ("functionapp", "app", "--webapp")])
def test_web_apps_and_function_apps_are_told_apart(look, word, kind, other):
    look.listed(word, {**body(word), "kind": kind})
    refused(lambda: look((word, "mine")), "mine", runs=other)


def test_a_container_app_s_registries(look):
    entries = [{"server": "other.io", "identity": "system"}, {"server": "MyRegistry.azurecr.io", "identity": UAMI}]
    look.listed("containerapp", body("containerapp", identity=ONLY_ONE, configuration={"registries": entries}))
    one, = look(("containerapp", "mine"))
    assert (one.settings, one.pulls_with) == (RegistriesSettings(tuple(entries)), UAMI)


def test_a_container_group_can_use_no_identity_of_its_own(look):
    look.listed("container-instance", body("container-instance", identity=SYSTEM), body(
        "container-instance", "both", identity=BOTH,
        imageRegistryCredentials=[{"server": "myregistry.azurecr.io", "identity": UAMI}]))
    own, both = look(("container-instance", "mine"), ("container-instance", "both"))
    assert own.identities == () and "user-assigned" in own.cannot
    assert (both.identities, both.pulls_with, both.cannot) == ((ASSIGNED,), UAMI, "")


def test_identities_and_service_principals(look, client):
    client.answer("GET", UAMI, body={"id": UAMI, "name": "one", "properties": {
        "principalId": ONE, "clientId": "client-one", "tenantId": TENANT}})
    assigned, principal = look(("identity", UAMI), ("service-principal", "app-id"))
    assert assigned.identities == (ASSIGNED,)
    assert (principal.name, principal.id) == ("an app", "object-of-app-id")


def test_one_list_for_all_names_of_a_type(look, client):
    look.listed("vm", *(body("vm", name) for name in ("a", "b", "c")))
    assert [one.name for one in look(("vm", "a"), ("vm", "b"), ("vm", "a"), ("vm", "c"))] == ["a", "b", "c"]
    assert len(client.sent) == 1


def test_a_name_that_stands_twice(look):
    look.listed("vm", body("vm"), body("vm", group="other-rg"))
    refused(lambda: look(("vm", "mine")), body("vm")["id"], body("vm", group="other-rg")["id"], kind=UserError)


VM = f"{GROUP}/Microsoft.Compute/virtualMachines/nosuch"


@pytest.mark.parametrize("text, kind", [
    ("nosuch", NotFound), (VM, NotFound), (VM.replace(SUBSCRIPTION, "elsewhere"), Conflict), (UAMI, UserError),
    ("/subscriptions/x", UserError), ("mine/slot", UserError)])
def test_what_can_t_be_found(look, client, text, kind):
    if not text.startswith("/"):
        look.listed("vm", body("vm"))
    elif kind is NotFound:
        client.answer("GET", text, 404, {"error": {"code": "ResourceNotFound"}})
    looked_up = look.look_up(("vm", text))
    unfound, = looked_up.unfound
    assert unfound.ref.text == text and looked_up.consumers == {}
    assert type(unfound.reason) is kind and unfound.reason.recommendations
    assert kind is not NotFound or "nosuch" in unfound.reason.message


@pytest.mark.parametrize("status, code, kind", [(403, "AuthorizationFailed", Conflict),
                                                (404, "SubscriptionNotRegistered", NotFound)])
def test_a_subscription_that_does_not_list(look, client, status, code, kind):
    """What may not be listed may be there: it is no missing resource, which would end with 3."""
    client.answer("GET", f"{LISTS}/Microsoft.Compute/virtualMachines", status, {"error": {"code": code}})
    refused(lambda: look(("vm", "mine")), "mine", code, kind=kind)


def test_one_that_does_not_exist_does_not_hide_another(look):
    look.listed("vm", body("vm"))
    looked_up = look.look_up(("vm", "first"), ("vm", "mine"))
    assert [(ref.text, consumer.name) for ref, consumer in looked_up.consumers.items()] == [("mine", "mine")]
    assert [unfound.ref.text for unfound in looked_up.unfound] == ["first"]


def test_all_that_do_not_exist_are_told_at_once(look):
    look.listed("vm", body("vm"))
    look.listed("aks")
    with pytest.raises(SeveralErrors) as refusals:
        look(("vm", "first"), ("vm", "mine"), ("aks", "second"))
    assert [type(error) for error in refusals.value.errors] == [NotFound, NotFound]
    assert "'first'" in refusals.value.errors[0].message and "'second'" in refusals.value.errors[1].message


def test_readers_have_what_their_kinds_say():
    readers = {kind.flag: reader_of(kind) for kind in KINDS}
    assert {kind.flag for kind in KINDS if kind.made_identity} == {
        flag for flag, reader in readers.items() if hasattr(reader, "pulling_principal")} == {"aks"}
    assert {kind.flag for kind in KINDS if shares_its_type(kind)} == {
        flag for flag, reader in readers.items() if hasattr(reader, "kind_of")} == {"webapp", "functionapp"}


def test_bodies_take_no_identity(session, client):
    """A cluster whose service principal can't be looked up is a cluster all the same."""
    session.subscriptions = lambda: [{"id": SUBSCRIPTION, "tenantId": TENANT}]
    there = body("aks", servicePrincipalProfile={"clientId": "app-id"})
    client.answer("GET", f"{LISTS}/{BY_FLAG['aks'].type}", body={"value": [there]})
    client.answer("GET", there["id"], body=there)
    refs = [ConsumerRef(BY_FLAG["aks"], text) for text in ("mine", there["id"], "MINE")]
    assert Consumers(session, None).bodies(refs) == [there] * 3


def test_bodies_of_several_that_are_not_there(session, client):
    session.subscriptions = lambda: [{"id": SUBSCRIPTION, "tenantId": TENANT}]
    client.answer("GET", f"{LISTS}/{BY_FLAG['aks'].type}", body={"value": []})
    elsewhere = body("aks")["id"].replace(SUBSCRIPTION, "elsewhere")
    refusal = refused(lambda: Consumers(session, None).bodies(
        [ConsumerRef(BY_FLAG["aks"], text) for text in ("nosuch", elsewhere)]), "nosuch", "elsewhere",
        kind=SeveralErrors, runs="az account list")
    assert not any("--assignee" in line for line in refusal.recommendations), "nobody is given a role here"
