"""Order, dependencies and what a verdict says of them."""
from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.cli.exit_codes import verify_exit_code
from azext_acrcache.domain.checks.catalogue import CHECKS
from azext_acrcache.domain.checks.check import (FAIL, PASS, SKIP, UNKNOWN, WARN, CannotTell, Finding, Fix, Question,
                                                failed, passed, skipped, warned)
from azext_acrcache.domain.checks.verdict import judge, verdict_of

NAMES = [check.name for check in CHECKS]
STATUSES = [PASS, WARN, FAIL, SKIP]
ANSWERS = {PASS: passed("well"), WARN: warned("so so"), FAIL: failed("bad", Fix("az mend", "a right")),
           SKIP: skipped("dark")}


def question(check: str, status: str = PASS, *needs: str, subject: str = "x") -> Question:
    return Question(check, subject, lambda: ANSWERS[status], needs)


def test_what_needs_a_failure_is_not_asked():
    def never():
        raise AssertionError("asked")
    found = judge([Question("credset/health", "x", never, ("vault/access:x",)),
                   question("vault/access", PASS, "vault/exists:x"), question("vault/exists", FAIL)])
    assert [finding.status for finding in found] == [SKIP, SKIP, FAIL]
    assert found[0].blocked_by == found[1].blocked_by == ("vault/exists:x",)
    assert verdict_of(found).root_causes == ["vault/exists:x"]


@pytest.mark.parametrize("status", [PASS, WARN, SKIP])
def test_what_needs_anything_else_is_asked(status):
    found = judge([question("vault/access", PASS, "vault/exists:x"), question("vault/exists", status)])
    assert found[0].status == PASS


def test_needs_that_nobody_asks_are_ignored():
    assert judge([question("vault/access", PASS, "vault/exists:other")])[0].status == PASS


def test_two_causes_are_both_named_once():
    found = judge([question("vault/exists", FAIL), question("secret/exists", FAIL),
                   question("vault/access", PASS, "vault/exists:x"),
                   question("credset/health", PASS, "vault/exists:x", "vault/access:x", "secret/exists:x")])
    assert found[-1].blocked_by == ("vault/exists:x", "secret/exists:x")


def test_an_answer_that_finds_out_midway_that_it_can_not_tell():
    def dark():
        raise CannotTell("no route")
    found = judge([Question("pull/login", "x", dark)])[0]
    assert (found.status, found.answer.message, found.blocked_by) == (SKIP, "no route", ())


def test_circles_and_doubles_are_faults_of_ours():
    with pytest.raises(ValueError, match="circle"):
        judge([question("vault/access", PASS, "vault/exists:x"), question("vault/exists", PASS, "vault/access:x")])
    with pytest.raises(ValueError, match="one key"):
        judge([question("vault/access"), question("vault/access")])


def test_a_long_chain_of_needs():
    asked = [question("secret/exists", FAIL if n == 0 else PASS, f"secret/exists:{n - 1}", subject=str(n))
             for n in range(5000)]
    found = judge(reversed(asked))
    assert {finding.blocked_by for finding in found} == {(), ("secret/exists:0",)}


@given(st.dictionaries(st.integers(0, 30), st.tuples(st.sampled_from(STATUSES), st.lists(st.integers(0, 30)))))
def test_whatever_is_asked(plan):
    """Every question gets one answer, exactly the unblocked failures are root causes, and blocks lead to those."""
    asked = [question("secret/exists", status, *(f"secret/exists:{need}" for need in needs if need < place),
                      subject=str(place)) for place, (status, needs) in plan.items()]
    verdict = verdict_of(judge(asked))
    assert sorted(finding.key for finding in verdict.findings) == sorted(one.key for one in asked)
    assert sum(verdict.summary.values()) == len(asked)
    assert {key for finding in verdict.findings for key in finding.blocked_by} <= set(verdict.root_causes)
    assert all(finding.status == SKIP for finding in verdict.findings if finding.blocked_by)
    assert verdict.fails() is bool(verdict.root_causes)


def test_the_worst_comes_first_in_the_order_of_the_chain():
    found = judge([question("secret/exists", WARN), question("registry/exists"), question("vault/exists", FAIL),
                   question("rule/exists", FAIL), question("credset/exists", SKIP)])
    assert [finding.check for finding in verdict_of(found).findings] == [
        "rule/exists", "vault/exists", "secret/exists", "credset/exists", "registry/exists"]


@pytest.mark.parametrize("statuses, status, code, strict", [
    ([PASS], PASS, 0, 0), ([WARN], WARN, 0, 4), ([FAIL], FAIL, 4, 4), ([PASS, SKIP], PASS, 0, 0),
    ([WARN, SKIP], WARN, 0, 4), ([FAIL, SKIP], FAIL, 4, 4), ([SKIP], UNKNOWN, 1, 1), ([SKIP, SKIP], UNKNOWN, 1, 1),
    ([], PASS, 0, 0)])
def test_statuses_and_exit_codes(statuses, status, code, strict):
    """Where nothing could be judged, nobody may take the report for good."""
    verdict = verdict_of(judge([question("vault/exists", each, subject=str(place))
                                for place, each in enumerate(statuses)]))
    assert (verdict.status, verify_exit_code(verdict, FAIL), verify_exit_code(verdict, WARN)) == (status, code, strict)
    assert verdict.to_report("id")["status"] == status


def test_a_command_whose_question_is_open_says_so():
    verdict = verdict_of(judge([question("consumer/exists"), question("consumer/role", SKIP)]))
    assert verdict.status == PASS
    unanswered = replace(verdict, unanswered=True)
    assert (unanswered.status, verify_exit_code(unanswered)) == (UNKNOWN, 1)


def test_only_brings_what_blocks_and_without_wins():
    found = judge([question("vault/exists", FAIL), question("vault/access", PASS, "vault/exists:x"),
                   question("rule/exists")])
    assert {one.check for one in verdict_of(found, ["vault/access"]).findings} == {"vault/exists", "vault/access"}
    assert {one.check for one in verdict_of(found, ["vault/access"], ["vault/exists"]).findings} == {"vault/access"}
    assert {one.check for one in verdict_of(found, (), ["vault"]).findings} == {"rule/exists"}


def test_the_report():
    report = verdict_of(judge([question("vault/exists", FAIL)])).to_report("id", pulls=[1])
    check = {"check": "vault/exists", "subject": "x", "status": FAIL, "message": "bad",
             "fix": [{"command": "az mend", "needs": "a right"}], "blockedBy": []}
    assert report == {"registry": "id", "status": FAIL, "summary": {PASS: 0, WARN: 0, FAIL: 1, SKIP: 0},
                      "rootCauses": ["vault/exists:x"], "pulls": [1], "checks": [check]}


def test_names_are_unique():
    assert len(set(NAMES)) == len(NAMES) == 49


@pytest.mark.parametrize("answer", [skipped("no answer", unanswered=True),
                                    replace(warned("on, but no answer to the rest"), unanswered=True)])
def test_what_got_no_answer_is_no_good_end(answer):
    verdict = verdict_of([Finding("vault/exists", "x", answer), Finding("rule/exists", "y", passed("there"))])
    assert (verdict.status, verify_exit_code(verdict)) == (UNKNOWN, 1)
    assert verify_exit_code(verdict_of(verdict.findings, without=["vault"])) == 0


def test_an_answer_that_finds_out_midway_that_a_service_is_silent():
    def silent():
        raise CannotTell("no answer", unanswered=True)
    assert judge([Question("pull/login", "x", silent)])[0].answer.unanswered
