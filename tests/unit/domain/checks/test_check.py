from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.check import (FAIL, PASS, SKIP, WARN, Answer, CannotTell, Check, Finding, Question,
                                                failed, key_of, not_known, passed, skipped, warned)
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.known import Unknown

FIX = Fix("az acr update --name myregistry", "Microsoft.ContainerRegistry/registries/write on myregistry")


@pytest.mark.parametrize("answer, expected", [
    (passed("ok"), Answer(PASS, "ok")), (warned("take care", FIX), Answer(WARN, "take care", (FIX,))),
    (failed("broken", FIX, FIX), Answer(FAIL, "broken", (FIX, FIX))), (failed("broken"), Answer(FAIL, "broken")),
    (skipped("may not"), Answer(SKIP, "may not")),
    (skipped("silence", True), Answer(SKIP, "silence", unanswered=True))])
def test_answers(answer, expected):
    assert answer == expected


@pytest.mark.parametrize("silent", [True, False])
def test_what_could_not_be_seen_is_a_skip_that_keeps_its_reason_and_whether_a_service_was_silent(silent):
    answer = not_known(Unknown("No answer from x", silent), "Whether it is so: ", ".")
    assert answer == Answer(SKIP, "Whether it is so: No answer from x.", unanswered=silent)


def test_an_exception_for_what_cannot_be_told():
    error = CannotTell("which one is not known", True)
    assert (str(error), error.reason, error.unanswered) == ("which one is not known", "which one is not known", True)
    assert CannotTell("x").unanswered is False


def test_a_finding_and_its_question_have_one_key():
    question = Question("secret/enabled", "myvault/hub-pat", lambda: passed("ok"))
    finding = Finding(question.check, question.subject, question.answer())
    assert question.key == finding.key == "secret/enabled:myvault/hub-pat"
    assert key_of(finding.check, finding.subject) == finding.key
    assert Check("secret/enabled", "the secret is enabled").area == "secret"


def test_a_finding_in_the_report():
    finding = Finding("rule/health", "my-rule", failed("broken", FIX), ("registry/sku:myregistry",))
    assert finding.status == FAIL
    assert finding.to_report() == {
        "check": "rule/health", "subject": "my-rule", "status": "fail", "message": "broken",
        "fix": [{"command": FIX.command, "needs": FIX.needs}], "blockedBy": ["registry/sku:myregistry"]}
