"""The line that gives a consumer what it lacks, and takes nothing away."""
from __future__ import annotations

from azext_acrcache.domain.access.roles import REPOSITORY_READER
from azext_acrcache.domain.checks.consumer_access import ConsumerQuery
from azext_acrcache.domain.consumers.identity import Identity
from unit.domain.checks.consumer_world import BASE_ONLY, TEAM, findings
from unit.domain.consumer_records import OWN, access, consumer, identity, role


def test_the_mend_names_what_it_has_already():
    answer = findings(access(role(REPOSITORY_READER, condition=BASE_ONLY)), ConsumerQuery((TEAM,)))["consumer/role"]
    assert "--repository base 'team/*'" in answer.fix[0].command


def test_the_identity_that_was_chosen_stays_in_the_fix():
    several = consumer(identities=(Identity(OWN), identity("one")))
    answer = findings(access(consumers=(several,)), ConsumerQuery(identity="one"))["consumer/role"]
    assert answer.fix[0].command.endswith("--assignee-identity one")
