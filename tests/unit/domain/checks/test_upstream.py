from __future__ import annotations

import shlex

import pytest

from azext_acrcache.domain.checks.upstream import SourceProbe, UpstreamProbe, upstream_questions
from azext_acrcache.domain.values.rate_limits import RateLimit
from azext_acrcache.domain.checks.verdict import judge, verdict_of

from unit.records import credential_set, registry, rule

RULE = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")
SUBJECT = "docker-io (docker.io)"


def visit(**changed) -> UpstreamProbe:
    known = {"took": True, "quota": RateLimit(200, 150, 21600), "sources": (SourceProbe(RULE, 200),)}
    return UpstreamProbe(SUBJECT, "docker.io", credential_set(), "docker-io", **{**known, **changed})


def anonymous(**changed) -> UpstreamProbe:
    open_rule = rule("tool-rule", "ghcr.io/contoso/tool", "tool")
    return UpstreamProbe("ghcr.io", "ghcr.io", **{"sources": (SourceProbe(open_rule, 200),), **changed})


def verdict(seen):
    return verdict_of(judge(upstream_questions(registry(), [seen])))


def statuses(seen) -> dict[str, str]:
    return {finding.check.partition("/")[2]: finding.status for finding in verdict(seen).findings}


@pytest.mark.parametrize("changed, expected", [
    ({}, {"login": "pass", "source": "pass", "quota": "pass"}),
    ({"took": None, "quota": None}, {"login": "pass", "source": "pass", "quota": "pass"}),
    ({"took": False, "status": 401, "message": "no", "quota": None},
     {"login": "fail", "source": "skip", "quota": "skip"}),
    ({"took": False, "status": 429, "quota": None, "silent": None},
     {"login": "skip", "source": "pass", "quota": "pass"}),
    ({"quota": RateLimit(200, 20, 21600)}, {"login": "pass", "source": "pass", "quota": "warn"}),
    ({"quota": RateLimit(200, 21, 21600)}, {"login": "pass", "source": "pass", "quota": "pass"}),
    ({"quota": RateLimit(200, 0, 21600)}, {"login": "pass", "source": "pass", "quota": "fail"}),
    ({"sources": (SourceProbe(RULE, 404, "no"),)}, {"login": "pass", "source": "fail", "quota": "pass"}),
    ({"sources": (SourceProbe(RULE, 503),)}, {"login": "pass", "source": "skip", "quota": "pass"}),
    ({"sources": (SourceProbe(RULE, 429),)}, {"login": "pass", "source": "skip", "quota": "pass"}),
    ({"unread": "no right", "took": None, "quota": None}, {"login": "skip", "source": "pass", "quota": "skip"}),
    ({"unread": "no right", "took": None, "quota": None, "sources": (SourceProbe(RULE, 401),)},
     {"login": "skip", "source": "skip", "quota": "skip"}),
    ({"silent": "reset", "took": None, "quota": None, "sources": (SourceProbe(RULE, reason="reset"),)},
     {"login": "skip", "source": "skip", "quota": "skip"}),
])
def test_what_one_upstream_said(changed, expected):
    assert statuses(visit(**changed)) == expected


def test_an_anonymous_rule_on_a_private_source_names_the_line_that_gives_it_credentials():
    seen = anonymous(sources=(SourceProbe(rule("tool-rule", "ghcr.io/contoso/tool", "tool"), 401),))
    failed = next(one for one in verdict(seen).findings if one.status == "fail")
    line = shlex.split(failed.answer.fix[0].command)
    assert failed.check == "upstream/source" and "tool-rule" in line and "--vault" in line


def test_an_anonymous_rule_has_neither_quota_nor_authentication():
    assert statuses(anonymous()) == {"login": "pass", "source": "pass"} and anonymous().authenticated is None


def test_the_entry_of_the_report():
    assert visit().to_report() == {"loginServer": "docker.io", "credentialSet": "docker-io", "authenticated": True,
                                   "rateLimit": {"limit": 200, "remaining": 150, "windowSeconds": 21600}}


@pytest.mark.parametrize("headers, expected", [
    ({"ratelimit-limit": "200;w=21600", "ratelimit-remaining": "13;w=21600"}, RateLimit(200, 13, 21600)),
    ({"ratelimit-limit": "200", "ratelimit-remaining": "0"}, RateLimit(200, 0, 0)),
    ({"ratelimit-limit": "200;w=21600"}, None), ({}, None),
    ({"ratelimit-limit": "x", "ratelimit-remaining": "1"}, None)])
def test_the_rate_limits_headers(headers, expected):
    assert RateLimit.from_headers(headers) == expected
