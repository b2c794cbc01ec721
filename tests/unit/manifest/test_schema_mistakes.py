"""Each mistake once, in words, and no value that may be a password."""
from __future__ import annotations

import pytest

from azext_acrcache.manifest.composing import compose
from azext_acrcache.manifest.schema import violations
from azext_acrcache.manifest.schema_mistakes import add_violations, node_at
from azext_acrcache.manifest.tree import Document, Mistakes
from unit.manifest.documents import errors, message, messages, of_registry


def test_they_are_added_to_the_others():
    document = Document(0, "cache.yaml", compose("{}", "cache.yaml")[0])
    mistakes = Mistakes()
    add_violations(document, violations(document.root), mistakes)
    assert [error.message for error in mistakes.errors] == ["cache.yaml:1: apiVersion is missing.",
                                                            "cache.yaml:1: registries is missing."]
    assert node_at(document, ()) == {}


@pytest.mark.parametrize("written, meant", [
    ("sorce", "source"), ("SOURCE", "source"), ("credential-set", "credentialSet"), ("credentialset", "credentialSet"),
    ("targets", "target")])
def test_an_unknown_key_names_the_nearest_and_what_it_causes_is_not_told(written, meant):
    text = of_registry("rules:", f"- {written}: x")
    rest = [] if meant == "source" else ["cache.yaml:5: registries[0].rules[0]: source is missing."]
    assert sorted(messages(text)) == sorted([f"cache.yaml:5: registries[0].rules[0].{written}: This key is not known "
                                             f"here; did you mean {meant}?", *rest])


def test_what_a_later_version_reads_is_no_unknown_key():
    google = "{projectNumber: '1', workloadIdentityPool: pool, workloadIdentityProvider: provider}"
    assert message("rules:", "- source: europe-docker.pkg.dev/project/app", f"  google: {google}") == (
        "cache.yaml:6: registries[0].rules[0].google: google is not supported yet: this version of acrcache can't set "
        "up a rule that signs in to Google Artifact Registry by workload identity federation.")
    assert message("google: {}") == "cache.yaml:4: registries[0].google: This key is not known here."


def test_an_unknown_key_like_no_other():
    assert message("zzz: x") == "cache.yaml:4: registries[0].zzz: This key is not known here."


@pytest.mark.parametrize("lines, told", [
    (["rules:", "- source: 5"], "cache.yaml:5: registries[0].rules[0].source: 5 without quotes is a number to YAML, "
                                "not text: quote it."),
    (["rules: {}"], "cache.yaml:4: registries[0].rules: A mapping stands where a list belongs."),
    (["rules:"], "cache.yaml:4: registries[0].rules: There is no value; a list belongs here."),
    (["rules: [a]"], "cache.yaml:4: registries[0].rules[0]: Text stands where a mapping of keys to values belongs."),
    (["rules: [5]"], "cache.yaml:4: registries[0].rules[0]: A number stands where a mapping of keys to values "
                     "belongs."),
    (["resourceGroup: ''"], "cache.yaml:4: registries[0].resourceGroup: The text is empty."),
    (["grants:", "- aks: a", "  repositories: []"], "cache.yaml:6: registries[0].grants[0].repositories: The list is "
                                                    "empty."),
    (["grants:", "- aks: a", "  role: owner"], "cache.yaml:6: registries[0].grants[0].role: 'owner' is not one of: "
                                               "pull, push."),
    (["grants:", "- aks: a", "  vm: b"], "cache.yaml:5: registries[0].grants[0]: The grant names several consumers: "
                                         "aks, vm."),
    (["grants:", "- role: pull"], "cache.yaml:5: registries[0].grants[0]: The grant names no consumer."),
    (["grants:", "- akss: a"], "cache.yaml:5: registries[0].grants[0].akss: This key is not known here; did you mean "
                               "aks?"),
    (["rules:", "- sources: [a]", "- source: ghcr.io/a/b", "  name: no"], None)])
def test_one_sentence_each(lines, told):
    if told:
        assert message(*lines) == told
    else:
        assert len(messages(of_registry(*lines))) == 2


@pytest.mark.parametrize("lines", [
    ["password: hunter2"], ["credentialSets:", "- name: docker-hub", "  loginServer: docker.io", "  password: hunter2"],
    ["credentialSets:", "- {name: docker-hub, loginServer: docker.io, vault: myvault, passwordSecret: 'hunter2 !'}"],
    ["credentialSets:", "- {name: docker-hub, loginServer: docker.io, passwordSecret: {hunter2: hunter2}}"],
    ["credentialSets:", "- {name: docker-hub, loginServer: docker.io, passwordSecret: [hunter2, hunter2]}"],
    ["credentialSets:", "- {name: docker-hub, loginServer: docker.io, passwordSecret: {hunter2, hunter2}}"],
    ["credentialSets:", "- name: docker-hub", "  passwordSecret: *hunter2"],
    ["credentialSets:", "- name: docker-hub", "  passwordSecret: @hunter2"],
    ["credentialSets:", "- name: docker-hub", "  passwordSecret: 'hunter2"],
    ["credentialSets:", "- name: docker-hub", "  passwordSecret: \"hunter2\\q\""],
    ["credentialSets:", "- name: docker-hub", "  passwordSecret: !hunter2 x"],
    ["credentialSets:", "- name: docker-hub", "  passwordSecret: https://hunter2@x"],
    ["rules:", "- {source: ghcr.io/a/b, token: hunter2}"]])
def test_a_password_is_not_shown(lines):
    for error in errors(of_registry(*lines)):
        assert all("hunter2" not in line for line in (error.message, *error.recommendations))


def test_a_number_where_a_secret_s_name_belongs_is_not_shown():
    text = of_registry("credentialSets:", "- {name: docker-hub, loginServer: docker.io, vault: myvault,",
                       "   passwordSecret: 20261125}")
    for error in errors(text):
        assert all("20261125" not in line for line in (error.message, *error.recommendations))
