"""Consumers, their roles on a registry and what may not be seen of them."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.roles import ACR_PULL, PULL_LEGACY
from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.values.errors import NotFound, ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.access import AccessReader
from unit.domain.consumer_records import ONE, OWN, TWO
from unit.modelled_access import CLUSTER, KUBELET, NODES, VM, denial, machine, modelled, role
from unit.modelled_azure import ModelledAzure, forbidden
from unit.records import PULLER, REGISTRY_ID, TENANT, rule
from unit.user_errors import refused

BROKEN = ServiceError(500, "InternalServerError", "broken", "role assignments")


def reader(azure: ModelledAzure, *machines: str, given: tuple = ()) -> AccessReader:
    named = [ConsumerRef(BY_FLAG["vm"], name) for name in machines]
    return AccessReader(azure, RegistryRef("myregistry"), named, given)


def test_a_consumer_by_name_with_what_it_has():
    azure = modelled(role(ACR_PULL, OWN), role(ACR_PULL, TWO), bodies=(machine(),))
    there = reader(azure, "my-vm").snapshot()
    consumer, = there.consumers
    assert (consumer.id, consumer.tenant_id, there.tenant_id) == (VM, TENANT, TENANT)
    assert [entry.principal_id for entry in there.assignments] == [OWN], "nobody else's"
    assert set(there.definitions) == set(azure.model.definitions)


def test_a_name_given_twice_is_looked_up_once():
    azure = modelled(bodies=(machine(),))
    assert len(reader(azure, "my-vm", "my-vm").snapshot().consumers) == 1 and azure.count("arm.pages") == 1


def test_a_principal_that_is_given_is_taken_as_it_is():
    azure = modelled(role(ACR_PULL, ONE))
    there = reader(azure, given=((ONE, "Group"),)).snapshot()
    assert [entry.principal_id for entry in there.assignments] == [ONE] and not azure.count("arm.pages")


def test_assignments_that_may_not_be_listed_are_not_none():
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.assignments_at"] = forbidden()
    assert reader(azure, "my-vm").snapshot().assignments is None


def test_a_broken_service_is_no_missing_right():
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.assignments_at"] = BROKEN
    with pytest.raises(ServiceError, match="InternalServerError"):
        reader(azure, "my-vm").snapshot()


def test_a_consumer_that_does_not_exist_is_refused_or_comes_back_with_the_reason():
    azure = modelled(bodies=(machine(),))
    refused(lambda: reader(azure, "nosuch").snapshot(), "'nosuch'", kind=NotFound, runs="az resource list")
    there, unfound = reader(azure, "my-vm", "nosuch").snapshot_and_unfound()
    assert [consumer.name for consumer in there.consumers] == ["my-vm"]
    (ref, reason), = unfound
    assert ref.text == "nosuch" and isinstance(reason, NotFound)


def test_an_identity_that_is_to_be_given():
    azure = modelled(bodies=(machine(),))
    azure.answers["identities.find"] = {"principalId": ONE, "clientId": "client"}
    assert reader(azure, "my-vm").snapshot([PULLER]).assigned[0].principal_id == ONE
    del azure.answers["identities.find"]
    azure.refuse["identities.find"] = NotFound("There is no user-assigned identity 'puller'.", "az identity create")
    assert reader(azure, "my-vm").snapshot([PULLER]).assigned == (), "it is still to be made"


def test_denials_count_where_they_take_pull_or_push():
    azure = modelled(bodies=(machine(),))
    azure.denials = (denial("no-pulls", PULL_LEGACY), denial("no-vaults", "Microsoft.KeyVault/*"))
    assert [entry.name for entry in reader(azure).denials()] == ["no-pulls"]


def test_whom_a_denial_names_is_asked_only_where_there_is_one():
    azure = modelled(bodies=(machine(),))
    assert reader(azure, "my-vm").snapshot_and_unfound()[0].denials == {} and azure.count("authorization.denials") == 1
    azure.denials = (denial("no-pulls", PULL_LEGACY),)
    there, _ = reader(azure, "my-vm").snapshot_and_unfound()
    assert [entry.name for entry in there.denials[OWN]] == ["no-pulls"]
    assert ("authorization.denials", str(REGISTRY_ID), OWN) in azure.asked


def test_denials_that_may_not_be_seen_are_said():
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.denials"] = forbidden()
    there, _ = reader(azure, "my-vm").snapshot_and_unfound()
    assert there.denials == {} and "You may not read subject" in there.denials_unseen
    azure.refuse["authorization.denials"] = BROKEN
    with pytest.raises(ServiceError):
        reader(azure, "my-vm").snapshot_and_unfound()


def test_what_a_principal_has_through_groups():
    azure = modelled(bodies=(machine(),))
    there = reader(azure, "my-vm").snapshot()
    azure.answers["authorization.assignments_reaching"] = [role(ACR_PULL, OWN), role(ACR_PULL, TWO)]
    through = reader(azure, "my-vm").with_groups(there, [OWN]).through_groups
    assert [entry.principal_id for entry in through[OWN]] == [TWO], "its own are known already"


def test_groups_that_may_not_be_seen_change_nothing():
    azure = modelled(bodies=(machine(),))
    there = reader(azure, "my-vm").snapshot()
    azure.refuse["authorization.assignments_reaching"] = forbidden()
    assert reader(azure, "my-vm").with_groups(there, [OWN]) is there


def test_targets_of_rules():
    azure = modelled(rules=(rule("Ubuntu", "docker.io/library/ubuntu", "ubuntu"),))
    assert [str(target) for target in reader(azure).repositories_of_rules(["ubuntu"])] == ["ubuntu"]
    assert reader(azure).repositories_of_rules([]) == () and azure.count("registries.rules") == 1
    refused(lambda: reader(azure).repositories_of_rules(["ubuntu", "nosuch"]), "'nosuch'", "'myregistry'",
            kind=NotFound, runs="az acrcache bootstrap list --registry myregistry")


def test_everybody_with_the_definitions_of_their_roles():
    azure = modelled(role(ACR_PULL, OWN), role(ACR_PULL, TWO))
    there = reader(azure).everybody()
    assert {entry.principal_id for entry in there.assignments} == {OWN, TWO} and ACR_PULL in there.definitions


def test_names_from_the_directory():
    azure = modelled()
    azure.directory = {OWN: DirectoryEntry(OWN, "ServicePrincipal", "my-vm")}
    assert reader(azure).directory([role(ACR_PULL, OWN.upper()), role(ACR_PULL, TWO)]) == azure.directory


@pytest.mark.parametrize("failure", [None, forbidden(), ServiceUnreachable("list", "reset")])
def test_clusters_by_their_kubelets_identity_as_far_as_they_may_be_listed(failure):
    azure = modelled(bodies=(CLUSTER,))
    if failure:
        azure.refuse["arm.pages"] = failure
    entries = [DirectoryEntry(KUBELET, "ServicePrincipal", "nodes", resource=NODES)]
    assert reader(azure).node_identities(entries) == ({} if failure else {KUBELET: "my-cluster"})


def test_a_denial_of_another_mode_is_not_taken_for_one():
    """In legacy mode data actions count for nothing, so that denying them takes nothing away."""
    azure = modelled()
    azure.denials = (Denial.from_rest({"id": "d", "properties": {"scope": str(REGISTRY_ID), "permissions": [
        {"dataActions": ["*"]}]}}),)
    assert reader(azure).denials() == []
