"""What pulls with an identity: clusters by their kubelet's, and sites by what they themselves say."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.owner import IdentityOwner
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.observe.identity_owners import identity_owners
from unit.modelled_access import CLUSTER, GROUP, KUBELET, NODES, VM, modelled
from unit.modelled_azure import forbidden

SITES = f"{GROUP}/Microsoft.Web/sites"
OF_SITES = [DirectoryEntry(name.upper(), "ServicePrincipal", name, resource=resource) for name, resource in (
    ("fun", f"{SITES}/fun"), ("slot", f"{SITES}/fun/slots/blue"), ("web", f"{SITES}/web"))]
OTHERS = [DirectoryEntry("VM", "ServicePrincipal", "my-vm", resource=VM), DirectoryEntry("user", "User", "me"),
          DirectoryEntry("app", "ServicePrincipal", "an application")]
OF_NODES = DirectoryEntry(KUBELET.upper(), "ServicePrincipal", "nodes", resource=NODES)
BODIES = ({"id": f"{SITES}/Fun", "kind": "functionapp,linux,container"}, {"id": f"{SITES}/web", "kind": "app,linux"})


def kinds(owners: dict[str, IdentityOwner]) -> dict[str, str]:
    return {principal: owner.kind.flag for principal, owner in owners.items()}


def test_the_site_itself_says_of_which_kind_it_is_and_its_slots_are():
    azure = modelled(bodies=BODIES)
    owners = identity_owners(azure, OF_SITES)
    assert kinds(owners) == {"fun": "functionapp", "slot": "functionapp", "web": "webapp"}
    assert str(owners["slot"].resource) == f"{SITES}/fun/slots/blue"
    assert azure.count("arm.pages") == 1, "web apps and function apps are one list"


def test_a_kubelets_identity_is_its_clusters():
    azure = modelled(bodies=(CLUSTER,))
    assert identity_owners(azure, [OF_NODES]) == {KUBELET: IdentityOwner(BY_FLAG["aks"], ArmId.parse(CLUSTER["id"]))}


def test_what_needs_no_list_is_not_listed():
    azure = modelled()
    assert kinds(identity_owners(azure, OTHERS)) == {"vm": "vm"}, "users and applications have no owner"
    assert not azure.count("arm.pages")


@pytest.mark.parametrize("failure", [forbidden(), ServiceUnreachable("list", "reset"),
                                     ServiceError(500, "InternalServerError", "broken", "sites")])
def test_what_may_not_be_listed_is_as_the_directory_has_it(failure):
    azure = modelled(bodies=(CLUSTER, *BODIES))
    azure.refuse["arm.pages"] = failure
    assert kinds(identity_owners(azure, [OF_NODES, *OF_SITES])) == {
        KUBELET: "identity", "fun": "webapp", "slot": "webapp", "web": "webapp"}
