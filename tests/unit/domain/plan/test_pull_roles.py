from __future__ import annotations

from azext_acrcache.domain.access.roles import ACR_PULL, CATALOG_LISTER, REPOSITORY_READER
from azext_acrcache.domain.plan.pull_grant import PullGrant
from azext_acrcache.domain.plan.pull_identity import Puller
from azext_acrcache.domain.plan.pull_roles import role_steps
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.domain.consumer_records import access, consumer, role

PULLER = Puller.of(consumer(), consumer().identities[0])


def test_a_role_for_pulls_and_one_for_the_list():
    steps = role_steps(PULLER, PullGrant("abac", catalog=True), access(), [])
    assert [step.action.role for step in steps] == [REPOSITORY_READER, CATALOG_LISTER]
    assert len({step.key for step in steps}) == 2


def test_a_role_that_counts_for_nothing_is_named():
    step, = role_steps(PULLER, PullGrant("abac"), access(role(ACR_PULL)), [])
    assert "counts for nothing in ABAC mode" in step.change.detail


def test_a_wider_role_is_told_in_the_warnings():
    warnings: list[str] = []
    step, = role_steps(PULLER, PullGrant("abac", repositories=(RepositoryPattern("base"),)),
                       access(role(REPOSITORY_READER, scope="/")), warnings)
    assert step.action is None and any("narrows nothing" in warning for warning in warnings)
