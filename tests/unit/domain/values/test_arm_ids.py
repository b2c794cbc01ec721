from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.arm_ids import REGISTRY, ArmId, is_at_or_above, name_or_id, same_id
from azext_acrcache.domain.values.errors import UserError
from unit.records import REGISTRY_ID
from unit.user_errors import refused

WORD = st.from_regex(r"[A-Za-z0-9._-]{1,8}", fullmatch=True)
IDS = st.builds(lambda sub, group, space, levels: ArmId(sub, group, "/".join([space, *(level for level, _ in levels)]),
                                                        tuple(name for _, name in levels)),
                WORD, WORD, WORD, st.lists(st.tuples(WORD, WORD), min_size=1, max_size=3))
PIECES = st.lists(st.sampled_from(["/", "subscriptions", "resourceGroups", "providers", "a", "B", "Microsoft.X", " ",
                                   ""]),
                  max_size=12).map("/".join)


@given(IDS)
def test_ids_round_trip_and_compare_without_case(found):
    again = ArmId.parse(str(found))
    assert str(again) == str(found)
    upper = ArmId.parse(str(found).upper().replace("/SUBSCRIPTIONS", "/subscriptions"))
    assert upper == found and hash(upper) == hash(found)


@given(st.one_of(st.text(max_size=60), PIECES,
                 PIECES.map(lambda text: f"/subscriptions/s/resourceGroups/g/providers/{text}")))
def test_anything_else_is_refused(text):
    try:
        found = ArmId.parse(text)
    except UserError as refusal:
        assert text in refusal.message and refusal.recommendations
        return
    assert str(found).lower() == text.strip().rstrip("/").lower()


def test_children_and_types():
    child = REGISTRY_ID.child("cacheRules", "my-rule")
    assert child.name == "my-rule" and child.names == ("myregistry", "my-rule")
    assert child.is_a("microsoft.containerregistry/REGISTRIES/cacherules") and not child.is_a(REGISTRY)
    assert child != REGISTRY_ID and child != str(child)


def test_a_name_stays_a_name_and_an_id_becomes_a_record():
    assert name_or_id(" myregistry ", REGISTRY, "container registry") == "myregistry"
    assert name_or_id(str(REGISTRY_ID), REGISTRY, "container registry") == REGISTRY_ID


def test_an_id_of_another_type_is_refused():
    refused(lambda: name_or_id(str(REGISTRY_ID), "Microsoft.KeyVault/vaults", "key vault"), str(REGISTRY_ID),
            "key vault")


@pytest.mark.parametrize("scope, other, expected", [
    ("/", "/subscriptions/s", True), ("/subscriptions/S", "/subscriptions/s/resourceGroups/g", True),
    ("/subscriptions/s/", "/subscriptions/s", True), ("/subscriptions/s", "/subscriptions/s2", False),
    ("/subscriptions/s/resourceGroups/g", "/subscriptions/s", False)])
def test_scopes_reach_down(scope, other, expected):
    assert is_at_or_above(scope, other) is expected


def test_same_id_forgives_case_and_a_last_slash():
    assert same_id("/A/b/", "/a/B") and same_id(None, "") and not same_id("/a", "/b")
