"""A verify report as JUnit XML, the format that pipelines show as test results.

Each check of one subject is a test case, each area a suite. A warning is a failure only with --fail-on warn; otherwise
it is in the output of its test case, since JUnit has no warnings.
"""
from __future__ import annotations

import re
from typing import Mapping
from xml.etree import ElementTree

from azext_acrcache.domain.checks.check import FAIL, SKIP, WARN

# XML 1.0, production Char: characters that a document may not have even when escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_of(title: str, report: Mapping, fail_on: str = FAIL) -> bytes:
    """:param report: what the command prints. :param fail_on: FAIL, or WARN where warnings count too."""
    failing = (FAIL, WARN) if fail_on == WARN else (FAIL,)
    areas: dict[str, list[Mapping]] = {}
    for check in report["checks"]:
        areas.setdefault(check["check"].partition("/")[0], []).append(check)
    root = ElementTree.Element("testsuites", {"name": _legal(title), **_counts(report["checks"], failing)})
    for area, checks in areas.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": area, **_counts(checks, failing)})
        for check in checks:
            _case(suite, check, failing)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _counts(checks, failing: tuple[str, ...]) -> dict[str, str]:
    def count(*statuses: str) -> str:
        return str(sum(check["status"] in statuses for check in checks))

    return {"tests": str(len(checks)), "failures": count(*failing), "errors": "0", "skipped": count(SKIP), "time": "0"}


def _case(suite: ElementTree.Element, check: Mapping, failing: tuple[str, ...]) -> None:
    case = ElementTree.SubElement(suite, "testcase", {"classname": check["check"], "name": _legal(check["subject"]),
                                                      "time": "0"})
    message = _legal(check["message"])
    text = "\n".join([message,
                      *(f"{_legal(fix['command'])}\n  (needs {_legal(fix['needs'])})" for fix in check["fix"])])
    if check["status"] in failing:
        ElementTree.SubElement(case, "failure", {"message": message, "type": check["check"]}).text = text
    elif check["status"] == SKIP:
        ElementTree.SubElement(case, "skipped", {"message": message})
    elif check["status"] == WARN:
        ElementTree.SubElement(case, "system-out").text = f"warning: {text}"


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
