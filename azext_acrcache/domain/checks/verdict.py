"""From questions to a verdict: what depends on a failed check is not asked, so that one cause is one failure."""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Iterable, Mapping

from azext_acrcache.domain.checks.catalogue import BY_NAME, MENDING_ORDER
from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, UNKNOWN, WARN, CannotTell, Finding, Question, skipped

_WORST_FIRST = {status: place for place, status in enumerate((FAIL, WARN, SKIP, PASS))}
_PLACE = {name: place for place, name in enumerate(BY_NAME)}
_MENDING_PLACE = {name: place for place, name in enumerate(MENDING_ORDER)}


@dataclass(frozen=True)
class Verdict:
    """:ivar findings: the worst first; what is to be mended in the order in which that works, the rest in the order of
        a chain.
    :ivar unanswered: the question that the command was asked could not be answered, as when a service was silent.
    """

    findings: tuple[Finding, ...]
    unanswered: bool = False

    @property
    def status(self) -> str:
        """FAIL, UNKNOWN, WARN or PASS, in this order."""
        counts = self.summary
        if counts[FAIL]:
            return FAIL
        if self.unanswered or (self.findings and counts[SKIP] == len(self.findings)):
            return UNKNOWN
        return WARN if counts[WARN] else PASS

    @cached_property
    def summary(self) -> dict[str, int]:
        """How many findings have each status."""
        counts = Counter(finding.answer.status for finding in self.findings)
        return {status: counts[status] for status in (PASS, WARN, FAIL, SKIP)}

    @property
    def root_causes(self) -> list[str]:
        """What failed; all that depends on it is a skip."""
        return [finding.key for finding in self.findings if finding.status == FAIL]

    def fails(self, fail_on: str = FAIL) -> bool:
        """Whether a check failed. :param fail_on: FAIL, or WARN where warnings count too."""
        return bool(self.summary[FAIL] or (fail_on == WARN and self.summary[WARN]))

    def to_report(self, registry_id: str | None, **lists: list[dict[str, Any]]) -> dict[str, Any]:
        """:param lists: a command's own list beside `checks`, such as `pulls`."""
        return {"registry": registry_id, "status": self.status, "summary": self.summary,
                "rootCauses": self.root_causes, **lists, "checks": [finding.to_report() for finding in self.findings]}


def judge(questions: Iterable[Question]) -> list[Finding]:
    """Answers each question once, after those that it needs. In the order of the questions.

    Raises ValueError where questions need one another in a circle or two have the same key.
    """
    by_key: dict[str, Question] = {}
    for question in questions:
        if by_key.setdefault(question.key, question) is not question:
            raise ValueError(f"two questions with one key: {question.key}")
    findings: dict[str, Finding] = {}
    for key in by_key:
        _settle(key, by_key, findings)
    return [findings[key] for key in by_key]


def verdict_of(findings: Iterable[Finding], only: Iterable[str] = (), without: Iterable[str] = ()) -> Verdict:
    """The verdict on those checks that were asked for.

    :param only: names and areas; none means all. What blocks one of these stays in, so that a check that could not
        be made for a failure elsewhere never looks like a good end.
    :param without: names and areas to leave out in any case.
    """
    kept, only, without = list(findings), frozenset(only), frozenset(without)
    if only:
        wanted = {key for finding in kept if _is_among(finding, only) for key in (finding.key, *finding.blocked_by)}
        kept = [finding for finding in kept if finding.key in wanted]
    if without:
        kept = [finding for finding in kept if not _is_among(finding, without)]
    kept.sort(key=_order)
    return Verdict(tuple(kept), any(finding.answer.unanswered for finding in kept))


def _order(finding: Finding) -> tuple[int, int]:
    places = _MENDING_PLACE if finding.answer.status in (FAIL, WARN) else _PLACE
    return _WORST_FIRST[finding.answer.status], places[finding.check]


def _is_among(finding: Finding, names: frozenset[str]) -> bool:
    return finding.check in names or BY_NAME[finding.check].area in names


def _settle(first: str, by_key: Mapping[str, Question], findings: dict[str, Finding]) -> None:
    """With a stack of its own: chains of thousands of questions must not hit Python's limit of recursion."""
    stack, open_keys = [first], set()
    while stack:
        key = stack[-1]
        if key in findings:
            stack.pop()
            continue
        waiting = [need for need in by_key[key].needs if need in by_key and need not in findings]
        if not waiting:
            findings[key] = _ask(by_key[key], findings)
            open_keys.discard(key)
            stack.pop()
            continue
        open_keys.add(key)
        if open_keys.intersection(waiting):
            raise ValueError(f"a circle of needs: {key}")
        stack += waiting


def _ask(question: Question, findings: Mapping[str, Finding]) -> Finding:
    blocking: dict[str, None] = {}
    for need in question.needs:
        finding = findings.get(need)
        if finding is None:
            continue
        if finding.answer.status == FAIL:
            blocking[need] = None
        elif finding.blocked_by:
            blocking.update(dict.fromkeys(finding.blocked_by))
    if blocking:
        reason = skipped("Not checked, since it depends on what failed: " + ", ".join(blocking))
        return Finding(question.check, question.subject, reason, tuple(blocking))
    try:
        return Finding(question.check, question.subject, question.answer())
    except CannotTell as unable:
        return Finding(question.check, question.subject, skipped(unable.reason, unable.unanswered))
