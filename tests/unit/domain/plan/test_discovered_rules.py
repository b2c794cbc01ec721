"""The fewest rules, and targets that stand beside one another."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.plan.collisions import errors_among_desired
from azext_acrcache.domain.plan.discovered_rules import Holder, NewRules, RuleStyle, mirror_target, new_rules
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source


def made(*texts: str, style: RuleStyle = RuleStyle(), held: dict[str, Holder] | None = None) -> NewRules:
    return new_rules([Source.parse(text) for text in texts], style, lambda target: (held or {}).get(str(target)))


def pairs(rules: NewRules) -> list[tuple[str, str]]:
    return [(str(rule.source), str(rule.target)) for rule in rules.rules]


def test_short_targets():
    assert pairs(made("docker.io/library/ubuntu", "docker.io/grafana/loki", "quay.io/a/b")) == [
        ("docker.io/grafana/loki", "grafana/loki"), ("docker.io/library/ubuntu", "ubuntu"), ("quay.io/a/b", "a/b")]


def test_mirror_targets():
    assert pairs(made("docker.io/library/ubuntu", style=RuleStyle("mirror"))) == [
        ("docker.io/library/ubuntu", "docker.io/library/ubuntu")]


def test_one_path_of_two_upstreams():
    rules = made("docker.io/grafana/loki", "ghcr.io/grafana/loki", "quay.io/x")
    assert pairs(rules) == [("docker.io/grafana/loki", "docker.io/grafana/loki"),
                            ("ghcr.io/grafana/loki", "ghcr.io/grafana/loki"), ("quay.io/x", "x")]
    assert len(rules.notes) == 2 and "ghcr.io/grafana/loki too" in rules.notes[0]


def test_what_is_held():
    rules = made("quay.io/a/b", held={"a/b": Holder("the registry holds the repository 'a/b'")})
    assert pairs(rules) == [("quay.io/a/b", "quay.io/a/b")] and "holds the repository" in rules.notes[0]
    beside = Holder("the rule 'all' fills '*'", beside=True)
    assert pairs(made("quay.io/a/b", held={"a/b": beside, "quay.io/a/b": beside})) == [("quay.io/a/b", "quay.io/a/b")]
    none = made("quay.io/a/b", held={"a/b": Holder("x"), "quay.io/a/b": Holder("the rule 'x' has it")})
    assert none.rules == () and "the rule 'x' has it" in none.errors[0].message


def test_wildcards_take_the_longest_prefix_and_never_a_whole_host():
    texts = ["quay.io/a/b/c", "quay.io/a/b/d", "quay.io/a/e", "quay.io/f", "quay.io/g"]
    assert pairs(made(*texts, style=RuleStyle(wildcards=2))) == [
        ("quay.io/a/b/*", "a/b/*"), ("quay.io/a/e", "a/e"), ("quay.io/f", "f"), ("quay.io/g", "g")]
    assert pairs(made("quay.io/f", "quay.io/g", style=RuleStyle(wildcards=2, whole_hosts=True))) == [("quay.io/*", "*")]
    assert pairs(made("docker.io/library/a", "docker.io/library/b", style=RuleStyle(wildcards=2))) == [
        ("docker.io/library/*", "library/*")]


def test_a_wildcard_that_overlaps_another_upstream():
    texts = ["quay.io/a/b", "quay.io/a/c", "ghcr.io/a/d"]
    assert pairs(made(*texts, style=RuleStyle(wildcards=2))) == [("ghcr.io/a/d", "ghcr.io/a/d"), ("quay.io/a/*",
                                                                                                  "quay.io/a/*")]


def test_mirror_target():
    assert str(mirror_target(Source("quay.io", RepositoryPattern("", True)))) == "quay.io/*"


PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
SOURCES = st.builds(lambda host, path: Source.parse(f"{host}/{path}").with_library(),
                    st.sampled_from(["docker.io", "quay.io", "ghcr.io"]), PATHS)
STYLES = st.builds(RuleStyle, st.sampled_from(["short", "mirror"]), st.sampled_from([None, 1, 2, 3]), st.booleans())


@given(st.lists(SOURCES, max_size=12), STYLES, st.randoms())
def test_each_repository_has_one_rule_and_no_rule_is_too_many(sources, style, random):
    rules = new_rules(sources, style, lambda target: None)
    assert not rules.errors and list(errors_among_desired(rules.rules)) == []
    serving = {source: [rule for rule in rules.rules if rule.source.login_server == source.login_server
                        and rule.source.repository.covers(source.repository.path)] for source in sources}
    assert all(serving.values())
    for rule in rules.rules:
        assert any(served == [rule] or min(served, key=lambda each: each.source.wildcard) is rule
                   for served in serving.values())
    random.shuffle(sources)
    assert new_rules(sources, style, lambda target: None) == rules
