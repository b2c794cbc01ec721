"""Reports of `verify` with anything in them that a check could say."""
from __future__ import annotations

from hypothesis import strategies as st

from azext_acrcache.domain.checks.catalogue import CHECKS
from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN, Answer, Finding, Fix
from azext_acrcache.domain.checks.verdict import Verdict

FIXES = st.builds(Fix, st.text(), st.text())
STATUSES = st.sampled_from([PASS, WARN, FAIL, SKIP])
ANSWERS = st.builds(Answer, STATUSES, st.text(), st.lists(FIXES, max_size=2).map(tuple))
FINDINGS = st.builds(Finding, st.sampled_from([check.name for check in CHECKS]), st.text(), ANSWERS,
                     st.lists(st.text(), max_size=2).map(tuple))
REPORTS = st.lists(FINDINGS, max_size=6).map(lambda findings: Verdict(tuple(findings)).to_report("/subscriptions/x"))
