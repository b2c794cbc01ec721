from __future__ import annotations

import pytest

from azext_acrcache.cli.consumer_arguments import (consumer_words, given_principals, named_consumers, repositories_from,
                                                   require_consumers)
from azext_acrcache.domain.consumers.kinds import KINDS
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from unit.records import PRINCIPAL
from unit.user_errors import refused


def test_each_kind_has_its_flag():
    named = named_consumers({kind.dest: [f" my-{kind.flag} "] for kind in KINDS})
    assert [(one.kind, one.text) for one in named] == [(kind, f"my-{kind.flag}") for kind in KINDS]


@pytest.mark.parametrize("given", ["ServicePrincipal", "user", "GROUP"])
def test_principals_as_given(given):
    (object_id, principal_type), = given_principals([PRINCIPAL.upper()], given)
    assert (object_id, principal_type.lower()) == (PRINCIPAL, given.lower())


@pytest.mark.parametrize("ids, kind, refusal", [([PRINCIPAL], None, MissingArgument), (None, "User", MissingArgument),
                                                ([PRINCIPAL], "Robot", UserError), (["my-app"], "User", UserError)])
def test_what_does_not_go_together(ids, kind, refusal):
    refused(lambda: given_principals(ids, kind), kind=refusal)


def test_somebody_must_be_named():
    refused(lambda: require_consumers([], []), kind=MissingArgument, runs="--aks")


@pytest.mark.parametrize("text", ["a*b", "team/*/app", "Team", "team/app:1", "a@sha256:0", ""])
def test_what_is_no_repository(text):
    refused(lambda: repositories_from([text]), text)


def test_the_same_arguments_again():
    assert consumer_words({"vm": ["a", "b"], "container_instance": ["c"], "aks": None}, [PRINCIPAL], "User") == [
        "--vm", "a", "b", "--container-instance", "c", "--assignee-object-id", PRINCIPAL,
        "--assignee-principal-type", "User"]
