from __future__ import annotations

import io

from knack.output import format_table
from knack.util import CommandResultItem

from azext_acrcache import _format
from unit.records import PULLER

CHAIN = {"name": "ubuntu", "id": "x", "source": "docker.io/library/ubuntu", "target": "ubuntu",
         "reference": "r/ubuntu:<tag>", "identity": None,
         "credentialSet": {"name": "hub", "loginServer": "docker.io", "health": {"status": "Healthy"}},
         "vault": {"name": "myvault", "id": "y", "access": "rbac"}, "secrets": []}
BARE = {**CHAIN, "name": "mcr", "credentialSet": None, "vault": None}


RESOLVED = {"image": "nginx", "rule": "nginx", "source": "docker.io/library/nginx", "reference": "r/nginx:latest",
            "upstreamReference": "docker.io/library/nginx:latest", "note": "as docker.io/library/nginx"}


def test_a_row_for_each_change():
    report = {"changes": [{"step": "cacheRule", "change": "Create", "name": "ubuntu", "id": "x", "detail": None},
                          {"step": "secret", "change": "Blocked", "name": "v/s", "id": None, "detail": "no right"}]}
    assert [list(row.items()) for row in _format.changes(report)] == [
        [("Step", "cacheRule"), ("Change", "Create"), ("Name", "ubuntu"), ("Detail", "")],
        [("Step", "secret"), ("Change", "Blocked"), ("Name", "v/s"), ("Detail", "no right")],
        [("Step", ""), ("Change", ""), ("Name", ""), ("Detail", "Create 1, Blocked 1")]]
    assert _format.changes({"changes": []}) == []


def test_the_last_row_counts_the_changes_in_the_order_of_their_weight():
    entry = {"step": "secret", "name": "v/s", "id": None, "detail": None}
    words = ["NoChange", "Create", "NoChange", "Modify", "Create", "Create"]
    rows = _format.changes({"changes": [{**entry, "change": word} for word in words]})
    assert rows[-1]["Detail"] == "Create 3, Modify 1, NoChange 2" and len(rows) == 7


def test_a_row_for_each_chain():
    full, bare = _format.chains([CHAIN, BARE])
    assert full == _format.chain(CHAIN)
    assert list(full.values()) == \
        ["ubuntu", "docker.io/library/ubuntu", "ubuntu", "hub", "Healthy", "myvault", "rbac", ""]
    assert list(bare.values()) == ["mcr", "docker.io/library/ubuntu", "ubuntu", "", "", "", "", ""]
    assert list(full) == list(bare)


def test_who_may_pull_is_counted():
    owner, puller = {"inherited": True}, {"inherited": False}
    assert [_format.chain({**CHAIN, "consumers": consumers})["Consumers"] for consumers in (
        [], [puller, puller], [puller, owner, owner], None)] == ["0", "2", "1, 2 inherited", "?"]


def test_a_set_that_is_gone_and_an_identity():
    row = _format.chain({**BARE, "credentialSet": {"name": "gone", "loginServer": None, "health": None},
                         "identity": PULLER})
    assert (row["CredentialSet"], row["Health"], row["Identity"]) == ("gone", "", "puller")


def test_a_row_for_each_rule_set_and_grant_of_a_manifest():
    rows = _format.manifest({"apiVersion": "acrcache/v1", "registries": [
        {"registry": "myregistry", "credentialSets": [{"name": "hub", "loginServer": "docker.io", "vault": "v"}],
         "rules": [{"name": "ubuntu", "source": "docker.io/library/ubuntu", "target": "ubuntu"}],
         "grants": [{"vm": f"{PULLER}/x"}, {"principalId": "p", "principalType": "User", "role": "push",
                                            "repositories": ["a", "b/*"]}]},
        {"registry": PULLER}]})
    assert [list(row.values()) for row in rows] == [
        ["myregistry", "credentialSet", "hub", "docker.io"],
        ["myregistry", "rule", "ubuntu", "ubuntu <= docker.io/library/ubuntu"],
        ["myregistry", "grant", "x", "pull *"], ["myregistry", "grant", "p", "push a, b/*"]]
    assert list(rows[0]) == ["Registry", "Kind", "Name", "Detail"]


def check(name, subject, status, message, fix=(), blocked_by=()):
    return {"check": name, "subject": subject, "status": status, "message": message, "blockedBy": list(blocked_by),
            "fix": [{"command": command, "needs": "a role"} for command in fix]}


def test_a_row_for_each_discovered_image():
    place = {"file": "k.yaml", "line": 3, "path": "spec.image"}
    entry = {"image": "nginx:1", "status": "import", "sure": False, "reference": None, "source": None, "rule": None,
             "note": "az acr import --name r --source x --image y", "where": [place, place]}
    row, = _format.discovery([entry])
    assert [row[key] for key in ("Status", "Sure", "Subject", "Where")] == ["import", "no", "nginx:1",
                                                                            "k.yaml:3 and 1 more"]
    assert row["Message"].startswith("az acr import")
    assert _format.discovery({"registries": []}) == []
    file, = _format.discovery([{"path": "x.sed", "content": "s", "notes": ["One.", "Two."]}])
    assert list(file.values()) == ["x.sed", "One. Two."]


def test_a_row_for_each_check_with_the_first_command():
    rows = _format.findings({"checks": [check("rule/exists", "ubuntu", "fail", "gone", ["az one", "az two"]),
                                        check("secret/expiry", "v/s", "warn", "soon")]})
    assert [list(row.values()) for row in rows] == [["FAIL", "rule/exists", "ubuntu", "gone", "az one"],
                                                    ["warn", "secret/expiry", "v/s", "soon", ""]]


def test_an_explanation_names_its_cause_once():
    rows = _format.explanation({"check": "pull/login", "cause": "not signed in", "fix": [
        {"command": command, "needs": "nothing"} for command in ("az login", "az acr login")]})
    assert [list(row.values()) for row in rows] == [["pull/login", "not signed in", "az login"],
                                                    ["", "", "az acr login"]]
    assert [list(row.values()) for row in _format.explanation({"check": None, "cause": "x", "fix": []})] == \
        [["", "x", ""]]


def test_names_are_escaped_and_shortened_and_lines_to_be_run_are_whole():
    line = "az acrcache grant pull --registry " + "r" * 300
    subject = "\x1b]0;t\x07" + "a" * 300
    row, = _format.findings({"checks": [check("rule/exists", subject, "fail", "gone\x9b2J", [line])]})
    assert row["Subject"].startswith("\\x1b]0;t\\x07aaa") and row["Subject"].endswith("(306 characters)")
    assert row["Message"] == "gone\\x9b2J" and row["Fix"] == line


def test_a_resolution_without_a_rule():
    line = "az acrcache bootstrap create --registry myregistry --source-repo docker.io/library/nginx"
    row, = _format.resolutions([{**RESOLVED, "rule": None, "source": None, "reference": None, "note": line}])
    assert list(row.values()) == ["NO-RULE", "nginx", "", "", "docker.io/library/nginx:latest", "", line]


def test_a_pull_tells_why_also_by_what_blocks_it():
    cause = check("pull/login", "r", "fail", "no token")
    blocked = check("pull/manifest", "r/ubuntu:1", "skip", "not looked at", blocked_by=["pull/login:r"])
    pull = {"image": "ubuntu:1", "verdict": None, "reference": "r/ubuntu:1", "rule": None,
            "digest": "sha256:" + "a" * 64}
    row, = _format.pulls({"checks": [cause, blocked], "pulls": [pull]})
    assert list(row.values()) == ["", "ubuntu:1", "r/ubuntu:1", "", "sha256:" + "a" * 12, "no token"]


def test_what_is_left_of_a_rate_limit():
    report = {"upstreams": [{"loginServer": "docker.io", "rateLimit": {"limit": 200, "remaining": 7}},
                            {"loginServer": "ghcr.io", "rateLimit": None}],
              "checks": [check("upstream/quota", "docker.io", "warn", "low"),
                         check("upstream/login", "docker.io", "pass", ""),
                         check("upstream/quota", "ghcr.io", "pass", "")]}
    assert [row["Left"] for row in _format.upstreams(report)] == ["7/200", "", ""]


def test_ways_to_sign_in():
    ways = [{"way": "admin", "enabled": enabled, "works": works, "detail": None}
            for enabled, works in ((False, None), (True, True), (True, False), (True, None))]
    assert [list(row.values()) for row in _format.logins({"logins": ways})] == [
        [status, "admin", ""] for status in ("off", "works", "FAIL", "?")]


def test_a_grant_of_somebody_who_may_not_exist():
    row, = _format.grants([{"principalName": None, "principalId": "p", "kind": None, "role": "AcrPull",
                            "access": "pull", "repositories": ["a", "b/*"], "honoured": False, "inherited": True,
                            "orphan": None}])
    assert list(row.values()) == ["p", "", "AcrPull", "pull", "a, b/*", "no", "yes", "?"]


def test_who_would_lose_access_in_another_mode():
    entry = {"principalName": "app", "principalId": "p", "kind": "vm", "role": "AcrPull", "access": "pull",
             "repositories": "*", "honoured": True, "inherited": False, "orphan": False, "loses": "pull"}
    kept, gone = _format.grants([{**entry, "keepWith": "az acrcache grant pull"}, {**entry, "orphan": True}])
    assert (kept["Loses"], kept["KeepWith"]) == ("pull", "az acrcache grant pull")
    assert (gone["Loses"], gone["KeepWith"]) == ("pull", "")


def test_a_consumer_is_known_to_its_checks_by_its_short_name_or_its_whole():
    consumers = [{"kind": "aks", "name": "g/c", "canPull": False, "canPush": None, "repositories": "*"},
                 {"kind": "webapp", "name": "a/staging", "canPull": True, "canPush": False, "repositories": []}]
    checks = [check("consumer/role", "aks/c", "fail", "no role"),
              check("consumer/settings", "webapp/a/staging", "warn", "not set up")]
    rows = _format.consumers({"checks": checks, "consumers": consumers})
    assert [list(row.values()) for row in rows] == [["FAIL", "aks/g/c", "?", "*", "no role"],
                                                    ["pulls", "webapp/a/staging", "no", "", "not set up"]]


def test_verify_tables_have_one_order_of_columns():
    checks = [check("upstream/quota", "docker.io", "warn", "low")]
    tables = [_format.findings({"checks": checks}), _format.upstreams({"checks": checks, "upstreams": []}),
              _format.pulls({"checks": [], "pulls": [{"image": "a", "verdict": "CACHED", "reference": "r/a",
                                                      "rule": "x", "digest": None}]}),
              _format.logins({"logins": [{"way": "admin", "enabled": True, "works": True, "detail": ""}]}),
              _format.consumers({"checks": [], "consumers": [{"kind": "aks", "name": "c", "canPull": True,
                                                              "canPush": True, "repositories": "*"}]}),
              _format.resolutions([RESOLVED])]
    order = ["Status", "Check", "Subject", "Reference", "Rule", "Upstream", "Digest", "Push", "Repositories", "Message",
             "Left", "Fix"]
    for row, in tables:
        assert list(row) == [heading for heading in order if heading in row]


def test_on_a_terminal_the_report_is_printed_in_its_width(monkeypatch):
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stdout", screen)
    checks = [check("rule/exists", "ubuntu", "fail", "gone", ["az one"])]
    report = {"checks": checks, "summary": {"pass": 0, "warn": 0, "fail": 1, "skip": 0}, "upstreams": []}
    assert _format.upstreams(report) == []
    screen.truncate(0)
    rest = format_table(CommandResultItem(report, table_transformer=_format.findings))
    assert (screen.getvalue().lstrip("\0") + rest).endswith("1 failed, 0 warnings, 0 passed, 0 skipped\n")


def test_changes_of_many_registries_are_grouped_and_counted():
    def change(name, word):
        return {"step": "cacheRule", "change": word, "name": name, "id": None, "detail": "d"}

    rows = _format.estate_changes({"registries": [
        {"loginServer": "first.azurecr.io", "changes": [change("a", "Create"), change("b", "NoChange")]},
        {"loginServer": "second.azurecr.io", "changes": [change("c", "Ignore")]}]})
    assert [(row["Registry"], row["Change"], row["Name"]) for row in rows[:-1]] == \
        [("first", "Create", "a"), ("second", "Ignore", "c")]
    assert rows[-1]["Detail"] == "Create 1, NoChange 1, Ignore 1"
    assert _format.estate_changes({"registries": []})[-1]["Detail"] == "Nothing to do"
