from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.cli.terminal_report import (View, choose_view, print_explanation_on_terminal,
                                                print_on_terminal, terminal_explanation, terminal_report)
from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN, Answer, Finding, Fix
from azext_acrcache.domain.checks.verdict import Verdict
from unit.cli.verify_reports import REPORTS

LINE = "az keyvault secret set-attributes --vault-name mykeyvault --name dockerhub-pat --enabled true"
REPORT = Verdict((
    Finding("secret/enabled", "mykeyvault/dockerhub-pat", Answer(FAIL, "The secret is disabled.", (Fix(LINE, "x"),))),
    Finding("secret/expiry", "mykeyvault/dockerhub-user", Answer(WARN, "It expires in five days, on a Monday.")),
    Finding("credset/health", "docker-hub", Answer(SKIP, "Not looked at.")),
    Finding("rule/exists", "ubuntu", Answer(PASS, "It exists.")), Finding("rule/target", "ubuntu", Answer(PASS, "")),
    Finding("registry/exists", "myregistry", Answer(PASS, "It exists.")))).to_report("/subscriptions/x")
PLAIN = View(colour=False)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_what_failed_stands_last_above_the_summary():
    assert terminal_report(REPORT, 40, PLAIN).splitlines() == [
        "pass  rule: 2 checks", "pass  registry: 1 check",
        "skip  credset/health  docker-hub", "      Not looked at.",
        "warn  secret/expiry  mykeyvault/dockerhub-user", "      It expires in five days, on a", "      Monday.",
        "FAIL  secret/enabled  mykeyvault/dockerhub-pat", "      The secret is disabled.", f"      {LINE}",
        "1 failed, 1 warning, 3 passed, 1 skipped"]


def test_all_that_passed_when_asked_for():
    lines = terminal_report(REPORT, 80, View(True, False)).splitlines()
    assert lines[:3] == ["pass  rule/exists  ubuntu", "      It exists.", "pass  rule/target  ubuntu"]


def test_colour_is_not_the_only_sign():
    coloured = terminal_report(REPORT, 80, View())
    assert "\x1b[31mFAIL\x1b[0m" in coloured and "\x1b[33mwarn\x1b[0m" in coloured
    plain = coloured
    for code in ("31", "32", "33", "2", "0"):
        plain = plain.replace(f"\x1b[{code}m", "")
    assert plain == terminal_report(REPORT, 80, PLAIN)


@given(REPORTS, st.integers(1, 300), st.booleans())
def test_nothing_foreign_moves_the_cursor_and_every_finding_is_there(report, width, show_passed):
    lines = terminal_report(report, width, View(show_passed, False))
    assert "\x1b" not in lines and "\x9b" not in lines
    assert lines.count("FAIL  ") >= report["summary"]["fail"]
    assert lines.splitlines()[-1].startswith(f"{report['summary']['fail']} failed, ")


@pytest.mark.parametrize("enabled, no_color, variables, colour", [
    (True, False, {}, True), (True, True, {}, False), (False, False, {}, False),
    (True, False, {"NO_COLOR": "1"}, False), (True, False, {"TERM": "dumb"}, False),
    (True, False, {"NO_COLOR": ""}, True)])
def test_when_there_is_colour(enabled, no_color, variables, colour, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    choose_view(SimpleNamespace(cli_ctx=SimpleNamespace(enable_color=enabled)), False, no_color)
    assert print_on_terminal(REPORT) and ("\x1b" in screen.getvalue()) is colour


def test_elsewhere_than_on_a_terminal_it_is_left_to_az(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    assert not print_on_terminal(REPORT) and out.getvalue() == ""


def test_an_explanation_is_folded_and_its_lines_are_not(monkeypatch):
    answer = {"check": "secret/enabled", "cause": "The secret is disabled, so that nobody can read it.",
              "fix": [{"command": LINE, "needs": "x"}]}
    assert terminal_explanation(answer, 40).splitlines() == [
        "secret/enabled", "      The secret is disabled, so that", "      nobody can read it.", f"      {LINE}"]
    assert terminal_explanation({"check": None, "cause": "No link of a chain.", "fix": []}, 80) == \
        "      No link of a chain."
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    assert print_explanation_on_terminal(answer) and screen.getvalue().endswith(LINE)
