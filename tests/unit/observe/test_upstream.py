"""How often upstreams and key vaults are asked, and what becomes of their answers."""
from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace

import pytest

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.adapters.upstream_registry import UpstreamSignIn
from azext_acrcache.cli.exit_codes import verify_exit_code
from azext_acrcache.domain.checks.upstream import upstream_questions
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.arm_ids import IDENTITY, REGISTRY, ArmId
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.rate_limits import RateLimit
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.observe.upstream import observe_upstreams
from azext_acrcache.observe.upstream_sessions import UpstreamSessions
from unit import records
from unit.calls import count_calls

OTHER_GROUP = ArmId.of(records.SUBSCRIPTION, "other-rg", REGISTRY, "myregistry")


class FakeAzure:
    """Key vaults and upstreams that answer what they are told to, and count what they are asked."""

    class session:  # pylint: disable=invalid-name  # named as the attribute of the real one
        vault_suffix = ".vault.azure.net"

    def __init__(self, sign_in=UpstreamSignIn(True, 200), limit=RateLimit(200, 150, 21600),
                 tags=DistributionResponse(200), secret=SecretValue("x")):
        self._answers = {"sign_in": sign_in, "limit": limit, "tags": tags, "secret": secret}
        self.asked: Counter = Counter()
        self._lock = threading.Lock()

    def upstream(self, *_):
        return self

    def secrets_at(self, *_):
        return self

    def content_at(self, *_):
        return self

    def read(self, secret):
        return self._answer("secret", secret.key)

    def sign_in(self):
        return self._answer("sign_in", "")

    def rate_limit(self):
        return self._answer("limit", "")

    def tags(self, repository):
        return self._answer("tags", repository)

    def without_credentials(self, message):
        return message

    def _answer(self, what, about):
        # Requests run in several threads, and adding one is not atomic.
        with self._lock:
            self.asked[what, about] += 1
        answer = self._answers[what]
        if isinstance(answer, Exception):
            raise answer
        return answer


def observe(azure, rules, sets):
    registry = records.registry()
    return observe_upstreams(registry, UpstreamSessions(azure, registry, sets), rules, sets)


def hub_rule(number: int, repository: str, credential_set: str = "docker-io"):
    return records.rule(f"rule-{number}", f"docker.io/{repository}", f"r{number}", credential_set)


def test_rules_with_the_same_upstream_set_and_repository_share_every_request():
    azure = FakeAzure()
    rules = [hub_rule(number, ("library/ubuntu", "ubuntu", "team/app")[number % 3]) for number in range(30)]
    probe, = observe(azure, rules, [records.credential_set()])
    assert dict(azure.asked) == {("secret", records.USER.key): 1, ("secret", records.PAT.key): 1, ("sign_in", ""): 1,
                                 ("limit", ""): 1, ("tags", "library/ubuntu"): 1, ("tags", "team/app"): 1}
    assert [source.rule for source in probe.sources] == rules


def test_a_thousand_rules_on_four_hundred_sets_are_asked_once_a_set_and_repository():
    azure = FakeAzure()
    sets = [records.credential_set(f"set-{number}") for number in range(400)]
    probes = observe(azure, [hub_rule(number, f"team/r{number % 500}", f"set-{number % 400}")
                             for number in range(1000)], sets)
    assert azure.asked["sign_in", ""] == len(probes) == 400
    # The same two secrets are read once, though 400 sets name them.
    assert azure.asked["secret", records.PAT.key] == 1
    assert sum(count for (what, _), count in azure.asked.items() if what == "tags") == 1000


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_upstream_that_is_overloaded_has_not_said_no(status):
    azure = FakeAzure(sign_in=UpstreamSignIn(False, status, "busy"))
    probe, = observe(azure, [hub_rule(1, "team/app")], [records.credential_set()])
    assert probe.authenticated is None
    verdict = verdict_of(judge(upstream_questions(records.registry(), [probe])))
    assert verdict.summary == {"pass": 0, "warn": 0, "fail": 0, "skip": 3} and verify_exit_code(verdict) == 1
    assert not [what for what, _ in azure.asked if what in ("tags", "limit")]


@pytest.mark.parametrize("limit", [ServiceError(503, "503", "busy", "upstream 'docker.io'"),
                                   ServiceUnreachable("upstream 'docker.io'", "reset")])
def test_no_answer_about_the_limit_is_no_unlimited_plan(limit):
    probe, = observe(FakeAzure(limit=limit), [hub_rule(1, "team/app")], [records.credential_set()])
    verdict = verdict_of(judge(upstream_questions(records.registry(), [probe])))
    assert {finding.check: finding.status for finding in verdict.findings} == {
        "upstream/quota": "skip", "upstream/login": "pass", "upstream/source": "pass"}
    assert verify_exit_code(verdict) == 1 and probe.to_report()["rateLimit"] is None


@pytest.mark.parametrize("tags, expected", [
    (DistributionResponse(503), True), (ServiceUnreachable("upstream 'docker.io'", "reset"), True),
    (ServiceError(429, "429", "slow down", "registry 'x'"), True), (ServiceError(403, "DENIED", "no", "x"), False)])
def test_a_source_that_got_no_answer(tags, expected):
    probe, = observe(FakeAzure(tags=tags), [hub_rule(1, "team/app")], [records.credential_set()])
    assert isinstance(probe.sources[0].reply, Unknown) and probe.sources[0].reply.silent is expected


def test_credentials_that_were_not_accepted_are_not_tried_again():
    azure = FakeAzure(sign_in=UpstreamSignIn(False, 401, "no"))
    probe, = observe(azure, [hub_rule(1, "team/app")], [records.credential_set()])
    assert probe.authenticated is False and isinstance(probe.sources[0].reply, Unknown)
    assert ("tags", "team/app") not in azure.asked


def test_a_wildcard_names_no_repository_to_ask_for():
    azure = FakeAzure()
    probe, = observe(azure, [records.rule("all", "mcr.microsoft.com/dotnet/*", "dotnet/*")], [])
    assert "no single repository" in probe.sources[0].reply.reason and not azure.asked


@pytest.mark.parametrize("answer, silent", [
    (ServiceError(403, "Forbidden", "no", "secret"), False), (ServiceUnreachable("key vault 'x'", "reset"), True),
    (None, False)])
def test_secrets_that_can_not_be_read_leave_the_source_to_be_asked_without(answer, silent):
    azure = FakeAzure(secret=answer)
    probe, = observe(azure, [hub_rule(1, "team/app")], [records.credential_set()])
    assert probe.withheld.silent is silent and probe.sign_in is None
    assert isinstance(probe.sources[0].reply, Known) and azure.asked["tags", "team/app"] == 1


@pytest.mark.parametrize("value", ["", " ", "\n", "\t \r\n"])
def test_empty_credentials_go_to_no_upstream_and_are_the_only_cause(value):
    azure = FakeAzure(secret=SecretValue(value))
    probe, = observe(azure, [hub_rule(1, "team/app")], [records.credential_set()])
    assert probe.blank == (records.USER, records.PAT) and {what for what, _ in azure.asked} == {"secret"}
    verdict = verdict_of(judge(upstream_questions(records.registry(), [probe])))
    assert verdict.root_causes == ["upstream/credentials:docker-io (docker.io)"]


@pytest.mark.parametrize("value, padded", [("pat\n", True), (" pat", True), ("p a t", False)])
def test_credentials_with_a_newline_are_tried_and_told(value, padded):
    probe, = observe(FakeAzure(secret=SecretValue(value)), [hub_rule(1, "team/app")], [records.credential_set()])
    assert bool(probe.padded) is padded and probe.authenticated is True


def test_what_is_not_to_be_sent_is_not_read_either():
    azure, registry, sets = FakeAzure(), records.registry(), [records.credential_set()]
    sessions = UpstreamSessions(azure, registry, sets, {(sets[0].id, "docker.io"): "not yours to send"})
    probe, = observe_upstreams(registry, sessions, [hub_rule(1, "team/app")], sets)
    assert probe.withheld == Unknown("not yours to send") and ("secret", records.PAT.key) not in azure.asked


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example#.vault.azure.net"])
def test_no_token_goes_to_a_host_that_is_no_vault(host):
    azure = FakeAzure()
    sets = [records.credential_set(username=replace(records.USER, vault_host=host),
                                   password=replace(records.PAT, vault_host=host))]
    probe, = observe(azure, [hub_rule(1, "team/app")], sets)
    assert host in probe.withheld.reason and not [what for what, _ in azure.asked if what == "secret"]


def test_namesakes_of_other_registries_and_groups_are_told_apart():
    puller = str(ArmId.of(records.SUBSCRIPTION, "other-rg", IDENTITY, "puller"))
    rules = [hub_rule(1, "team/app"),
             replace(hub_rule(2, "team/app"), credential_set=OTHER_GROUP.child("credentialSets", "docker-io")),
             records.rule("rule-3", "other.azurecr.io/a", "a", identity=records.PULLER),
             records.rule("rule-4", "other.azurecr.io/b", "b", identity=puller)]
    probes = observe(FakeAzure(), rules, [records.credential_set()])
    subjects = [probe.subject for probe in probes]
    assert subjects[0] == "docker-io (docker.io)" and subjects[1].startswith(f"{OTHER_GROUP}/credentialSets/docker-io")
    assert len(set(subjects)) == 4
    judge(upstream_questions(records.registry(), probes))


def test_twice_as_many_rules_and_sets_cost_twice_as_much():
    """In this thread: the requests themselves run in others."""
    def run(count: int) -> int:
        sets = [records.credential_set(f"set-{number}") for number in range(count // 2)]
        rules = [hub_rule(number, f"team/r{number}", f"set-{number % len(sets)}") for number in range(count)]
        return count_calls(lambda: observe(FakeAzure(), rules, sets))

    run(4)
    assert run(400) <= 2.1 * run(200)
