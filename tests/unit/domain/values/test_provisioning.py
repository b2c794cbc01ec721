from __future__ import annotations

import pytest

from azext_acrcache.domain.values.provisioning import has_failed, is_deleting, is_under_way


@pytest.mark.parametrize("state, expected", [
    ("Succeeded", "none"), ("", "none"), ("Creating", "under way"), ("updating", "under way"), ("Deleting", "deleting"),
    ("Failed", "failed"), ("Canceled", "failed")])
def test_provisioning_states(state, expected):
    answers = {"under way": is_under_way(state), "deleting": is_deleting(state), "failed": has_failed(state)}
    assert [name for name, yes in answers.items() if yes] == ([] if expected == "none" else [expected])
