from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.in_place import adopt, has_secrets_of, is_in_place, is_settled
from azext_acrcache.domain.state.desired import DesiredCredentialSet
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.records import HOST, PAT, USER, credential_set, rule, snapshot, wanted_rule, wanted_set

OLDER = rule("older", "docker.io/library/ubuntu", "ubuntu")


def test_without_a_name_an_equal_rule_is_the_one_meant():
    assert adopt(wanted_rule(named=False), snapshot(rules=(OLDER,))).name == "older"
    assert adopt(wanted_rule(named=False), snapshot()).name == "my-rule"
    assert adopt(wanted_rule(named=True), snapshot(rules=(OLDER,))).name == "my-rule"
    assert adopt(wanted_rule("ghcr.io/x", "ubuntu", named=False), snapshot(rules=(OLDER,))).name == "my-rule"


@pytest.mark.parametrize("changed, in_place", [
    ({}, True), ({"status": "Unhealthy"}, False), ({"principal": None}, False), ({"state": "Failed"}, False),
    ({"state": "Deleting"}, False), ({"state": "Creating"}, True), ({"login_server": "Docker.IO"}, True),
    ({"login_server": "quay.io"}, False), ({"password": None}, False), ({"password": USER}, False),
    ({"password": SecretId(HOST, "HUB-PAT")}, True)])
def test_a_set_as_wanted_and_healthy_is_in_place(changed, in_place):
    assert is_in_place(wanted_set(), snapshot(credential_sets=(credential_set(**changed),))) is in_place


def test_a_set_that_does_not_exist_is_not_in_place():
    assert not is_in_place(wanted_set(), snapshot())


@pytest.mark.parametrize("current, in_place", [({PAT.key: True}, True), ({PAT.key: False}, False), ({}, False)])
def test_a_value_must_be_current(current, in_place):
    observed = snapshot(credential_sets=(credential_set(),), current_values=current)
    assert bool(is_in_place(wanted_set(password_value="p"), observed)) is in_place


def test_a_set_named_alone_has_the_secrets_that_it_has():
    assert has_secrets_of(DesiredCredentialSet("docker-io", "docker.io"), credential_set(password=None))
    assert is_settled(credential_set())
