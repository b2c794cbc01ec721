from __future__ import annotations

import ast
import shlex
from types import SimpleNamespace

import pytest

from azext_acrcache.adapters.rest import Answer
from azext_acrcache.domain.access.roles import REPOSITORY_READER
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.settings import RegistriesSettings, SettingsChange, WebSettings
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan import recovery as handover
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.engine.outcome import DONE, PROVISIONING, ActionResult, Failed, NotYet, StepResult
from azext_acrcache.execute.consumers import ConsumerHandlers
from unit.records import PRINCIPAL, PULLER, REGISTRY_ID, SUBSCRIPTION

VM = ArmId.of(SUBSCRIPTION, "my-rg", "Microsoft.Compute/virtualMachines", "my-vm")
APP = ArmId.of(SUBSCRIPTION, "my-rg", "Microsoft.App/containerApps", "my-app")
SLOT = ArmId.of(SUBSCRIPTION, "my-rg", "Microsoft.Web/sites/slots", "my-site", "staging")
ASSIGNMENT = f"{REGISTRY_ID}/providers/Microsoft.Authorization/roleAssignments/a1"
AT = f"--name my-vm --resource-group my-rg --subscription {SUBSCRIPTION}"
OWN = act.AttachIdentity(VM, "vm", None, {"type": "SystemAssigned"})
ONE = act.AttachIdentity(VM, "vm", PULLER, {"type": "UserAssigned", "userAssignedIdentities": {PULLER: {}}})
SYSTEM_AT_A = SettingsChange("a.io", "system")
REGISTRIES = act.SetPullSettings(APP, "containerapp", RegistriesSettings(({"server": "b.io"},)), SYSTEM_AT_A)


class Resources:
    """Answers laid out, one after another; `sent` is what was asked: method, path, body."""

    def __init__(self, *answers):
        self._answers, self.sent = list(answers), []

    def _answer(self, *request):
        self.sent.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def patch(self, resource, api, body):
        assert api
        return self._answer("PATCH", str(resource), body)

    def put(self, resource, api, body):
        assert api
        return self._answer("PUT", str(resource), body)

    def get(self, resource, api):
        assert api
        return self._answer("GET", str(resource), None)


def performing(resources: Resources):
    handlers = ConsumerHandlers(SimpleNamespace(resources=resources)).by_action

    def perform(action, endings=None):
        try:
            return handlers[type(action)](Step(ResourceKey.of("/step", "test"), "the thing", action), endings or {})
        except (NotYet, Failed) as ex:
            return ex
    return perform


def vm(principal: str | None = PRINCIPAL, state: str = "Succeeded") -> dict:
    return {"identity": {"principalId": principal} if principal else {}, "properties": {"provisioningState": state}}


def test_a_vm_s_identity_comes_with_the_answer():
    resources = Resources(Answer(200, vm(state="Updating"), {}))
    assert performing(resources)(OWN) == ActionResult(Identity(PRINCIPAL))
    assert resources.sent == [("PATCH", str(VM), {"identity": {"type": "SystemAssigned"}})]


def test_one_that_takes_its_time_is_patched_once():
    resources = Resources(Answer(202, {}, {}), vm(None, "Updating"), vm())
    perform = performing(resources)
    first, second, third = perform(OWN), perform(OWN), perform(OWN)
    assert [type(first), type(second)] == [NotYet, NotYet] and first.pace == PROVISIONING
    assert third == ActionResult(Identity(PRINCIPAL))
    assert [method for method, *_ in resources.sent] == ["PATCH", "GET", "GET"]


def test_another_update_is_waited_for():
    resources = Resources(ServiceError(409, "Conflict", "busy", "x"), Answer(200, vm(), {}))
    perform = performing(resources)
    assert isinstance(perform(ONE), NotYet)
    assert perform(ONE) == ActionResult()


@pytest.mark.parametrize("action, answer", [
    (OWN, Answer(200, vm(state="Failed"), {})), (OWN, Answer(200, vm(None), {})),
    (REGISTRIES, Answer(200, {"properties": {"provisioningState": "Failed"}}, {})),
    (act.CreateIdentity(ArmId.parse(PULLER), "westus"), Answer(201, {"properties": {}}, {}))])
def test_what_azure_fails_at(action, answer):
    assert isinstance(performing(Resources(answer))(action), Failed)


def test_a_new_identity():
    resources = Resources(Answer(201, {"properties": {"principalId": PRINCIPAL, "clientId": "client"}}, {}))
    assert performing(resources)(act.CreateIdentity(ArmId.parse(PULLER), "westus")) == \
        ActionResult(Identity(PRINCIPAL, PULLER, "client"))
    assert resources.sent == [("PUT", PULLER, {"location": "westus"})]


NEW = ResourceKey.of(PULLER, "identity")


@pytest.mark.parametrize("change, client, sent", [
    (SettingsChange("a.io", "system"), None, ""), (SettingsChange("a.io", PULLER, "client"), None, "client"),
    (SettingsChange("a.io", PULLER), act.ClientOf(NEW), "of-the-new-one")])
def test_settings_of_a_site(change, client, sent):
    resources = Resources(Answer(200, {}, {}))
    new = {NEW: StepResult(DONE, ActionResult(Identity(PRINCIPAL, PULLER, "of-the-new-one")))}
    assert performing(resources)(act.SetPullSettings(SLOT, "webapp", WebSettings(), change, client), new) == \
        ActionResult()
    assert resources.sent == [("PATCH", f"{SLOT}/config/web", {"properties": {
        "acrUseManagedIdentityCreds": True, "acrUserManagedIdentityID": sent}})]


def test_registries_of_a_container_app():
    resources = Resources(Answer(202, {}, {}), {"properties": {"provisioningState": "Succeeded"}})
    perform = performing(resources)
    assert isinstance(perform(REGISTRIES), NotYet)
    assert perform(REGISTRIES) == ActionResult()
    assert resources.sent[0] == ("PATCH", str(APP), {"properties": {"configuration": {
        "registries": [{"server": "b.io"}, {"server": "a.io", "identity": "system"}]}}})


def test_entries_for_two_registries_in_one_run_are_both_kept():
    """Both steps were planned from the same list, and ARM replaces the whole of it."""
    done = {"properties": {"provisioningState": "Succeeded"}}
    resources = Resources(Answer(202, {}, {}), done, Answer(202, {}, {}), done)
    handlers = ConsumerHandlers(SimpleNamespace(resources=resources))
    for server in ("a.io", "c.io"):
        step = Step(ResourceKey.of(APP, "appSettings", server), "settings", act.SetPullSettings(
            APP, "containerapp", RegistriesSettings(({"server": "b.io"},)), SettingsChange(server, "system")))
        with pytest.raises(NotYet):
            handlers.by_action[act.SetPullSettings](step, {})
        assert handlers.by_action[act.SetPullSettings](step, {}) == ActionResult()
    sent = [body for method, _, body in resources.sent if method == "PATCH"]
    assert [[entry["server"] for entry in body["properties"]["configuration"]["registries"]] for body in sent] == \
        [["b.io", "a.io"], ["b.io", "a.io", "c.io"]]


@pytest.mark.parametrize("action, line", [
    (OWN, f"az vm identity assign {AT} --identities '[system]'"),
    (ONE, f"az vm identity assign {AT} --identities {PULLER}"),
    (act.AttachIdentity(APP, "containerapp", PULLER, {}),
     f"az containerapp identity assign {AT.replace('my-vm', 'my-app')} --user-assigned {PULLER}"),
    (act.CreateIdentity(ArmId.parse(PULLER), "westus"),
     f"az identity create {AT.replace('my-vm', 'puller')} --location westus"),
    (REGISTRIES, f"az containerapp registry set {AT.replace('my-vm', 'my-app')} --server a.io --identity system"),
    (act.SetPullSettings(APP, "containerapp", RegistriesSettings(), SettingsChange("a.io", None)),
     f"az containerapp registry remove {AT.replace('my-vm', 'my-app')} --server a.io")])
def test_lines_for_somebody_who_may(action, line):
    assert handover.commands(action, PRINCIPAL) == [line]


def test_the_line_for_a_slot_s_settings():
    words = shlex.split(handover.commands(act.SetPullSettings(
        SLOT, "functionapp", WebSettings(), SettingsChange("a.io", PULLER, "client")), "")[0])
    assert words[:8] == ["az", "functionapp", "config", "set", "--name", "my-site", "--slot", "staging"]
    # A Python literal: with apostrophes it is one word to PowerShell too, and az takes it where JSON is expected.
    assert ast.literal_eval(words[-1]) == {"acrUseManagedIdentityCreds": True, "acrUserManagedIdentityID": "client"}


def test_the_line_for_a_condition_holds_the_whole_assignment():
    line, = handover.commands(act.ChangeCondition(ASSIGNMENT, REPOSITORY_READER, PRINCIPAL, "User", "(x)"), "")
    assert all(part in line for part in (ASSIGNMENT, REPOSITORY_READER, PRINCIPAL, "User", "(x)", str(REGISTRY_ID)))
