from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE

from azext_acrcache.cli.exit_codes import ExitCode, exit_after_report, verify_exit_code
from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN, Answer, Finding
from azext_acrcache.domain.checks.verdict import Verdict

NO_MATTER = Finding("rule/exists", "y", Answer(PASS, ""))
ROOT = Path(__file__).resolve().parents[3]


def test_the_contract():
    assert {code.name: int(code) for code in ExitCode} == \
        {"DONE": 0, "FAILED": 1, "BAD_INPUT": 2, "MISSING": 3, "FINDINGS": 4, "PENDING": 5}


def test_the_readme_has_a_row_for_each():
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| exit code | meaning |")[2]
    assert [int(code) for code in re.findall(r"^\| (\d) \|", table, re.MULTILINE)] == list(ExitCode)


@pytest.mark.parametrize("status, fail_on, unanswered, code", [
    (PASS, FAIL, False, ExitCode.DONE), (PASS, FAIL, True, ExitCode.FAILED), (SKIP, WARN, False, ExitCode.DONE),
    (SKIP, WARN, True, ExitCode.FAILED), (WARN, FAIL, False, ExitCode.DONE), (WARN, FAIL, True, ExitCode.FAILED),
    (WARN, WARN, False, ExitCode.FINDINGS), (WARN, WARN, True, ExitCode.FINDINGS),
    (FAIL, FAIL, False, ExitCode.FINDINGS), (FAIL, WARN, True, ExitCode.FINDINGS)])
def test_findings_go_before_what_gave_no_answer(status, fail_on, unanswered, code):
    verdict = Verdict((Finding("vault/exists", "x", Answer(status, "")), NO_MATTER), unanswered)
    assert verify_exit_code(verdict, fail_on) is code


def test_a_code_comes_after_the_report():
    registered = []
    cmd = SimpleNamespace(cli_ctx=SimpleNamespace(
        register_event=lambda event, handler: registered.append((event, handler))))
    exit_after_report(cmd, ExitCode.DONE)
    assert registered == []
    exit_after_report(cmd, ExitCode.PENDING)
    (event, leave), = registered
    assert event == EVENT_CLI_SUCCESSFUL_EXECUTE
    with pytest.raises(SystemExit) as caught:
        leave(cmd.cli_ctx, result=None)
    assert caught.value.code == 5
