"""The consumers and repositories that a command is about, and the same again for the line that carries on."""
from __future__ import annotations

import shlex

import pytest

from azext_acrcache.domain.values.errors import MissingArgument, UserError
from azext_acrcache.workflows.consumers import ConsumerSelection
from unit.domain.consumer_records import OWN
from unit.user_errors import refused


def test_nothing_was_selected():
    empty = ConsumerSelection()
    assert (empty.named, empty.given, empty.repositories, empty.words) == ([], [], (), [])
    assert not any(empty.options.values())


def test_consumers_by_their_flags():
    selection = ConsumerSelection({"vm": ["one", " two "], "containerapp_job": ["nightly"], "aks": None})
    assert [(ref.kind.flag, ref.text) for ref in selection.named] == [
        ("vm", "one"), ("vm", "two"), ("containerapp-job", "nightly")]


def test_object_ids_with_their_type():
    assert ConsumerSelection(object_ids=[OWN.upper()], principal_type="group").given == [(OWN, "Group")]


@pytest.mark.parametrize("selection, kind, words", [
    (ConsumerSelection(object_ids=[OWN]), MissingArgument, "--assignee-principal-type"),
    (ConsumerSelection(principal_type="User"), MissingArgument, "--assignee-object-id"),
    (ConsumerSelection(object_ids=[OWN], principal_type="robot"), UserError, "'robot'"),
    (ConsumerSelection(object_ids=["my-vm"], principal_type="User"), UserError, "'my-vm'")])
def test_object_ids_that_say_too_little(selection, kind, words):
    refused(lambda: selection.given, words, kind=kind)


def test_repositories_are_read_once_each():
    selection = ConsumerSelection(repository=["team/*", "ubuntu", "team/*"])
    assert [str(pattern) for pattern in selection.repositories] == ["team/*", "ubuntu"]
    with pytest.raises(UserError):
        assert ConsumerSelection(repository=["Not A Repository"]).repositories


def test_the_line_that_carries_on_selects_the_same():
    selection = ConsumerSelection({"vm": ["my vm"], "aks": ["c"]}, [OWN], "User", ["team/*"], ["ubuntu"], "system")
    assert shlex.join(selection.words) == (f"--aks c --vm 'my vm' --assignee-object-id {OWN} "
                                           "--assignee-principal-type User")
    assert selection.options == {"--repository": ["team/*"], "--for-rule": ["ubuntu"], "--assignee-identity": "system"}
