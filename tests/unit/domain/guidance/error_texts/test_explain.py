"""Error texts that users met, each with the check that it belongs to; the corpus holds most of them."""
from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.checks.catalogue import BY_NAME
from azext_acrcache.domain.guidance.error_texts.explain import ERROR_TEXTS, closer_looks, explain, explanation_of
from azext_acrcache.domain.guidance.error_texts.phrases import phrases
from azext_acrcache.domain.guidance.error_texts.reading import Reading

CORPUS, KEPT_ASIDE = (yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
                      for name in ("corpus.yaml", "corpus_kept_aside.yaml"))


@pytest.mark.parametrize("entry", CORPUS, ids=[f"{place}-{entry['source'][:30]}" for place, entry in enumerate(CORPUS)])
def test_a_text_of_the_corpus(entry):
    explanation = explain(entry["text"])
    assert explanation is not None
    assert explanation.check in [entry["check"], *entry.get("also", [])]
    said = " ".join([explanation.cause, *(fix.command for fix in explanation.fix)])
    for noun in ("registry", "image", "rule", "source", "set", "vault", "secret", "principal", "application", "scope",
                 "policy", "ip", "cluster", "app"):
        name = entry["nouns"].get(noun, "")
        name = name.partition(".azurecr.")[0].partition("-")[0] if noun == "registry" else name
        assert name in said, noun


def test_most_of_the_corpus_is_right_to_the_letter():
    right = sum(explain(entry["text"]).check == entry["check"] for entry in CORPUS)
    assert right >= 0.95 * len(CORPUS)


@pytest.mark.parametrize("entry", CORPUS, ids=[f"{place}-{entry['source'][:30]}" for place, entry in enumerate(CORPUS)])
def test_a_text_is_known_in_whatever_way_it_is_pasted(entry):
    check = explain(entry["text"]).check
    for pasted in (entry["text"].replace("\n", "\r\n"),
                   entry["text"].replace(": ", ": \x1b[31m").replace(" at", "\x1b[0m at"),
                   "INFO starting\n" * 50 + entry["text"] + "\nINFO done\n" * 5,
                   entry["text"].replace('"', '\\"').replace("\n", "\\n")):
        assert explain(pasted).check == check


def test_the_half_that_was_kept_aside():
    """At first sight, before any rule was written for these, 98 of 128 were right to the letter and 112 with the checks
    that are as right. Since then the kinds that were wrong were mended, so that more of them are; never less.
    """
    answers = [(entry, explain(entry["text"])) for entry in KEPT_ASIDE]
    checks = [(entry, answer.check if answer else None) for entry, answer in answers]
    right = [entry for entry, check in checks if check == entry["check"]]
    fair = [entry for entry, check in checks if check in [entry["check"], *entry.get("also", [])]]
    assert (len(KEPT_ASIDE), len(CORPUS)) == (128, 128) and len(right) >= 113 and len(fair) >= 127


@pytest.mark.parametrize("entry", ERROR_TEXTS, ids=[entry.pattern.pattern[:40] for entry in ERROR_TEXTS])
def test_each_entry_names_checks_that_there_are_and_lines_that_a_shell_takes(entry):
    reading = Reading(entry, entry.speaker or "", None, {}, "")
    assert explanation_of(reading) is not None, "the last case has to fit everything"
    for case in entry.cases:
        assert case.check is None or case.check in BY_NAME
        cause = case.cause.format_map(phrases(reading))
        assert cause.endswith(".") and "''" not in cause and "  " not in cause
        for way in case.ways:
            fix = way(reading)
            assert shlex.split(fix.command)[0] == "az" and fix.needs and "None" not in fix.command
    plain = re.sub(r"\\[SDW]|\(\?P", "", entry.pattern.pattern)
    assert plain == plain.lower(), "texts are read in lower case"


def lines(text: str) -> list[str]:
    return [fix.command for fix in explain(text).fix]


def test_what_a_text_names_stands_in_the_commands():
    assert lines("failed to pull image \"contoso.azurecr.io/base/ubuntu:22.04\": toomanyrequests: too many requests to "
                 "source registry for cache rule 'hub-rule'")[0] == \
        "az acrcache verify upstream --registry contoso --name hub-rule"
    vault = explain("does not have secrets get permission on key vault 'kv1;location=eastus'")
    assert "'kv1'" in vault.cause


@pytest.mark.parametrize("text, command", [
    ("Head \"https://contoso1.azurecr.cn/v2/team/app/manifests/1\": unauthorized: authentication required",
     "az acrcache verify pull --registry contoso1 --image team/app:1"),
    ("Head \"https://contoso1-a1b2c3d4.azurecr.io/v2/team/app/manifests/sha256:" + "0a" * 32 + "\": unauthorized: x",
     "az acrcache verify pull --registry contoso1 --image team/app@sha256:" + "0a" * 32),
    ("manifest for contoso1.azurecr.cn/team/app:1 not found: manifest unknown",
     "az acrcache verify resolve --registry contoso1 --image contoso1.azurecr.cn/team/app:1"),
    ("container app 'my-app': Invalid value: \"contoso1.azurecr.io/team/app:1\": GET https:?scope=x: UNAUTHORIZED: "
     "authentication required",
     "az acrcache verify access --registry contoso1 --containerapp my-app --repository team/app"),
    ("Site: my-site. Container pull image failed with reason: ImagePullFailure contoso1.azurecr.io/app:1",
     "az acrcache verify access --registry contoso1 --webapp my-site --repository app"),
    ("https://mcrprod.azurecr.io/oauth2/token: 429 Too Many Requests mcr.microsoft.com/oss/pause:3.6",
     "az acrcache verify resolve --registry MyRegistry --image mcr.microsoft.com/oss/pause:3.6"),
    ("lookup contoso1.privatelink.azurecr.io on 10.0.0.10:53: no such host",
     "az acrcache verify login --registry contoso1")])
def test_names_are_taken_as_they_stand(text, command):
    assert command in lines(text)


def test_a_described_pod_is_explained_by_its_root_error():
    explanation = explain("""
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  2m                 default-scheduler  Successfully assigned default/app to aks-np-1
  Normal   Pulling    60s (x4 over 2m)   kubelet            Pulling image "contoso1.azurecr.io/team/app:1"
  Warning  Failed     60s (x4 over 2m)   kubelet            Failed to pull image "contoso1.azurecr.io/team/app:1":
 failed to resolve reference: denied: requested access to pull from source 'docker.io/team/app' for cache rule 'hub' has
 been denied.
  Warning  Failed     60s (x4 over 2m)   kubelet            Error: ErrImagePull
  Warning  Failed     45s (x6 over 2m)   kubelet            Error: ImagePullBackOff
""")
    assert explanation.check == "upstream/source" and "'docker.io/team/app'" in explanation.cause
    assert explanation.fix[0].command == "az acrcache verify upstream --registry contoso1 --name hub"


def test_the_answer_has_each_fix_with_the_right_that_it_takes():
    report = explain("too many requests to source registry for cache rule 'hub'").to_report()
    assert list(report) == ["check", "cause", "fix", "mend"] and all(fix["needs"] for fix in report["fix"])
    assert report["mend"] == [fix["command"] for fix in report["fix"]]


def test_nothing_out_of_a_text_is_read_by_a_shell():
    for line in lines("too many requests to source registry for cache rule 'x; rm -rf $HOME `id` | sh'"):
        assert not set(";|`$") & set(line)


def test_nothing_foreign_is_echoed_raw_or_at_length():
    explanation = explain("disallowed by policy. Policy: \x1b]0;evil\x07\x1b[31m" + "long " * 200)
    assert explanation.cause.isprintable() and len(explanation.cause) < 600


@pytest.mark.parametrize("text",
                         ["", "hello", "ImagePullBackOff", "Back-off pulling image", "error", "401", "exit code 1",
                          "connection refused", "no space left on device", "a cached copy was denied"])
def test_what_is_not_known_is_not_guessed_at(text):
    assert explain(text) is None


@given(st.one_of(st.text(), st.lists(st.sampled_from([entry["text"] for entry in CORPUS] +
                                                     ["'", '"', "{", "}", "{rule}", "\n"]), max_size=4).map(" ".join)))
def test_explain_never_raises(text):
    explain(text)


@given(st.text(alphabet="'\"{}%/:;. \n", max_size=40))
def test_names_of_any_kind_do_not_break_it(name):
    explain(f"requested access to pull from source '{name}' for cache rule '{name}' has been denied")
    explain(f"client with IP '{name}' is not allowed access")


@pytest.mark.parametrize("unit", ["a", "'", "\\", "a.", "a/", "\x1b]", "from source ", "vault secret ", "number of ",
                                  "https://contoso1.azurecr.io/v2/a/manifests/1: unauthorized "])
def test_megabytes_take_no_longer_than_what_is_looked_at(unit, monkeypatch):
    looked_at = []
    monkeypatch.setattr("azext_acrcache.domain.guidance.error_texts.reading.lowered",
                        lambda line: looked_at.append(len(line)) or line.lower())
    explain(unit * (3_000_000 // len(unit)))
    assert looked_at[0] <= 200_000


def test_a_text_none_of_whose_cases_fits_is_not_guessed_at():
    unfit = replace(ERROR_TEXTS[0], cases=())
    assert explanation_of(Reading(unfit, "", None, {}, "")) is None


@pytest.mark.parametrize("text, registry, image", [
    ("contoso1.azurecr.io/team/app:1 went wrong in a new way", "contoso1", "team/app:1"),
    ("something nobody has seen", "MyRegistry", "MyImage:MyTag")])
def test_a_text_that_nothing_knows_is_looked_at_more_closely(text, registry, image):
    chain, pull = closer_looks(text)
    assert str(chain.line) == f"az acrcache verify chain --registry {registry}"
    assert str(pull.line) == f"az acrcache verify pull --registry {registry} --image {image}"
