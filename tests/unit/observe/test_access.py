"""Consumers, their roles on a registry and what may not be seen of them."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.roles import ACR_PULL, PULL_LEGACY
from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.errors import NotFound, ServiceError
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.access import AccessReader
from unit.domain.consumer_records import ONE, OWN, TWO
from unit.modelled_access import VM, denial, machine, modelled, role
from unit.modelled_azure import ModelledAzure, forbidden
from unit.records import PULLER, REGISTRY_ID, TENANT, rule
from unit.user_errors import refused

UNSEEN = Unknown("You may not read subject: you have no role that allows 'Microsoft.X/y/write' there")
BROKEN = ServiceError(500, "InternalServerError", "broken", "role assignments")


def reader(azure: ModelledAzure, *machines: str, given: tuple = ()) -> AccessReader:
    named = [ConsumerRef(BY_FLAG["vm"], name) for name in machines]
    return AccessReader(azure, RegistryRef("myregistry"), named, given)


def test_a_consumer_by_name_with_what_it_has():
    azure = modelled(role(ACR_PULL, OWN), role(ACR_PULL, TWO), bodies=(machine(),))
    there = reader(azure, "my-vm").snapshot()
    consumer, = there.consumers
    assert (consumer.id, consumer.tenant_id, there.tenant_id) == (VM, TENANT, TENANT)
    assert [entry.principal_id for entry in there.visible_assignments] == [OWN], "nobody else's"
    assert set(there.definitions) == set(azure.model.definitions)


def test_a_name_given_twice_is_looked_up_once():
    azure = modelled(bodies=(machine(),))
    assert len(reader(azure, "my-vm", "my-vm").snapshot().consumers) == 1 and azure.count("arm.pages") == 1


def test_a_principal_that_is_given_is_taken_as_it_is():
    azure = modelled(role(ACR_PULL, ONE))
    there = reader(azure, given=((ONE, "Group"),)).snapshot()
    assert [entry.principal_id for entry in there.visible_assignments] == [ONE] and not azure.count("arm.pages")


def test_assignments_that_may_not_be_listed_are_not_none():
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.assignments_at"] = forbidden()
    assert reader(azure, "my-vm").snapshot().assignments == UNSEEN


def test_a_broken_service_is_no_missing_right():
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.assignments_at"] = BROKEN
    with pytest.raises(ServiceError, match="InternalServerError"):
        reader(azure, "my-vm").snapshot()


def test_a_consumer_that_does_not_exist_is_refused_or_comes_back_with_the_reason():
    azure = modelled(bodies=(machine(),))
    refused(lambda: reader(azure, "nosuch").snapshot(), "'nosuch'", kind=NotFound, runs="az resource list")
    look = reader(azure, "my-vm", "nosuch").look()
    assert [consumer.name for consumer in look.snapshot.consumers] == ["my-vm"]
    unfound, = look.unfound
    assert unfound.ref.text == "nosuch" and isinstance(unfound.reason, NotFound)


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
    assert reader(azure, "my-vm").look().snapshot.denials == Known({}) and azure.count("authorization.denials") == 1
    azure.denials = (denial("no-pulls", PULL_LEGACY),)
    there = reader(azure, "my-vm").look().snapshot
    assert [entry.name for entry in there.denials_of(OWN.upper())] == ["no-pulls"]
    assert ("authorization.denials", str(REGISTRY_ID), OWN) in azure.asked


def test_denials_that_may_not_be_seen_are_said():
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.denials"] = forbidden()
    there = reader(azure, "my-vm").look().snapshot
    assert there.denials == UNSEEN and there.denials_of(OWN) == ()
    azure.refuse["authorization.denials"] = BROKEN
    with pytest.raises(ServiceError):
        reader(azure, "my-vm").look()


def test_what_a_principal_has_through_groups():
    azure = modelled(bodies=(machine(),))
    there = reader(azure, "my-vm").snapshot()
    azure.answers["authorization.assignments_reaching"] = [role(ACR_PULL, OWN), role(ACR_PULL, TWO)]
    through = reader(azure, "my-vm").with_groups(there, [OWN]).through_groups
    assert [entry.principal_id for entry in through.value[OWN]] == [TWO], "its own are known already"


def test_groups_that_may_not_be_seen_come_with_the_reason():
    azure = modelled(bodies=(machine(),))
    there = reader(azure, "my-vm").snapshot()
    azure.refuse["authorization.assignments_reaching"] = forbidden()
    without = reader(azure, "my-vm").with_groups(there, [OWN])
    assert without == replace(there, through_groups=UNSEEN)
    assert without.of_consumer(OWN) == there.of(OWN)
    azure.refuse["authorization.assignments_reaching"] = BROKEN
    with pytest.raises(ServiceError, match="InternalServerError"):
        reader(azure, "my-vm").with_groups(there, [OWN])


def test_targets_of_rules():
    azure = modelled(rules=(rule("Ubuntu", "docker.io/library/ubuntu", "ubuntu"),))
    assert [str(target) for target in reader(azure).repositories_of_rules(["ubuntu"])] == ["ubuntu"]
    assert reader(azure).repositories_of_rules([]) == () and azure.count("registries.rules") == 1
    refused(lambda: reader(azure).repositories_of_rules(["ubuntu", "nosuch"]), "'nosuch'", "'myregistry'",
            kind=NotFound, runs="az acrcache bootstrap list --registry myregistry")


def test_everybody_with_the_definitions_of_their_roles():
    azure = modelled(role(ACR_PULL, OWN), role(ACR_PULL, TWO))
    there = reader(azure).everybody()
    assert {entry.principal_id for entry in there.visible_assignments} == {OWN, TWO} and ACR_PULL in there.definitions


def test_names_from_the_directory():
    azure = modelled()
    azure.directory = {OWN: DirectoryEntry(OWN, "ServicePrincipal", "my-vm")}
    assert reader(azure).directory([role(ACR_PULL, OWN.upper()), role(ACR_PULL, TWO)]) == azure.directory


def test_a_denial_of_another_mode_is_not_taken_for_one():
    """In legacy mode data actions count for nothing, so that denying them takes nothing away."""
    azure = modelled()
    azure.denials = (Denial.from_rest({"id": "d", "properties": {"scope": str(REGISTRY_ID), "permissions": [
        {"dataActions": ["*"]}]}}),)
    assert reader(azure).denials() == []
