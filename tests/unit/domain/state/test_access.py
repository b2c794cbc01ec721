from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.roles import ACR_PULL, REPOSITORY_READER
from azext_acrcache.domain.state.known import Known, Unknown
from unit.domain.consumer_records import ONE, OWN, access, role
from unit.records import REGISTRY_ID, SUBSCRIPTION, VAULT_ID

ABOVE = f"/subscriptions/{SUBSCRIPTION}"
DIRECT, INHERITED, ELSEWHERE = role(ACR_PULL), role(REPOSITORY_READER, scope=ABOVE), role(ACR_PULL, scope=str(VAULT_ID))
OF_GROUP = role(ACR_PULL, ONE)


def test_what_a_principal_has_by_itself_on_the_registry_or_above():
    snapshot = access(DIRECT, INHERITED, ELSEWHERE, OF_GROUP)
    assert snapshot.scope == str(REGISTRY_ID)
    assert snapshot.of(OWN.upper()) == [DIRECT, INHERITED]
    assert snapshot.of("somebody-else") == []


def test_groups_count_for_whoever_asks_for_them():
    snapshot = access(DIRECT, through_groups=Known({OWN: (OF_GROUP,)}))
    assert snapshot.of_consumer(OWN.upper()) == [DIRECT, OF_GROUP]
    assert snapshot.of_consumer(ONE) == [] and snapshot.of(OWN) == [DIRECT]


def test_where_assignments_may_not_be_listed_nobody_has_any():
    assert replace(access(DIRECT), assignments=Unknown("no right")).of(OWN) == []


def test_what_of_groups_and_denials_may_not_be_seen_is_nothing():
    closed = access(DIRECT, through_groups=Unknown("no right"), denials=Unknown("no right"))
    assert closed.of_consumer(OWN) == [DIRECT] and closed.denials_of(OWN) == ()


@pytest.mark.parametrize("assignment, words", [
    (DIRECT, "role 'AcrPull'"), (INHERITED, f"role 'Container Registry Repository Reader', inherited from {ABOVE}"),
    (role(ACR_PULL, scope=""), "role 'AcrPull', inherited from /"),
    (role("5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"), "role '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd'")])
def test_assignments_in_words(assignment, words):
    assert access().words(assignment) == words


def test_roles_have_names_though_their_definitions_may_not_be_read():
    assert replace(access(), definitions={}).words(DIRECT) == "role 'AcrPull'"
