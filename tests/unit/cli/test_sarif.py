"""Read by a model that was made from the standard's own schema."""
from __future__ import annotations

import json
import re

import pytest
from hypothesis import given

from azext_acrcache.cli.sarif import sarif_of
from azext_acrcache.domain.checks.check import FAIL, SKIP, WARN, Answer, Finding
from azext_acrcache.domain.checks.verdict import Verdict
from unit.cli.verify_reports import REPORTS

sarif_model = pytest.importorskip("pydantic_sarif.model").StaticAnalysisResultsFormatSarifVersion210JsonSchema


@given(REPORTS)
def test_sarif_is_valid_and_says_the_same(report):
    document = json.loads(sarif_of("a title", report))
    sarif_model.model_validate(document)
    run, = document["runs"]
    findings = [check for check in report["checks"] if check["status"] in (WARN, FAIL)]
    assert [(result["level"], result["kind"]) for result in run["results"]] == [
        ({WARN: "warning", FAIL: "error"}[check["status"]], "fail") for check in findings]
    assert [run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] for result in run["results"]] == \
        [check["check"] for check in findings]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == sum(
        check["status"] == SKIP and not check["blockedBy"] for check in report["checks"])


@given(REPORTS)
def test_what_code_scanning_demands_of_an_upload(report):
    run, = json.loads(sarif_of("a title", report))["runs"]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
    for result in run["results"]:
        location, = result["locations"]
        place = location["physicalLocation"]
        assert place["region"]["startLine"] == 1 and result["message"]["text"] is not None
        uri = place["artifactLocation"]["uri"]
        assert re.fullmatch(r"subscriptions/x(/[A-Za-z0-9._~%/-]*)?", uri), "a relative reference (RFC 3986)"
        assert run["artifacts"][place["artifactLocation"]["index"]]["location"]["uri"] == uri
        assert result["partialFingerprints"]["primaryLocationLineHash"]


def test_the_location_is_the_resource():
    findings = [Finding(check, "my-name", Answer(FAIL, "no"))
                for check in ("rule/exists", "credset/exists", "secret/enabled")]
    run, = json.loads(sarif_of("t", Verdict(tuple(findings)).to_report("/subscriptions/x/registries/r")))["runs"]
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == [
        "subscriptions/x/registries/r/cacheRules/my-name", "subscriptions/x/registries/r/credentialSets/my-name",
        "subscriptions/x/registries/r"]


def test_the_model_of_sarif_refuses_what_is_none():
    document = json.loads(sarif_of("t", Verdict((Finding("rule/exists", "x", Answer(FAIL, "")),)).to_report(None)))
    document["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(ValueError):
        sarif_model.model_validate(document)
