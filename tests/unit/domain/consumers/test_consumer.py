from __future__ import annotations

import pytest

from azext_acrcache.domain.consumers.consumer import check_choice, given_principal, identity_body, pulling_identity
from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from azext_acrcache.domain.consumers.kinds import KINDS
from azext_acrcache.domain.values.errors import Conflict, UserError
from unit.domain.consumer_records import ONE, OWN, TWO, consumer, identity
from unit.user_errors import refused

PULL_ONE, PULL_TWO = identity("pull-one", ONE), identity("pull-two", TWO)


@pytest.mark.parametrize("asked, meant", [
    (SYSTEM, Identity(OWN)), ("pull-two", PULL_TWO), ("PULL-ONE", PULL_ONE), (PULL_TWO.id.upper(), PULL_TWO),
    (PULL_ONE.client_id, PULL_ONE), (TWO, PULL_TWO)])
def test_one_of_several_is_chosen(asked, meant):
    assert pulling_identity(consumer(identities=(Identity(OWN), PULL_ONE, PULL_TWO)), asked) == meant


def test_several_are_not_guessed():
    several = consumer(identities=(Identity(OWN), PULL_ONE))
    refused(lambda: pulling_identity(several), "my-vm", PULL_ONE.id, SYSTEM, kind=UserError, runs="--assignee-identity")


def test_settings_tell_which_one_pulls():
    several = consumer("webapp", identities=(Identity(OWN), PULL_ONE), pulls_with=PULL_ONE.client_id)
    assert pulling_identity(several) == PULL_ONE
    assert pulling_identity(several, SYSTEM) == Identity(OWN), "a choice of the user's counts more"


def test_settings_that_name_what_is_gone_are_passed_over():
    assert pulling_identity(consumer("webapp", identities=(PULL_ONE,), pulls_with="client-of-gone")) == PULL_ONE


def test_a_choice_does_not_touch_what_has_none_to_make():
    assert pulling_identity(consumer("aks", identities=(PULL_ONE,)), "pull-two") == PULL_ONE


def test_a_choice_that_nobody_has():
    check_choice([consumer("aks"), consumer()], "pull-two")
    refused(lambda: check_choice([consumer("aks")], "pull-two"), "--assignee-identity", kind=UserError)


@pytest.mark.parametrize("word", [kind.flag for kind in KINDS if kind.takes_identity])
def test_without_an_identity_the_flag_that_gives_one(word):
    refused(lambda: pulling_identity(consumer(word, identities=())), "my-vm", kind=Conflict, runs="--assign-identity")


def test_why_a_container_group_cannot():
    group = consumer("container-instance", identities=(), cannot="only a user-assigned one can pull")
    refused(lambda: pulling_identity(group), "only a user-assigned one can pull", kind=Conflict,
            runs="az container create")


@pytest.mark.parametrize("identities, assigned, body", [
    ((), None, {"type": "SystemAssigned"}),
    ((PULL_ONE,), None, {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {PULL_ONE.id: {}}}),
    ((Identity(OWN), PULL_ONE), PULL_TWO.id,
     {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {PULL_ONE.id: {}, PULL_TWO.id: {}}}),
    ((PULL_ONE,), PULL_ONE.id.upper(), {"type": "UserAssigned", "userAssignedIdentities": {PULL_ONE.id: {}}})])
def test_an_identity_is_added_to_those_that_are_there(identities, assigned, body):
    assert identity_body(consumer(identities=identities), assigned) == body


@pytest.mark.parametrize("principal_type, word", [("ServicePrincipal", "service-principal"), ("User", "user"),
                                                  ("Group", "group")])
def test_a_principal_as_given(principal_type, word):
    found = given_principal(OWN, principal_type)
    assert (found.kind.flag, pulling_identity(found)) == (word, Identity(OWN, type=principal_type))
