"""What the checks of one consumer find, and repositories that roles are narrowed to."""
from __future__ import annotations

from azext_acrcache.domain.access.pull_access import ABAC_ACTIONS, PULL
from azext_acrcache.domain.access.repository_conditions import NAME as ATTRIBUTE
from azext_acrcache.domain.access.repository_conditions import condition_for
from azext_acrcache.domain.checks.check import Answer
from azext_acrcache.domain.checks.consumer import ConsumerChecks
from azext_acrcache.domain.checks.consumer_access import ConsumerQuery
from azext_acrcache.domain.checks.verdict import judge
from azext_acrcache.domain.values.repositories import RepositoryPattern

BASE, TEAM = RepositoryPattern("base"), RepositoryPattern("team", True)
NAME = f"@Request[{ATTRIBUTE}]"
BASE_ONLY = condition_for([BASE], ABAC_ACTIONS[PULL])


def findings(snapshot, asked: ConsumerQuery = ConsumerQuery()) -> dict[str, Answer]:
    checks, = [ConsumerChecks(consumer, asked, snapshot) for consumer in snapshot.consumers]
    return {finding.check: finding.answer for finding in judge(checks.questions())}


def statuses(snapshot, asked: ConsumerQuery = ConsumerQuery()) -> dict[str, str]:
    return {check.partition("/")[2]: answer.status for check, answer in findings(snapshot, asked).items()}
