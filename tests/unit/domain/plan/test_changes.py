from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.changes import Change, in_report_order


def test_a_change_as_reports_show_it():
    assert Change("secret", "Create", "v/s").to_report() == {"step": "secret", "change": "Create", "name": "v/s",
                                                             "id": None, "detail": None}


@pytest.mark.parametrize("word, pending",
                         [("Create", True), ("Modify", True), ("Delete", True), ("NoChange", False),
                          ("Blocked", False)])
def test_what_is_pending(word, pending):
    assert Change("secret", word, "x").pending is pending


def test_reports_go_down_the_chain_and_keep_the_order_of_equals():
    steps = ["verify", "cacheRule", "vaultAccess", "secret", "identity", "pullAccess", "credentialSet", "secret"]
    ordered = in_report_order([Change(step, "Create", str(place)) for place, step in enumerate(steps)])
    assert [change.step for change in ordered] == \
        ["identity", "secret", "secret", "credentialSet", "vaultAccess", "cacheRule", "pullAccess", "verify"]
    assert [change.name for change in ordered if change.step == "secret"] == ["3", "7"]
