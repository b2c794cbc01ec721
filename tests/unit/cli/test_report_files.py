"""JUnit and SARIF, read by parsers that others wrote, and the files themselves."""
from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.checks.catalogue import CHAIN_AREAS, CHECKS, named_checks
from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN, Answer, Finding, Fix
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.checks.verdict import Verdict
from azext_acrcache.cli.junit import junit_of
from azext_acrcache.cli.report_files import ReportFiles
from azext_acrcache.cli.sarif import sarif_of

junitparser = pytest.importorskip("junitparser")
sarif_model = pytest.importorskip("pydantic_sarif.model").StaticAnalysisResultsFormatSarifVersion210JsonSchema

FIXES = st.builds(Fix, st.text(), st.text())
STATUSES = st.sampled_from([PASS, WARN, FAIL, SKIP])
ANSWERS = st.builds(Answer, STATUSES, st.text(), st.lists(FIXES, max_size=2).map(tuple))
FINDINGS = st.builds(Finding, st.sampled_from([check.name for check in CHECKS]), st.text(), ANSWERS,
                     st.lists(st.text(), max_size=2).map(tuple))
REPORTS = st.lists(FINDINGS, max_size=6).map(lambda found: Verdict(tuple(found)).to_report("/subscriptions/x"))


@given(REPORTS, st.sampled_from([FAIL, WARN]))
def test_junit_counts_what_the_report_counts(report, fail_on):
    suites = junitparser.JUnitXml.fromstring(junit_of("a title", report, fail_on))
    summary = report["summary"]
    failures = summary[FAIL] + (summary[WARN] if fail_on == WARN else 0)
    assert (suites.tests, suites.failures, suites.skipped) == (len(report["checks"]), failures, summary[SKIP])
    assert suites.errors == 0
    cases = [case for suite in suites for case in suite]
    results = [type(one) for case in cases for one in case.result]
    assert results.count(junitparser.Failure) == failures
    assert results.count(junitparser.Skipped) == summary[SKIP]
    assert sorted(case.classname for case in cases) == sorted(check["check"] for check in report["checks"])


@given(REPORTS)
def test_sarif_is_valid_and_says_the_same(report):
    document = json.loads(sarif_of("a title", report))
    sarif_model.model_validate(document)
    run, = document["runs"]
    levels = {PASS: ("none", "pass"), WARN: ("warning", "fail"), FAIL: ("error", "fail")}
    assert [(one["level"], one["kind"]) for one in run["results"]] == [
        levels.get(check["status"], ("none", "notApplicable" if check["blockedBy"] else "open"))
        for check in report["checks"]]
    assert [run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] for one in run["results"]] == \
        [check["check"] for check in report["checks"]]


def test_the_model_of_sarif_refuses_what_is_none():
    document = json.loads(sarif_of("t", Verdict((Finding("rule/exists", "x", Answer(PASS, "")),)).to_report(None)))
    document["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(ValueError):
        sarif_model.model_validate(document)


EMPTY = Verdict(()).to_report("r")


def test_files_appear_whole_at_the_end(tmp_path):
    junit, sarif = tmp_path / "a.xml", tmp_path / "b.sarif"
    junit.write_text("old")
    with ReportFiles(str(junit), str(sarif)) as files:
        assert junit.read_text() == "old" and not sarif.exists()
        files.write("t", EMPTY, FAIL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xml", "b.sarif"]
    assert junit.read_text().startswith("<?xml")
    assert (junit.stat().st_mode & 0o777) == (sarif.stat().st_mode & 0o777)


def test_a_failure_in_between_leaves_nothing_behind(tmp_path):
    old = tmp_path / "a.xml"
    old.write_text("old")
    with pytest.raises(RuntimeError), ReportFiles(str(old), str(tmp_path / "b.sarif")):
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["a.xml"] and old.read_text() == "old"


@pytest.mark.parametrize("junit, sarif", [("no/such/a.xml", None), (None, "."), ("a.xml", "no/such/b"), ("a", "a")])
def test_what_can_not_be_written_is_refused_at_once(tmp_path, monkeypatch, junit, sarif):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError), ReportFiles(junit, sarif):
        raise AssertionError("went on")
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to_as_it_is(tmp_path):
    reader, writer = os.pipe()
    with ReportFiles(f"/dev/fd/{writer}", None) as files:
        files.write("t", EMPTY, FAIL)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read().startswith(b"<?xml")


def test_names_of_checks_and_areas():
    given_names = ["vault", "Secret/Expiry,rule", "vault"]
    assert named_checks(given_names, CHAIN_AREAS, "--only") == ("vault", "secret/expiry", "rule")
    assert named_checks(None, CHAIN_AREAS, "--only") == ()


@pytest.mark.parametrize("name", ["nosuch", "pull/login", "secret/", "vault/acces", "login"])
def test_other_names_are_refused_with_those_that_there_are(name):
    with pytest.raises(UserError) as refused:
        named_checks([name], CHAIN_AREAS, "--only")
    assert any("vault/access" in line for line in refused.value.recommendations)
