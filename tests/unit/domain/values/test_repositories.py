from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from unit.user_errors import refused

SEGMENT = st.from_regex(r"[a-z0-9]{1,3}([._-][a-z0-9]{1,2})?", fullmatch=True)
PATHS = st.lists(SEGMENT, min_size=1, max_size=3).map("/".join)
PATTERNS = st.one_of(PATHS.map(RepositoryPattern), PATHS.map(lambda path: RepositoryPattern(path, True)),
                     st.just(RepositoryPattern("", True)))
# Few segments, so that patterns often contain one another.
CLOSE_PATHS = st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map("/".join)
CLOSE = st.one_of(CLOSE_PATHS.map(RepositoryPattern), CLOSE_PATHS.map(lambda path: RepositoryPattern(path, True)),
                  st.just(RepositoryPattern("", True)))
# Every repository that patterns of three segments can tell apart.
UNIVERSE = ["/".join(parts) for depth in (1, 2, 3, 4) for parts in product("ab", repeat=depth)]


def named_by(pattern: RepositoryPattern) -> set[str]:
    """By the meaning of `*`: everything that is longer and begins with the segments before it."""
    parts = pattern.path.split("/") if pattern.path else []
    if not pattern.wildcard:
        return {pattern.path}
    return {name for name in UNIVERSE if name.split("/")[:len(parts)] == parts and len(name.split("/")) > len(parts)}


@given(st.text(max_size=40))
def test_a_pattern_is_refused_or_round_trips(text):
    try:
        pattern = RepositoryPattern.parse(text, "target")
    except UserError as refusal:
        assert refusal.message and refusal.recommendations
        return
    assert RepositoryPattern.parse(str(pattern), "target") == pattern
    assert str(pattern) == text.strip()


@given(PATTERNS)
def test_every_legal_pattern_is_read_back(pattern):
    assert RepositoryPattern.parse(str(pattern), "target") == pattern


@given(st.one_of(st.text(max_size=40), st.text("abAB019./:*@-_ ", max_size=30).map(lambda text: f"docker.io/{text}")))
def test_a_source_is_refused_or_round_trips(text):
    try:
        source = Source.parse(text)
    except UserError as refusal:
        assert refusal.message
        return
    assert Source.parse(str(source)) == source
    assert source.login_server == source.login_server.lower()


@given(CLOSE, CLOSE)
def test_collides_agrees_with_the_sets_of_repositories(one, other):
    if one.wildcard and other.wildcard:
        # Of two such sets either one holds the other or they have nothing in common.
        expected = bool(named_by(one) & named_by(other))
    else:
        expected = one == other
    assert one.collides(other) is expected
    assert other.collides(one) is expected


@given(CLOSE, CLOSE)
def test_contains_agrees_with_the_sets_of_repositories(one, other):
    # At the last level of the universe a wildcard of full depth has no repositories left to compare.
    assert one.contains(other) is (named_by(other) <= named_by(one))


@given(CLOSE, st.sampled_from(UNIVERSE))
def test_covers_below_and_fill_belong_together(pattern, repository):
    assert pattern.covers(repository) is (repository in named_by(pattern))
    rest = pattern.below(repository)
    assert (rest is not None) is (pattern.wildcard and pattern.covers(repository))
    if rest is not None:
        assert pattern.fill(rest) == repository


@pytest.mark.parametrize("text, subject", [
    ("", "empty"), ("ubuntu:22.04", "tag"), ("ubuntu@sha256:0a", "digest"), ("a/*/b", "wildcard"), ("a*", "wildcard"),
    ("Ubuntu", "upper case"), ("a//b", "not a repository name"), ("/a", "not a repository name"),
    ("a/", "not a repository name"), ("a" * 256, "not a repository name"), ("/*", "not a repository name")])
def test_a_target_that_is_none_is_refused(text, subject):
    refusal = refused(lambda: RepositoryPattern.parse(text, "target"), "target", subject)
    assert text in refusal.message


@pytest.mark.parametrize("text, words, hint", [
    ("ubuntu", "does not begin with a login server", "docker.io/library/ubuntu"),
    ("bitnami/redis", "does not begin with a login server", "docker.io/bitnami/redis"),
    ("docker.io", "does not begin with a login server", "docker.io/library/"),
    ("https://docker.io/library/ubuntu", "https://", "docker.io/library/ubuntu"),
    ("oci://ghcr.io/a/b", "oci://", "ghcr.io/a/b"),
    ("docker.io/", "names no repository", "docker.io/"),
    ("docker.io/library/ubuntu:22.04", "tag", "docker.io/library/ubuntu"),
    ("docker.io/library/ubuntu:22.04@sha256:00", "digest", "docker.io/library/ubuntu"),
    ("ghcr.io/Team/App", "upper case", "ghcr.io/team/app")])
def test_a_source_that_is_none_is_refused_with_what_to_write(text, words, hint):
    refusal = refused(lambda: Source.parse(text), words, text)
    assert any(hint in line for line in refusal.recommendations), refusal.recommendations


def test_a_login_server_that_is_no_host_is_refused():
    with pytest.raises(UserError) as caught:
        Source.parse("do_cker.io/a")
    assert "do_cker.io" in caught.value.message


@pytest.mark.parametrize("alias", ["index.docker.io", "registry-1.docker.io", "hub.docker.com", "DOCKER.IO"])
def test_docker_hub_has_one_name(alias):
    assert str(Source.parse(f"{alias}/library/ubuntu")) == "docker.io/library/ubuntu"


@pytest.mark.parametrize("source, target", [
    ("docker.io/library/ubuntu", "ubuntu"), ("docker.io/bitnami/redis", "bitnami/redis"), ("docker.io/library/*", "*"),
    ("mcr.microsoft.com/dotnet/*", "dotnet/*"), ("quay.io/*", "*"), ("ghcr.io/library/app", "library/app")])
def test_default_targets(source, target):
    assert str(Source.parse(source).default_target()) == target


@pytest.mark.parametrize("source, same", [("docker.io/ubuntu", "docker.io/library/ubuntu"),
                                          ("docker.io/library/ubuntu", "docker.io/library/ubuntu"),
                                          ("docker.io/bitnami/redis", "docker.io/bitnami/redis"),
                                          ("ghcr.io/ubuntu", "ghcr.io/ubuntu"), ("docker.io/*", "docker.io/*")])
def test_official_images_live_under_library(source, same):
    assert str(Source.parse(source).with_library()) == same
    assert Source.parse(source).same_images(Source.parse(same))


def test_other_images_are_not_the_same():
    assert not Source.parse("docker.io/nginx").same_images(Source.parse("docker.io/library/ubuntu"))
