"""What pulls: recordings of virtual machines and managed clusters.

vm-identity.json: all (0 and 1 make the identities). aks-kubelet-identity.json: 2, 11, 12, 14, 18 to 20; 13 and 15 are
14 and 12 again, 16 and 17 hand out a kubeconfig, which the simulator does not offer.
"""
from __future__ import annotations

from acrsim.seed import plant
from comparison import differences
from recorded_world import SUBSCRIPTION, recorded_app, replay
from recordings import recorded

VM_GROUP, AKS_GROUP = "clitest.rg000001", "clitest000001"
IDENTITY = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{VM_GROUP}/providers/Microsoft.ManagedIdentity/" \
           "userAssignedIdentities/id"


def vm_calls():
    app = recorded_app([VM_GROUP])
    calls, exchanges = replay(app), recorded("vm-identity")
    unlike = {item.index: differences(item, calls.send(item)) for item in exchanges[:2]}
    assert not any(unlike.values()), unlike
    plant(app, {"virtualMachines": [
        {"name": name, "subscription": SUBSCRIPTION, "group": VM_GROUP, "location": "westus",
         "identity": {"system": name == "vm1", "userAssigned": [IDENTITY + "1"]}} for name in ("vm1", "vm2")]})
    return app, calls, exchanges


def test_virtual_machine_identities():
    app, calls, exchanges = vm_calls()
    unlike = {item.index: found for item in exchanges[2:] if (found := differences(item, calls.send(item)))}
    assert unlike == {}


def test_virtual_machine_keeps_exactly_the_identities_asked_for():
    app, calls, exchanges = vm_calls()
    ours = {item.index: calls.send(item).json()["identity"] for item in exchanges[2:]}
    for item in exchanges[2:]:
        theirs = item.answer["identity"]
        assert ours[item.index]["type"] == theirs["type"]
        assert list(ours[item.index]["userAssignedIdentities"]) == list(theirs["userAssignedIdentities"])
        assert [bool(value) for value in ours[item.index]["userAssignedIdentities"].values()] == \
            [bool(value) for value in theirs["userAssignedIdentities"].values()]


def test_cluster_is_missing_made_read_changed_and_deleted():
    app = recorded_app([AKS_GROUP])
    calls, exchanges = replay(app), recorded("aks-kubelet-identity")
    found = {}
    for item in exchanges:
        if item.index in (0, 1, 2, 11, 12, 14, 18, 19, 20):
            found[item.index] = differences(item, calls.send(item))
    assert {index: unlike for index, unlike in found.items() if unlike} == {}
