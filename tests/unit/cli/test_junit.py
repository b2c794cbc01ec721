"""Read by a parser that others wrote."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.cli.junit import junit_of
from azext_acrcache.domain.checks.check import FAIL, SKIP, WARN
from unit.cli.verify_reports import REPORTS

junitparser = pytest.importorskip("junitparser")


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
