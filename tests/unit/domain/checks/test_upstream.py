from __future__ import annotations

import shlex

import pytest

from azext_acrcache.cli.exit_codes import verify_exit_code
from azext_acrcache.domain.checks.chain import chain_questions
from azext_acrcache.domain.checks.upstream import (SignInReply, SourceProbe, UpstreamProbe, UpstreamReply,
                                                   upstream_questions)
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, Secret
from azext_acrcache.domain.values.rate_limits import RateLimit
from unit.domain.checks.chain_world import chain, unhealthy
from unit.records import PAT, USER, credential_set, registry, rule

RULE = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")
SUBJECT = "docker-io (docker.io)"


ACCEPTED, LIMIT = Known(SignInReply(True)), RateLimit(200, 150, 21600)
NO_RIGHT, SILENT = Unknown("no right"), Unknown("no answer", silent=True)


def source(status: int, message: str = "", by=RULE) -> SourceProbe:
    return SourceProbe(by, Known(UpstreamReply(status, message)))


def probe(**changed) -> UpstreamProbe:
    known = {"sign_in": ACCEPTED, "rate_limit": Known(LIMIT), "sources": (source(200),)}
    return UpstreamProbe(SUBJECT, "docker.io", credential_set(), "docker-io", **{**known, **changed})


def anonymous(status: int = 200) -> UpstreamProbe:
    open_rule = rule("tool-rule", "ghcr.io/contoso/tool", "tool")
    return UpstreamProbe("ghcr.io", "ghcr.io", sources=(source(status, by=open_rule),))


def verdict(*probes):
    return verdict_of(judge(upstream_questions(registry(), probes)))


def statuses(observed) -> dict[str, str]:
    return {finding.check.partition("/")[2]: finding.status for finding in verdict(observed).findings}


@pytest.mark.parametrize("changed, expected", [
    ({}, {"login": "pass", "source": "pass", "quota": "pass"}),
    ({"sign_in": Known(SignInReply(None)), "rate_limit": None}, {"login": "pass", "source": "pass", "quota": "skip"}),
    ({"rate_limit": Known(None)}, {"login": "pass", "source": "pass", "quota": "pass"}),
    ({"rate_limit": SILENT}, {"login": "pass", "source": "pass", "quota": "skip"}),
    ({"sign_in": Known(SignInReply(False, UpstreamReply(401, "no"))), "rate_limit": None},
     {"login": "fail", "source": "skip", "quota": "skip"}),
    ({"rate_limit": Known(RateLimit(200, 20, 21600))}, {"login": "pass", "source": "pass", "quota": "warn"}),
    ({"rate_limit": Known(RateLimit(200, 21, 21600))}, {"login": "pass", "source": "pass", "quota": "pass"}),
    ({"rate_limit": Known(RateLimit(200, 0, 21600))}, {"login": "pass", "source": "pass", "quota": "fail"}),
    ({"padded": (PAT,)}, {"credentials": "warn", "login": "pass", "source": "pass", "quota": "pass"}),
    ({"blank": (PAT,), "withheld": Unknown("empty"), "sign_in": Unknown("empty"), "rate_limit": None,
      "sources": (SourceProbe(RULE, Unknown("empty")),)},
     {"credentials": "fail", "login": "skip", "source": "skip", "quota": "skip"}),
    ({"sources": (source(404, "no"),)}, {"login": "pass", "source": "fail", "quota": "pass"}),
    ({"sources": (SourceProbe(RULE, SILENT),)}, {"login": "pass", "source": "skip", "quota": "pass"}),
    ({"withheld": NO_RIGHT, "sign_in": None, "rate_limit": None}, {"login": "skip", "source": "pass", "quota": "skip"}),
    ({"withheld": NO_RIGHT, "sign_in": None, "rate_limit": None, "sources": (source(401),)},
     {"login": "skip", "source": "skip", "quota": "skip"}),
    ({"sign_in": SILENT, "rate_limit": None, "sources": (SourceProbe(RULE, SILENT),)},
     {"login": "skip", "source": "skip", "quota": "skip"}),
])
def test_what_one_upstream_said(changed, expected):
    assert statuses(probe(**changed)) == expected


@pytest.mark.parametrize("changed", [{"rate_limit": SILENT}, {"sources": (SourceProbe(RULE, SILENT),)},
                                     {"sign_in": SILENT, "rate_limit": None},
                                     {"withheld": SILENT, "sign_in": None, "rate_limit": None}])
def test_what_got_no_answer_is_no_good_end(changed):
    assert verify_exit_code(verdict(probe(**changed))) == 1


@pytest.mark.parametrize("sign_in, authenticated", [
    (ACCEPTED, True), (Known(SignInReply(False)), False), (Known(SignInReply(None)), None), (SILENT, None),
    (None, None)])
def test_whether_the_credentials_were_accepted(sign_in, authenticated):
    assert probe(sign_in=sign_in).to_report()["authenticated"] is authenticated


def test_an_anonymous_rule_on_a_private_source_names_the_line_that_gives_it_credentials():
    failure = next(finding for finding in verdict(anonymous(401)).findings if finding.status == "fail")
    line = shlex.split(failure.answer.fix[0].command)
    assert failure.check == "upstream/source" and "tool-rule" in line and "--vault" in line


def test_an_anonymous_rule_has_neither_quota_nor_authentication():
    assert statuses(anonymous()) == {"login": "pass", "source": "pass"} and anonymous().authenticated is None


def test_the_entry_of_the_report():
    assert probe().to_report() == {"loginServer": "docker.io", "credentialSet": "docker-io", "authenticated": True,
                                   "rateLimit": {"limit": 200, "remaining": 150, "windowSeconds": 21600}}


def test_an_empty_secret_is_stored_again_from_a_file_that_the_user_writes():
    empty = Unknown("empty")
    blank = probe(blank=(USER, PAT), withheld=empty, sign_in=empty, rate_limit=None,
                  sources=(SourceProbe(RULE, empty),))
    failure, = [finding for finding in verdict(blank).findings if finding.status == "fail"]
    assert failure.check == "upstream/credentials"
    assert [shlex.split(fix.command)[-3] for fix in failure.answer.fix] == ["hub-user.txt", "hub-pat.txt"]
    assert {finding.blocked_by for finding in verdict(blank).findings if finding != failure} == {(failure.key,)}


@pytest.mark.parametrize("state, enabled, cause", [
    (PRESENT, False, "secret/enabled:myvault/hub-pat"), (ABSENT, None, "secret/exists:myvault/hub-pat")])
def test_after_a_chain_s_checks_a_secret_that_can_not_be_read_is_the_only_cause(state, enabled, cause):
    snapshot = chain(secrets=(Secret(USER, PRESENT, True), Secret(PAT, state, enabled)), credential_sets=unhealthy())
    unread = probe(withheld=NO_RIGHT, sign_in=None, rate_limit=None, sources=())
    findings = judge([*chain_questions(snapshot), *upstream_questions(snapshot.registry, [unread])])
    assert [finding.key for finding in findings if finding.status == "fail"] == [cause]
    assert {finding.blocked_by for finding in findings if finding.check == "upstream/login"} == {(cause,)}
