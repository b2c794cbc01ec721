"""A verify report as SARIF 2.1.0, the format that code scanning reads.

Source: SARIF version 2.1.0, OASIS Standard. A failure is an error, a warning a warning; a check that could not be
carried out is `open`, one that was blocked `notApplicable`, and each names its subject as a logical location.
"""
from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from typing import Mapping

from azext_acrcache.domain.checks.catalogue import BY_NAME
from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {FAIL: "error", WARN: "warning"}


def sarif_of(title: str, report: Mapping, fail_on: str = FAIL) -> bytes:
    """:param report: what the command prints. `fail_on` changes nothing: SARIF keeps errors and warnings apart."""
    names = list(dict.fromkeys(check["check"] for check in report["checks"]))
    run = {
        "tool": {"driver": {"name": "az acrcache", **_version(),
                            "rules": [_rule(name) for name in names]}},
        "automationDetails": {"id": f"{title}/"},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "utf16CodeUnits",
        "results": [_result(check, names.index(check["check"]), report["registry"]) for check in report["checks"]]}
    return (json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n").encode()


def _version() -> dict:
    try:
        return {"version": version("acrcache")}
    except PackageNotFoundError:
        # Run from a folder that was never installed.
        return {}


def _rule(name: str) -> dict:
    return {"id": name, "shortDescription": {"text": BY_NAME[name].holds}, "properties": {"tags": [BY_NAME[name].area]}}


def _result(check: Mapping, rule_index: int, registry: str | None) -> dict:
    result = {"ruleId": check["check"], "ruleIndex": rule_index, **_kind(check),
              "message": {"text": "\n".join([check["message"], *(fix["command"] for fix in check["fix"])])},
              "locations": [{"logicalLocations": [{"name": check["subject"], "kind": "resource",
                                                   "fullyQualifiedName": f"{registry or ''}/{check['check']}/"
                                                                         f"{check['subject']}"}]}],
              "partialFingerprints": {"checkAndSubject/v1": f"{check['check']}:{check['subject']}"}}
    properties = {key: check[key] for key in ("fix", "blockedBy") if check[key]}
    return {**result, "properties": properties} if properties else result


def _kind(check: Mapping) -> dict:
    status = check["status"]
    if status in _LEVELS:
        return {"kind": "fail", "level": _LEVELS[status]}
    kind = "pass" if status == PASS else "notApplicable" if status == SKIP and check["blockedBy"] else "open"
    return {"kind": kind, "level": "none"}
