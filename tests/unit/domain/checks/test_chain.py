"""What judging a whole registry costs."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.chain import chain_questions
from azext_acrcache.domain.checks.snapshot import Access
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.state.known import Known
from azext_acrcache.domain.state.observed import PRESENT, Secret
from azext_acrcache.domain.values.secret_ids import SecretId
from unit import records
from unit.calls import count_calls
from unit.domain.checks.chain_world import chain


def registry_of(count: int, rbac: bool, well: bool):
    """As many rules as credential sets, all in one vault. Not well: each set is without access, each rule names
    another set for the same upstream."""
    pairs = [(SecretId(records.HOST, f"user-{n}"), SecretId(records.HOST, f"pat-{n}")) for n in range(count)]
    sets = [records.credential_set(f"set-{n}", username=user, password=pat, principal=f"principal-{n}",
                                   status="Healthy" if well else "Unhealthy", code="Forbidden")
            for n, (user, pat) in enumerate(pairs)]
    rules = [records.rule(f"rule-{n}", f"docker.io/team/r{n}", f"team/r{n}", f"set-{n}" if well else f"gone-{n}")
             for n in range(count)]
    access = {(f"principal-{n}", records.HOST): Access(Known(tuple(
        records.assignment(records.secret_scope(secret), principal=f"principal-{n}") for secret in pair))
        if well else Known(())) for n, pair in enumerate(pairs)}
    policies = [records.policy("get", principal=f"principal-{n}") for n in range(count)] if well else []
    return chain(rules=rules, credential_sets=sets, vault=records.vault(rbac, policies if not rbac else None),
                 secrets=[Secret(secret, PRESENT, True) for pair in pairs for secret in pair], access=access)


def judged(snapshot):
    return verdict_of(judge(chain_questions(snapshot))).to_report("id")


@pytest.mark.parametrize("rbac", [True, False])
@pytest.mark.parametrize("well", [True, False])
def test_twice_as_many_rules_and_sets_cost_twice_as_much(rbac, well):
    judged(registry_of(5, rbac, well))
    calls = [count_calls(lambda snapshot=registry_of(count, rbac, well): judged(snapshot)) for count in (100, 200)]
    assert calls[1] <= 2.1 * calls[0], calls


def test_a_registry_that_is_well_has_no_cause():
    assert judged(registry_of(20, True, True))["rootCauses"] == []
    assert len(judged(registry_of(20, True, False))["rootCauses"]) == 40
