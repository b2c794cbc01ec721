"""Scope maps: which actions they grant, and which are legal."""
from __future__ import annotations

import pytest
from acrsim.services.registry.scope_maps import granted, is_legal_action


@pytest.mark.parametrize("actions, repository, expected", [
    (["repositories/own/app/content/read"], "own/app", {"pull"}),
    (["repositories/own/app/content/read"], "own/x", set()),
    (["repositories/own/*/content/write"], "own/a/b", {"push"}),
    (["repositories/own/*/content/write"], "owner/a", set()),
    (["repositories/*/metadata/read", "repositories/a/content/delete"], "a", {"metadata_read", "delete"})])
def test_actions(actions, repository, expected):
    assert granted(actions, repository) == expected


@pytest.mark.parametrize("action, legal", [
    ("repositories/a/content/read", True), ("repositories/a/*/content/read", True),
    ("repositories/*/content/read", True),
    ("repositories/*/b/content/read", False), ("repositories/content/read", False), ("gateway/a/config/read", False),
    ("repositories/a/content/burn", False)])
def test_legal_actions(action, legal):
    assert is_legal_action(action) is legal
