"""Role assignments by principal."""
from __future__ import annotations

import pytest
from small_world import SCOPE, SmallWorld


def test_assignments_are_found_by_principal_and_forgotten_when_they_go():
    small = SmallWorld()
    held = small.world.role_assignments
    first = small.grant(small.nobody, "Reader", SCOPE)
    assert held.held_by({small.nobody.object_id}) == [first]
    held[first.id.lower()] = first
    assert held.held_by({small.nobody.object_id, small.owner.object_id}).count(first) == 1
    del held[first.id.lower()]
    assert held.held_by({small.nobody.object_id}) == []
    with pytest.raises(KeyError):
        del held[first.id.lower()]
