"""Who is to pull from the registries of a manifest."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.access.roles import ACR_PULL
from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.state.desired import DesiredGrant
from azext_acrcache.domain.state.known import reason_of
from azext_acrcache.domain.values.errors import NotFound, SeveralErrors
from azext_acrcache.observe.grants import GrantReader
from unit.domain.consumer_records import OWN, TWO
from unit.modelled_access import CLUSTER, KUBELET, VM, machine, modelled, role
from unit.modelled_azure import forbidden
from unit.records import PULLER, registry

ROLES = (role(ACR_PULL, OWN), role(ACR_PULL, TWO))


def grant(kind: str, name: str, **more) -> DesiredGrant:
    return DesiredGrant(ConsumerRef(BY_FLAG[kind], name), **more)


def test_one_consumer_for_each_grant_and_everybodys_direct_access():
    azure = modelled(*ROLES, bodies=(machine(), CLUSTER))
    given = DesiredGrant(principal_id=TWO, principal_type="Group")
    there = GrantReader(azure).read(registry(), [grant("vm", "my-vm"), given, grant("aks", "my-cluster"),
                                                 grant("vm", "my-vm", push=True)])
    assert [consumer.id for consumer in there.consumers] == [VM, TWO, CLUSTER["id"], VM]
    assert {assignment.principal_id for assignment in there.direct} == {OWN, TWO}
    assert {assignment.principal_id for assignment in there.access.visible_assignments} == {OWN, TWO}
    assert there.consumers[2].identities[0].principal_id == KUBELET and not reason_of(there.access.assignments)


def test_a_kind_is_listed_once_for_all_registries():
    azure = modelled(bodies=(machine(), machine("other")))
    reader = GrantReader(azure)
    for _ in range(3):
        reader.read(registry(), [grant("vm", "my-vm"), grant("vm", "other")])
    assert azure.count("arm.pages") == 1


def test_all_consumers_that_do_not_exist_are_told_each_with_its_place():
    azure = modelled(bodies=(machine(),))
    with pytest.raises(SeveralErrors) as caught:
        GrantReader(azure).read(registry(), [grant("vm", "gone", place="a.yaml:8: registries[0].grants[0]"),
                                             grant("vm", "my-vm"),
                                             grant("aks", "neither", place="a.yaml:9: registries[0].grants[2]")])
    assert [(type(error), error.message.split(": ")[0]) for error in caught.value.errors] == \
        [(NotFound, "a.yaml:8"), (NotFound, "a.yaml:9")]


def test_roles_that_may_not_be_listed_are_unseen_with_the_reason():
    azure = modelled(bodies=(machine(),))
    azure.refuse["authorization.assignments_at"] = forbidden()
    there = GrantReader(azure).read(registry(), [grant("vm", "my-vm")])
    assert reason_of(there.access.assignments) and there.direct == () and len(there.consumers) == 1


@pytest.mark.parametrize("exists", [True, False])
def test_an_identity_that_is_to_be_given_is_looked_up(exists):
    azure = modelled(bodies=(machine(),))
    if exists:
        azure.answers["identities.find"] = {"principalId": TWO, "clientId": "client"}
    else:
        azure.refuse["identities.find"] = NotFound("No such identity.")
    there = GrantReader(azure).read(registry(), [grant("vm", "my-vm", assign_identity=PULLER)])
    assert [identity.principal_id for identity in there.access.assigned] == ([TWO] if exists else [])
