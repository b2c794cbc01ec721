from __future__ import annotations

import shlex

import pytest

from azext_acrcache.cli.exit_codes import verify_exit_code
from azext_acrcache.domain.checks.pull import pull_questions
from azext_acrcache.domain.checks.sign_in import Caller, SignIn
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.guidance.rule_proposals import RuleProposals
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, PullTarget
from azext_acrcache.domain.values.image_manifests import Platform
from azext_acrcache.domain.values.image_references import ImageReference
from unit.records import REGISTRY_ID, registry, rule

RULE = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu")
A = "sha256:" + "a" * 64
REFERENCE = "myregistry.azurecr.io/ubuntu:22.04"
CALLER = Caller("44444444-4444-4444-4444-444444444444", "User")


def pull(top=ManifestAnswer(200, A), granted=("pull",), by=RULE, text="ubuntu:22.04", **more) -> PullProbe:
    image = ImageReference.parse(text)
    target = PullTarget(text, image, "ubuntu", REFERENCE, by, image.upstream if by else None)
    return PullProbe(target, granted, top, **more)


def verdict(*pulls, where=None, sign_in=SignIn(200)):
    where = where or registry()
    return verdict_of(judge(pull_questions(where, sign_in, pulls, CALLER, RuleProposals(where, [RULE]))))


def finding(judged, check):
    return next(each for each in judged.findings if each.check == check)


def test_a_cached_and_fresh_image_passes_all():
    judged = verdict(pull(upstream_digest=Known(A)))
    assert judged.status == "pass" and judged.summary["pass"] == 5


@pytest.mark.parametrize("sign_in, words", [
    (SignIn(403, "DENIED", "client with IP '1.2.3.4' is not allowed access."), "1.2.3.4"),
    (SignIn(401, "UNAUTHORIZED", "no"), "tenant")])
def test_without_a_sign_in_there_is_one_cause(sign_in, words):
    other = PullProbe(PullTarget("b", ImageReference.parse("b"), "b", "myregistry.azurecr.io/b:latest"))
    judged = verdict(pull(None, ()), other, sign_in=sign_in)
    assert judged.root_causes == ["pull/login:myregistry.azurecr.io"] and judged.summary["skip"] == 8
    assert words in finding(judged, "pull/login").answer.message and finding(judged, "pull/login").answer.fix


@pytest.mark.parametrize("mode, narrowed", [(None, False), ("AbacRepositoryPermissions", True)])
def test_a_missing_right_is_mended_for_the_mode_that_the_registry_is_in(mode, narrowed):
    judged = verdict(pull(None, ()), where=registry(mode))
    assert judged.root_causes == [f"pull/authorized:{REFERENCE}"]
    line = shlex.split(finding(judged, "pull/authorized").answer.fix[0].command)
    assert ("--repository" in line) == narrowed and CALLER.object_id in line


@pytest.mark.parametrize("answer, words", [
    (ManifestAnswer(401, message="authentication required with source registry for cache rule 'ubuntu-rule'"),
     "credentials"),
    (ManifestAnswer(403, message="requested access to pull from source 's' for cache rule "
                                 "'ubuntu-rule' has been denied"),
     "no such repository"),
    (ManifestAnswer(429, message="too many requests to source registry for cache rule 'ubuntu-rule'"), "rate limit"),
    (ManifestAnswer(424, message="request to pull from source 's' for cache rule 'ubuntu-rule' has failed"),
     "failed while"),
    (ManifestAnswer(424), "failed while"), (ManifestAnswer(404), "Neither"),
    (ManifestAnswer(429, message="too many requests"), "The registry itself"),
    (ManifestAnswer(403, message="client with IP '1.2.3.4' is not allowed access."), "network rules"),
    (ManifestAnswer(401, message="authentication required, visit https://aka.ms/acr/authorization"),
     "although its token allows it"),
    (ManifestAnswer(500, message="oops"), "failed on"),
])
def test_each_refusal_is_told_apart(answer, words):
    judged = verdict(pull(answer))
    assert judged.root_causes == [f"pull/manifest:{REFERENCE}"]
    assert words in finding(judged, "pull/manifest").answer.message
    assert finding(judged, "pull/cached").status == finding(judged, "pull/fresh").status == "skip"


REFUSED = ("authentication required with source registry for cache rule 'x'",
           "requested access to pull from source '{source}' for cache rule 'x' has been denied")


@pytest.mark.parametrize("message", REFUSED)
@pytest.mark.parametrize("source, spoken_of", [("docker.io/library/ubuntu", True), ("ghcr.io/team/app", False)])
def test_official_images_are_spoken_of_for_docker_hub_only(message, source, spoken_of):
    by = rule("x", source, "ubuntu")
    target = PullTarget("ubuntu", ImageReference.parse("ubuntu"), "ubuntu", REFERENCE, by, by.source)
    answer = ManifestAnswer(401, message=message.format(source=source))
    finding_of = finding(verdict(PullProbe(target, ("pull",), answer)), "pull/manifest")
    assert ("library/" in finding_of.answer.message) is spoken_of
    assert "The upstream" in finding_of.answer.message


def test_a_repository_that_nobody_fills_gets_the_line_for_a_rule():
    judged = verdict(pull(ManifestAnswer(404), by=None, text="docker.io/library/redis:7"))
    assert "bootstrap create" in finding(judged, "pull/manifest").answer.fix[0].command
    named_here = verdict(pull(ManifestAnswer(404), by=None, text=REFERENCE))
    assert finding(named_here, "pull/manifest").answer.fix == ()


def test_what_is_only_passed_through_is_a_warning_with_the_bypass_as_its_mend():
    closed = Registry(REGISTRY_ID, "myregistry.azurecr.io", properties={"networkRuleBypassOptions": "None"})
    judged = verdict(pull(ManifestAnswer(200, A, True)), where=closed)
    assert finding(judged, "pull/cached").status == "warn"
    assert "--allow-trusted-services" in finding(judged, "pull/cached").answer.fix[0].command
    assert finding(verdict(pull(ManifestAnswer(200, A, True))), "pull/cached").answer.fix == ()


def test_what_the_upstream_did_not_say_is_no_pass():
    judged = verdict(pull(upstream_digest=Unknown("no answer")))
    assert finding(judged, "pull/fresh").status == "skip"
    assert finding(verdict(pull(upstream_digest=Known("sha256:" + "b" * 64))), "pull/fresh").status == "warn"


def test_what_got_no_answer_is_a_skip():
    judged = verdict(pull(None, (), unanswered=Unknown("reset")))
    assert judged.summary == {"pass": 1, "warn": 0, "fail": 0, "skip": 4} and verify_exit_code(judged) == 1


AMD, ARM = Platform("linux/amd64", A), Platform("linux/arm64", "sha256:" + "b" * 64)


def test_an_index_whose_images_are_not_all_served():
    judged = verdict(pull(platforms=((AMD, ManifestAnswer(200, A)), (ARM, ManifestAnswer(404)))))
    answer = finding(judged, "pull/manifest").answer
    assert judged.root_causes == [f"pull/manifest:{REFERENCE}"]
    assert answer.message.startswith(f"The registry serves the index of '{REFERENCE}' and not all that it names. ")
    assert f"the linux/arm64 image of '{REFERENCE}' ({ARM.digest})" in answer.message
    assert "az acrcache verify upstream" in answer.fix[0].command and "--name ubuntu-rule" in answer.fix[0].command


def test_the_platforms_that_were_pulled_are_named():
    answer = finding(verdict(pull(platforms=((AMD, ManifestAnswer(200, A)), (ARM, ManifestAnswer(200))))),
                     "pull/manifest").answer
    assert (answer.status, answer.message) == ("pass", f"'{REFERENCE}' is {A}, for linux/amd64, linux/arm64.")


def test_a_platform_that_the_image_does_not_have():
    answer = finding(verdict(pull(missing_platforms=("linux/s390x", "windows/amd64"))), "pull/manifest").answer
    assert (answer.status, answer.message) == ("fail", f"'{REFERENCE}' has no image for linux/s390x, windows/amd64.")


def test_platforms_that_still_come_from_the_upstream_are_named():
    answer = finding(verdict(pull(platforms=((AMD, ManifestAnswer(200, A)), (ARM, ManifestAnswer(200, None, True))))),
                     "pull/cached").answer
    assert answer.status == "warn" and "at each pull (linux/arm64):" in answer.message


def test_an_image_that_no_rule_serves_needs_no_right():
    image = ImageReference.parse("quay.io/team/app:1")
    target = PullTarget("quay.io/team/app:1", image, "team/app", "quay.io/team/app:1", unserved=True)
    judged = verdict(PullProbe(target, (), ManifestAnswer(404)))
    assert finding(judged, "pull/authorized").answer.message == "Not asked, since no cache rule serves the image."
    # Neither a status nor what the registry holds is told, since it was not asked.
    assert finding(judged, "pull/manifest").answer.message == \
        "No cache rule of the registry 'myregistry' serves 'quay.io/team/app:1'."


def test_without_the_caller_s_id_no_line_is_guessed():
    where = registry()
    judged = verdict_of(judge(pull_questions(where, SignIn(200), [pull(None, ())], Caller(None, "User"),
                                             RuleProposals(where, [RULE]))))
    answer = finding(judged, "pull/authorized").answer
    assert answer.status == "fail" and answer.fix == () and "AcrPull" in answer.message


def test_a_refusal_for_an_upstream_without_a_rule_has_no_line_for_one():
    answer = finding(verdict(pull(ManifestAnswer(424), by=None)), "pull/manifest").answer
    assert answer.status == "fail" and answer.fix == () and "The upstream did not give" in answer.message


def test_what_is_named_by_its_digest_is_always_fresh():
    answer = finding(verdict(pull(text=f"ubuntu@{A}")), "pull/fresh").answer
    assert answer.status == "pass" and "named by its digest" in answer.message
