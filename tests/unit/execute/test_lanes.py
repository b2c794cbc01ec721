from __future__ import annotations

import pytest

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import ResourceKey, rule_key
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.execute.lanes import lane_of
from unit.records import HOST, REGISTRY_ID, SECOND_ID, SUBSCRIPTION, rule_id, set_id


def lane(key: ResourceKey, action: object):
    return lane_of(Step(key, "it", action))


def put(registry_id):
    rule = rule_id("my-rule", registry_id)
    return lane(rule_key(rule), act.PutRule(rule, {}, False))


def test_registries_of_one_subscription_share_its_quota_and_nothing_else():
    sibling = ArmId.parse(str(REGISTRY_ID).replace(REGISTRY_ID.name, "sibling"))
    assert put(REGISTRY_ID).quota == put(sibling).quota == f"{SUBSCRIPTION} writes"
    assert put(REGISTRY_ID).resource != put(sibling).resource
    assert put(REGISTRY_ID).quota != put(SECOND_ID).quota, "that is in another subscription"


@pytest.mark.parametrize("action, kind", [
    (act.AwaitHealth(set_id("a")), "reads"), (act.RemoveRule(rule_id("a")), "deletes"),
    (act.PutCredentialSet(set_id("a"), {}), "writes")])
def test_each_kind_of_request_has_its_own(action, kind):
    assert lane(rule_key(rule_id("a")), action).quota == f"{SUBSCRIPTION} {kind}"


def test_a_vaults_host_is_a_place_of_its_own():
    assert lane(ResourceKey.of(HOST, "secret", "a"), act.StoreSecret).quota == f"{HOST} writes"


def test_role_assignments_stand_in_the_lane_of_what_they_are_on():
    assignments = [f"{REGISTRY_ID}/providers/Microsoft.Authorization/roleAssignments/{name}" for name in "ab"]
    lanes = {lane(ResourceKey.of(name, "pullAccess"), act.RemoveAssignment(name)) for name in assignments}
    assert len(lanes) == 1 and REGISTRY_ID.canonical in lanes.pop().resource
