from __future__ import annotations

import pytest

from azext_acrcache.adapters.resource_search import find_by_name, find_by_names
from azext_acrcache.domain.values.errors import ServiceError, UserError
from unit.records import SUBSCRIPTION
from unit.user_errors import refused

from .strict_client import FakeSession

A, B = "other-a", "other-b"


class Lists:
    """What each subscription lists; an exception is raised. :ivar listed: those that were asked."""

    def __init__(self, **by_subscription):
        self._lists = {SUBSCRIPTION: [], A: [], B: [], **by_subscription}
        self.listed: list[str] = []

    def __call__(self, subscription: str):
        self.listed.append(subscription)
        bodies = self._lists[subscription]
        if isinstance(bodies, Exception):
            raise bodies
        return [{"name": name, "id": f"/{subscription}/{name}", "from": subscription} for name in bodies]


@pytest.fixture
def session(client):
    return FakeSession(client, [A, B])


def test_the_current_subscription_comes_first(session):
    lists = Lists(**{SUBSCRIPTION: ["MyVault"], A: ["myvault"]})
    assert find_by_name(session, "myVAULT", lists, "key vault")["from"] == SUBSCRIPTION
    assert lists.listed == [SUBSCRIPTION]


def test_then_the_others(session):
    lists = Lists(**{B: ["x", "myvault"]})
    assert find_by_name(session, "myvault", lists, "key vault")["from"] == B
    assert sorted(lists.listed) == sorted([SUBSCRIPTION, A, B])
    assert find_by_name(session, "none", Lists(), "key vault") is None


@pytest.mark.parametrize("status", [401, 403, 404, 409])
def test_a_subscription_that_may_not_be_listed_is_left_out_and_named(session, status):
    lists = Lists(**{A: ServiceError(status, "No", "no", "vaults"), B: ["myvault"]})
    result = find_by_names(session, ["myvault", "none"], lists)
    assert (set(result.bodies), result.unlisted) == ({"myvault"}, (A,))


def test_other_refusals_are_passed_on(session):
    with pytest.raises(ServiceError):
        find_by_names(session, ["myvault"], Lists(**{A: ServiceError(500, "No", "no", "vaults")}))


def test_the_current_subscription_may_be_closed_only_where_that_is_forgiven(session):
    lists = Lists(**{SUBSCRIPTION: ServiceError(403, "No", "no", "vaults"), B: ["myvault"]})
    assert find_by_names(session, ["myvault"], lists, forgiving=True).unlisted == (SUBSCRIPTION,)
    with pytest.raises(ServiceError):
        find_by_name(session, "myvault", lists, "key vault")


def test_nothing_asked_nothing_listed(session):
    lists = Lists()
    assert find_by_names(session, [], lists).bodies == {} and lists.listed == []


def test_one_in_the_current_subscription_comes_before_its_namesakes_in_others(session):
    lists = Lists(**{SUBSCRIPTION: ["myvault"], A: ["myvault"]})
    assert find_by_name(session, "myvault", lists, "key vault")["from"] == SUBSCRIPTION


@pytest.mark.parametrize("lists, ids", [
    (Lists(**{SUBSCRIPTION: ["twin", "other", "TWIN"]}), (f"/{SUBSCRIPTION}/twin", f"/{SUBSCRIPTION}/TWIN")),
    (Lists(**{A: ["twin"], B: ["twin"]}), (f"/{A}/twin", f"/{B}/twin"))])
def test_namesakes_side_by_side_are_refused_with_all_ids(session, lists, ids):
    refused(lambda: find_by_name(session, "twin", lists, "container registry"), "'twin'", *ids, kind=UserError,
            runs="--resource-group")


def test_what_more_is_known_tells_namesakes_apart(session):
    lists = Lists(**{SUBSCRIPTION: ["twin"], A: ["twin"]})
    assert find_by_name(session, "twin", lists, "container registry", lambda body: body["from"] == A)["from"] == A
