from __future__ import annotations

from azext_acrcache.domain.plan.pull_grant import PullGrant, check_assign, merged_by_role
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.consumer_records import consumer, identity
from unit.user_errors import refused

TEAM, BASE, ALL = RepositoryPattern("team", True), RepositoryPattern("base"), RepositoryPattern("", True)


def test_repositories_of_one_role_add_up():
    grants = [PullGrant("abac", repositories=(TEAM,)), PullGrant("abac", repositories=(BASE, TEAM), catalog=True)]
    assert merged_by_role(grants) == [(PullGrant("abac", repositories=(TEAM, BASE), catalog=True), ())]


def test_all_of_the_registry_wins():
    for everything in (PullGrant("abac"), PullGrant("abac", repositories=(ALL,))):
        assert merged_by_role([PullGrant("abac", repositories=(TEAM,)), everything]) == [(PullGrant("abac"), (TEAM,))]


def test_pull_and_push_are_two_roles():
    grants = [PullGrant("abac"), PullGrant("abac", push=True)]
    assert merged_by_role(grants) == [(grants[0], ()), (grants[1], ())]


def test_an_identity_is_given_to_what_takes_one():
    check_assign(PullGrant("abac", assign="system"), [consumer()])
    refused(lambda: check_assign(PullGrant("abac", assign="system"), [consumer("aks", identities=(identity("k"),))]),
            "given an identity", kind=UserError)
