from __future__ import annotations

import pytest

from azext_acrcache.cli.terminal_lists import (consumer_entries, login_entries, pull_entries, resolution_entries,
                                               resolution_summary, upstream_entries)
from azext_acrcache.cli.terminal_report import View, terminal_list, terminal_report
from azext_acrcache.domain.checks.check import FAIL, PASS, SKIP, WARN

PLAIN = View(colour=False)
LINE = "az acrcache bootstrap create --registry myregistry --source-repo docker.io/library/nginx"


def check(name, subject, status):
    return {"check": name, "subject": subject, "status": status, "message": "", "fix": [], "blockedBy": []}


def pull(image, verdict, rule="ubuntu"):
    return {"image": image, "reference": f"myregistry.azurecr.io/{image}", "rule": rule, "verdict": verdict,
            "digest": "sha256:" + "a" * 64}


@pytest.mark.parametrize("statuses, status", [
    ((PASS, PASS), PASS), ((PASS, WARN), WARN), ((FAIL, SKIP), FAIL), ((SKIP, PASS), SKIP), ((), SKIP)])
def test_a_pull_weighs_what_its_worst_check_does(statuses, status):
    report = {"pulls": [pull("ubuntu:1", "CACHED")],
              "checks": [check("pull/manifest", "myregistry.azurecr.io/ubuntu:1", status) for status in statuses]}
    entry, = pull_entries(report)
    assert (entry.status, entry.word, entry.subject) == (status, "CACHED", "ubuntu:1")
    assert entry.detail == "myregistry.azurecr.io/ubuntu:1; rule ubuntu; sha256:aaaaaaaaaaaa"


def test_an_image_that_was_not_read():
    entry, = pull_entries({"pulls": [{**pull("UPPER", None, None), "reference": None, "digest": None}],
                           "checks": [check("pull/manifest", "UPPER", SKIP)]})
    assert (entry.status, entry.word, entry.subject, entry.detail) == (SKIP, "?", "UPPER", "")


def test_what_is_left_of_a_rate_limit_and_nothing_of_upstreams_without_credentials():
    upstreams = [{"loginServer": "docker.io", "credentialSet": "hub", "authenticated": True,
                  "rateLimit": {"limit": 200, "remaining": 7}},
                 {"loginServer": "ghcr.io", "credentialSet": None, "authenticated": None, "rateLimit": None}]
    entry, = upstream_entries({"upstreams": upstreams})
    assert (entry.word, entry.subject, entry.detail) == ("works", "hub (docker.io)", "7 of 200 pulls left")
    assert upstream_entries({}) == []


def test_consumers():
    consumer = {"kind": "aks", "name": "c", "canPull": True, "canPush": False, "repositories": "*"}
    entries = consumer_entries({"consumers": [consumer, {**consumer, "canPull": False, "repositories": []},
                                              {**consumer, "canPull": None, "canPush": None,
                                               "repositories": ["a", "b/*"]}]})
    assert [(entry.status, entry.word, entry.detail) for entry in entries] == [
        (PASS, "pulls", "push: no; repositories: all"), (FAIL, "FAIL", "push: no; repositories: none"),
        (SKIP, "?", "push: ?; repositories: a, b/*")]


def test_a_way_to_sign_in_that_is_off_is_no_failure():
    ways = [{"way": "admin", "enabled": enabled, "works": works, "detail": ""}
            for enabled, works in ((False, None), (True, True), (True, False), (None, None))]
    assert [(entry.status, entry.word) for entry in login_entries({"logins": ways})] == [
        (PASS, "off"), (PASS, "works"), (FAIL, "FAIL"), (SKIP, "?")]


def test_references_the_line_of_a_rule_and_what_was_not_read():
    served = {"image": "ubuntu:1", "rule": "ubuntu", "source": "docker.io/library/ubuntu", "note": None,
              "reference": "myregistry.azurecr.io/ubuntu:1", "upstreamReference": "docker.io/library/ubuntu:1"}
    without = {**served, "image": "nginx", "rule": None, "source": None, "reference": None, "note": LINE}
    unread = {**without, "image": "UPPER", "upstreamReference": None, "note": "Upper case is not allowed."}
    planned = {**served, "image": "docker.io/a/b", "rule": None, "note": "The target is taken."}
    answer = [unread, without, served, planned]
    text = terminal_list(resolution_entries(answer), 80, PLAIN, resolution_summary(answer))
    assert text.splitlines() == [
        "ok  ubuntu:1", "      myregistry.azurecr.io/ubuntu:1; rule ubuntu", "NO-RULE  nginx", f"      {LINE}",
        "UNREAD  UPPER", "      Upper case is not allowed.", "REFUSED  docker.io/a/b", "      The target is taken.",
        "ok 1, NO-RULE 1, REFUSED 1, UNREAD 1"]


def test_the_own_list_stands_above_the_checks_and_the_summary_is_last():
    report = {"pulls": [pull("b:1", "DENIED"), pull("a:1", "CACHED")], "summary": {PASS: 1, WARN: 0, FAIL: 1, SKIP: 0},
              "checks": [check("pull/authorized", "myregistry.azurecr.io/b:1", FAIL),
                         check("pull/manifest", "myregistry.azurecr.io/a:1", PASS)]}
    lines = terminal_report(report, 80, PLAIN, pull_entries(report)).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "CACHED  a:1", "DENIED  b:1", "pass  pull: 1 check", "FAIL  pull/authorized  myregistry.azurecr.io/b:1",
        "1 failed, 0 warnings, 1 passed, 0 skipped"]
    assert max(map(len, lines)) <= 80
