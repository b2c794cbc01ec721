from __future__ import annotations

import pytest

from azext_acrcache.domain.consumers.identity import SYSTEM, Identity
from unit.domain.consumer_records import ONE, OWN, identity

PULLER = identity("puller", ONE)


@pytest.mark.parametrize("text", [PULLER.id, PULLER.id.upper(), f"{PULLER.id}/", "puller", "PULLER", PULLER.client_id,
                                  PULLER.client_id.upper(), ONE])
def test_names_of_a_user_assigned_identity(text):
    assert PULLER.is_meant_by(text)


@pytest.mark.parametrize("text", [SYSTEM, "pull", "", OWN, f"{PULLER.id}-2", "userAssignedIdentities"])
def test_what_does_not_name_it(text):
    assert not PULLER.is_meant_by(text)


@pytest.mark.parametrize("text, own", [("system", True), ("System", True), (OWN, True), ("", False), ("puller", False),
                                       (PULLER.id, False)])
def test_names_of_a_resource_s_own_identity(text, own):
    assert Identity(OWN).is_meant_by(text) is own


def test_how_settings_and_messages_name_them():
    assert (PULLER.name, PULLER.label) == (PULLER.id, "'puller'")
    assert (Identity(OWN).name, Identity(OWN).label) == (SYSTEM, "its own")
