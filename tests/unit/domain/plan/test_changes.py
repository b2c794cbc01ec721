from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.changes import Change


def test_a_change_as_reports_show_it():
    assert Change("secret", "Create", "v/s").to_report() == {"step": "secret", "change": "Create", "name": "v/s",
                                                             "id": None, "detail": None}


@pytest.mark.parametrize("word, pending",
                         [("Create", True), ("Modify", True), ("Delete", True), ("NoChange", False),
                          ("Blocked", False)])
def test_what_is_pending(word, pending):
    assert Change("secret", word, "x").pending is pending
