from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values import names
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from unit.domain.values.test_repositories import PATTERNS
from unit.user_errors import refused

HOSTS = st.sampled_from(["docker.io", "a.b", "ghcr.io", "localhost:5000", "x." * 60 + "io"])
LONG = st.from_regex(r"[a-z0-9]{1,60}(/[a-z0-9]{1,60}){0,2}", fullmatch=True).map(RepositoryPattern)


@given(HOSTS, st.one_of(PATTERNS, LONG))
def test_made_rule_names_are_legal_stable_and_below_fifty(host, target):
    source = Source(host, RepositoryPattern("a/b", target.wildcard))
    name = names.rule_name_for(source, target)
    assert names.check_rule_name(name) == name
    assert len(name) <= 49
    assert name == names.rule_name_for(source, target)


@given(HOSTS)
def test_made_credential_set_names_are_legal_and_stable(host):
    name = names.credential_set_name_for(host)
    assert names.check_credential_set_name(name) == name
    assert name == names.credential_set_name_for(host)


@given(st.from_regex(r"[a-z0-9][a-z0-9-]{4,48}", fullmatch=True), st.text(max_size=20))
def test_apart_gives_another_legal_name(name, seed):
    other = names.apart(name, seed)
    assert names.check_rule_name(other) == other
    assert len(other) <= 49
    assert other == names.apart(name, seed)


def test_long_targets_that_differ_at_the_end_get_different_names():
    source = Source.parse("ghcr.io/a/b")
    made = {names.rule_name_for(source, RepositoryPattern("a" * 60 + end)) for end in "xyz"}
    assert len(made) == 3


@pytest.mark.parametrize("target, name", [("ubuntu", "ubuntu"), ("dotnet/*", "dotnet-all"), ("*", "docker-io-all"),
                                          ("team/app_x", "team-app-x"), ("go", "go-rule")])
def test_rule_names_tell_the_target(target, name):
    assert names.rule_name_for(Source.parse("docker.io/a/b"), RepositoryPattern.parse(target, "target")) == name


def test_credential_set_names_tell_the_upstream():
    assert names.credential_set_name_for("docker.io") == "docker-io"
    assert names.credential_set_name_for("a.b") == "a-b-login"


@pytest.mark.parametrize("check, what, good, bad", [
    (names.check_rule_name, "cache rule", ["abcde", "A-1-b", "a" * 50],
     ["abcd", "a" * 51, "a_bcd", "ab cd", "abcde\n", "äbcde"]),
    (names.check_credential_set_name, "credential set", ["abcde"], ["hub", "a.b.c"]),
    (names.check_registry_name, "registry", ["abcde", "A1B2C"], ["a-bcde", "abcd", "a" * 51]),
    (names.check_vault_name, "key vault", ["abc", "my-vault", "a" * 24], ["ab", "1abc", "a--b", "abc-", "a" * 25]),
    (names.check_secret_name, "secret", ["a", "a" * 127], ["", "a_b", "a" * 128, "a/b"])])
def test_names_are_checked_by_azures_rules(check, what, good, bad):
    for name in good:
        assert check(name) == name
    for name in bad:
        refused(lambda name=name: check(name), f"'{name}'", what)


@given(HOSTS, st.one_of(PATTERNS, LONG))
def test_the_name_that_a_manifest_makes_proves_itself(host, target):
    source = Source(host, RepositoryPattern("a/b", target.wildcard))
    name = names.proving_name(source, target)
    assert names.check_rule_name(name) == name
    assert len(name) <= 49
    assert names.is_made_by_apply(name.upper(), source, target)
    assert not names.is_made_by_apply(names.rule_name_for(source, target), source, target)
    assert not names.is_made_by_apply(name, source, RepositoryPattern("quite/another"))


def test_a_name_proves_the_same_with_and_without_library():
    source, target = Source.parse("docker.io/ubuntu"), RepositoryPattern("ubuntu")
    assert names.proving_name(source, target) == names.proving_name(source.with_library(), target)
    assert names.proving_name(source, target).startswith("ubuntu-")
