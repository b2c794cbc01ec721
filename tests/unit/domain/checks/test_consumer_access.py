"""Whose groups are worth a look: the principals that have not by themselves what is asked for."""
from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.roles import REPOSITORY_READER
from azext_acrcache.domain.checks.consumer_access import ConsumerAccess, ConsumerQuery
from azext_acrcache.domain.state.known import Unknown
from unit.domain.consumer_records import OWN, access, consumer, role


@pytest.mark.parametrize("snapshot, principal", [
    (access(), OWN), (access(role(REPOSITORY_READER)), None), (replace(access(), assignments=Unknown("No.")), None),
    (access(consumers=(consumer(identities=()),)), None)])
def test_whose_groups_are_worth_a_look(snapshot, principal):
    checks, = [ConsumerAccess(each, ConsumerQuery(), snapshot) for each in snapshot.consumers]
    assert checks.principal_without_role == principal


def test_who_may_pull_and_is_to_push_may_through_a_group():
    checks = ConsumerAccess(consumer(), ConsumerQuery(push=True), access(role(REPOSITORY_READER)))
    assert checks.principal_without_role == OWN
