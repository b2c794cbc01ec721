"""Read by a model that was made from the standard's own schema."""
from __future__ import annotations

import json

import pytest
from hypothesis import given

from azext_acrcache.cli.sarif import sarif_of
from azext_acrcache.domain.checks.check import FAIL, PASS, WARN, Answer, Finding
from azext_acrcache.domain.checks.verdict import Verdict
from unit.cli.verify_reports import REPORTS

sarif_model = pytest.importorskip("pydantic_sarif.model").StaticAnalysisResultsFormatSarifVersion210JsonSchema


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
