from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.state.rule_index import RuleIndex, source_of
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.calls import count_calls
from unit.records import rule

HERE = "myregistry.azurecr.io"


def resolve(text, *rules):
    return RuleIndex(rules, HERE).resolve(ImageReference.parse(text))


@pytest.mark.parametrize("source, target, image, repository, upstream", [
    ("docker.io/library/ubuntu", "ubuntu", "ubuntu:22.04", "ubuntu", "docker.io/library/ubuntu"),
    ("docker.io/library/ubuntu", "base/ubuntu", "docker.io/ubuntu", "base/ubuntu", "docker.io/library/ubuntu"),
    ("docker.io/*", "hub/*", "alpine:3", "hub/library/alpine", "docker.io/library/alpine"),
    ("docker.io/library/*", "hub/*", "alpine", "hub/alpine", "docker.io/library/alpine"),
    ("docker.io/*", "*", "bitnami/redis", "bitnami/redis", "docker.io/bitnami/redis"),
    ("mcr.microsoft.com/dotnet/*", "dotnet/*", "mcr.microsoft.com/dotnet/a/b:8", "dotnet/a/b",
     "mcr.microsoft.com/dotnet/a/b"),
    ("ghcr.io/team/app", "app", f"{HERE}/app:1", "app", "ghcr.io/team/app"),
    ("ghcr.io/team/*", "team/*", f"{HERE}/team/x:1", "team/x", "ghcr.io/team/x"),
    ("ghcr.io/team/app", "app", "MyRegistry.azurecr.io:443/app:1", "app", "ghcr.io/team/app"),
    ("ghcr.io/team/app", "app", "myregistry.eastus.geo.azurecr.io/app:1", "app", "ghcr.io/team/app"),
    ("ghcr.io/team/app", "app", "myregistry.privatelink.azurecr.io/app:1", "app", "ghcr.io/team/app"),
    ("docker.io/*", "hub/*", f"{HERE}/hub/alpine:3", "hub/library/alpine", "docker.io/library/alpine"),
])
def test_what_one_rule_serves(source, target, image, repository, upstream):
    found = resolve(image, rule("only-rule", source, target))
    assert (found.rule.name, found.repository, str(found.upstream)) == ("only-rule", repository, upstream)


@pytest.mark.parametrize("source, target, image, upstream", [
    ("docker.io/library/*", "hub/*", "bitnami/redis", "docker.io/bitnami/redis"),
    ("registry.k8s.io/ingress-nginx", "ingress-nginx", "registry.k8s.io/ingress-nginx/controller:1",
     "registry.k8s.io/ingress-nginx/controller"),
    ("ghcr.io/team/*", "team/*", "ghcr.io/teamster/app", "ghcr.io/teamster/app"),
    ("ghcr.io/team/*", "team/*", "ghcr.io/team", "ghcr.io/team"),
    ("docker.io/library/*", "docker.io/*", f"{HERE}/docker.io/pulumi/pulumi-dotnet", "docker.io/pulumi/pulumi-dotnet"),
])
def test_what_one_rule_does_not_serve(source, target, image, upstream):
    found = resolve(image, rule("only-rule", source, target))
    assert (found.rule, found.repository, str(found.upstream)) == (None, None, upstream)


def test_a_rule_that_names_the_repository_beats_a_wildcard_in_both_directions():
    rules = [rule("all-rules", "ghcr.io/team/*", "team/*"), rule("one-rule", "ghcr.io/team/app", "team/app")]
    for text in ("ghcr.io/team/app:1", f"{HERE}/team/app:1"):
        assert resolve(text, *rules).rule.name == "one-rule"
    assert resolve("ghcr.io/team/other", *rules).rule.name == "all-rules"


def test_a_rule_whose_place_another_holds_is_passed_over_and_named():
    rules = [rule("hub-all", "docker.io/library/*", "hub/*"), rule("own-alpine", "ghcr.io/mine/alpine", "hub/alpine")]
    assert resolve("alpine", *rules).rule is None
    found = resolve("alpine", *rules, rule("third", "docker.io/*", "third/*"))
    assert found.rule.name == "third" and "own-alpine" in found.note


def test_a_source_without_library_serves_with_a_word_of_it():
    found = resolve("busybox", rule("bare-rule", "docker.io/busybox", "busybox"))
    assert found.rule.name == "bare-rule" and "docker.io/library/busybox" in found.note


def test_a_short_name_written_with_the_registry_is_corrected():
    found = resolve(f"{HERE}/hub/alpine:3", rule("hub-all", "docker.io/*", "hub/*"))
    assert "library/" in found.note


HOSTS = st.sampled_from(["docker.io", "ghcr.io", "index.docker.io"])
PATHS = st.lists(st.sampled_from(["a", "b", "library"]), min_size=1, max_size=3).map("/".join)
PATTERNS = st.one_of(PATHS, PATHS.map(lambda path: f"{path}/*"), st.just("*"))


@st.composite
def rule_sets(draw):
    """Rules that Azure would hold: none whose targets collide."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        wildcard = draw(st.booleans())
        paths = PATTERNS.filter(lambda path, wildcard=wildcard: path.endswith("*") == wildcard)
        new = rule(f"rule-{number}", f"{draw(HOSTS)}/{draw(paths)}", draw(paths))
        if not any(new.target.collides(other.target) for other in found):
            found.append(new)
    return found


@given(rule_sets(), HOSTS, PATHS, st.sampled_from(["", ":1"]), st.randoms())
def test_one_rule_at_most_and_always_the_same_and_the_one_that_the_registry_would_ask(rules, host, path, tag, random):
    text = f"{host}/{path}{tag}"
    found = resolve(text, *rules)
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert resolve(text, *shuffled) == found
    if found.rule is None:
        return
    # By hand: of all rules whose target covers the repository, a plain one, else the only wildcard there can be.
    covering = [one for one in rules if one.target.covers(found.repository)]
    plain = [one for one in covering if not one.target.wildcard]
    assert (plain or covering)[0] is found.rule and len(plain) <= 1 and len(covering) - len(plain) <= 1
    drawn = source_of(found.rule, found.repository).with_library()
    assert drawn == ImageReference.parse(text).upstream
    assert found.image.version == tag


def test_ten_thousand_images_against_a_thousand_rules_cost_the_same_each():
    """Counted, not timed: how long it takes is `make bench`'s business."""
    rules = [rule(f"rule-{n}", f"ghcr.io/team{n}/*" if n % 2 else f"ghcr.io/team{n}/app",
                  f"t{n}/*" if n % 2 else f"t{n}")
             for n in range(1000)]
    images = [ImageReference.parse(f"ghcr.io/team{n % 1200}/app{'' if n % 3 else '/deep'}:{n}") for n in range(10_000)]
    index, served = RuleIndex(rules, HERE), 0

    def resolve_all(some) -> None:
        nonlocal served
        served += sum(index.resolve(image).rule is not None for image in some)

    calls = count_calls(lambda: resolve_all(images[:1200]))
    assert calls <= 200 * 1200
    assert count_calls(lambda: resolve_all(images[1200:3600])) <= 2.1 * calls and 0 < served < 3600


def test_an_index_of_twice_as_many_rules_costs_twice_as_much_and_a_look_up_the_same():
    def index_of(count: int) -> RuleIndex:
        return RuleIndex([rule(f"rule-{n}", f"ghcr.io/team{n}/*", f"t{n}/*") for n in range(count)], HERE)

    image = ImageReference.parse("ghcr.io/team7/app:1")
    assert count_calls(lambda: index_of(400)) <= 2.1 * count_calls(lambda: index_of(200))
    assert count_calls(lambda index=index_of(400): index.resolve(image)) == \
        count_calls(lambda index=index_of(200): index.resolve(image))


def test_targets_that_rules_hold():
    index = RuleIndex([rule("team", "ghcr.io/team/*", "team/*")], HERE)
    assert index.holds(RepositoryPattern("team", True)) and not index.holds(RepositoryPattern("team"))


def test_an_image_of_the_registry_that_no_rule_fills():
    resolution = resolve(f"{HERE}/own/app:1", rule("team", "ghcr.io/team/*", "team/*"))
    assert (resolution.rule, resolution.repository, str(resolution.upstream)) == (None, None, "docker.io/own/app")


def test_a_wildcard_target_for_one_repository_serves_nothing():
    """Azure takes no such rule; one from older times would fill no repository that its target covers."""
    assert resolve("ghcr.io/team/app", rule("odd", "ghcr.io/team/app", "team/*")).rule is None


@pytest.mark.parametrize("path, rules, repository, noted", [
    ("hub/alpine", [rule("all", "docker.io/*", "hub/*")], "hub/library/alpine", True),
    ("hub/alpine", [rule("all", "docker.io/*", "hub/*"), rule("own", "ghcr.io/a/b", "hub/library/alpine")],
     "hub/alpine", False),
    ("hub/team/app", [rule("all", "docker.io/*", "hub/*")], "hub/team/app", False),
    ("alpine", [rule("plain", "docker.io/library/alpine", "alpine")], "alpine", False)])
def test_official_images_written_with_the_registry(path, rules, repository, noted):
    resolution = resolve(f"{HERE}/{path}:3", *rules)
    assert resolution.repository == repository
    assert ("below library/" in (resolution.note or "")) is noted


def test_what_lies_deeper_below_library_is_no_official_image():
    """`library/` is left out for official images alone: docker.io/library/a/b is not docker.io/a/b."""
    assert resolve("docker.io/library/a/library:1", rule("deep", "docker.io/a/library", "a")).rule is None
