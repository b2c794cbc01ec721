"""A verify report as SARIF 2.1.0, the format that code scanning reads.

Sources: SARIF version 2.1.0, OASIS Standard; "SARIF support for code scanning" (docs.github.com), which wants a
physical location with a line, a help text for each rule, and takes every result for something to be mended. So only
failures and warnings are results; a check that could not be carried out is a notification of the run. What is wrong is
no line of a file: the location is the resource, its ID without the slash in front as the URI of an artifact.
"""
from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from typing import Mapping, Sequence
from urllib.parse import quote

from azext_acrcache.domain.checks.catalogue import BY_NAME
from azext_acrcache.domain.checks.check import FAIL, SKIP, WARN
from azext_acrcache.domain.guidance.az_lines import AzLine, Registry
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import UserError

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {FAIL: "error", WARN: "warning"}
# The areas whose subjects are names of resources below the registry.
_LEVEL_OF_AREA = {"rule": "cacheRules", "credset": "credentialSets"}


def sarif_of(title: str, report: Mapping, fail_on: str = FAIL) -> bytes:
    """:param report: what the command prints. `fail_on` changes nothing: SARIF keeps errors and warnings apart."""
    findings = [check for check in report["checks"] if check["status"] in _LEVELS]
    names = list(dict.fromkeys(check["check"] for check in findings))
    artifacts = list(dict.fromkeys(_artifact(check, report["registry"]) for check in findings))
    run = {
        "tool": {"driver": {"name": "az acrcache", **_version(),
                            "rules": [_rule(name, report["registry"]) for name in names]}},
        "automationDetails": {"id": f"{title}/"},
        "invocations": [{"executionSuccessful": True,
                         "toolExecutionNotifications": [_notification(check) for check in report["checks"]
                                                        if check["status"] == SKIP and not check["blockedBy"]]}],
        "columnKind": "utf16CodeUnits",
        "artifacts": [{"location": {"uri": uri}} for uri in artifacts],
        "results": [_result(check, names.index(check["check"]), artifacts, report["registry"]) for check in findings]}
    return (json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n").encode()


def _version() -> dict:
    try:
        return {"version": version("acrcache")}
    except PackageNotFoundError:
        # Run from a folder that was never installed.
        return {}


def _rule(name: str, registry: str | None) -> dict:
    holds = {"text": BY_NAME[name].holds}
    line = AzLine.of("acrcache", "verify", "chain").registry(_place(registry)).option("--only", name)
    return {"id": name, "shortDescription": holds, "fullDescription": holds,
            "help": {"text": f"{BY_NAME[name].holds} Ask for this check alone: {line}"},
            "properties": {"tags": [BY_NAME[name].area]}}


def _place(registry: str | None) -> Registry:
    try:
        return ArmId.parse(registry or "")
    except UserError:
        # A report that is about no registry in particular.
        return "MyRegistry"


def _artifact(check: Mapping, registry: str | None) -> str:
    """The URI of the rule or credential set that a check is about, else of the registry."""
    level = _LEVEL_OF_AREA.get(check["check"].partition("/")[0])
    resource = f"{registry or 'registry'}/{level}/{check['subject']}" if level else registry or "registry"
    # Lone surrogates have no UTF-8 form.
    return quote(resource.lstrip("/").encode("utf-8", "replace"), safe="/")


def _result(check: Mapping, rule_index: int, artifacts: Sequence[str], registry: str | None) -> dict:
    uri = _artifact(check, registry)
    location = {"physicalLocation": {"artifactLocation": {"uri": uri, "index": artifacts.index(uri)},
                                     "region": {"startLine": 1}},
                "logicalLocations": [{"name": check["subject"], "kind": "resource",
                                      "fullyQualifiedName": f"{registry or ''}/{check['check']}/{check['subject']}"}]}
    key = f"{check['check']}:{check['subject']}"
    # The first is the one that GitHub tells results apart by, and would work out of the file's lines.
    fingerprints = {"primaryLocationLineHash": f"{_hash(key)}:1", "checkAndSubject/v1": key}
    result = {"ruleId": check["check"], "ruleIndex": rule_index, "kind": "fail", "level": _LEVELS[check["status"]],
              "message": {"text": "\n".join([check["message"], *(fix["command"] for fix in check["fix"])])},
              "locations": [location], "partialFingerprints": fingerprints}
    return {**result, "properties": {"fix": check["fix"]}} if check["fix"] else result


def _notification(check: Mapping) -> dict:
    return {"level": "note", "message": {"text": f"{check['check']} of {check['subject']}: {check['message']}"},
            "descriptor": {"id": check["check"]}}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
