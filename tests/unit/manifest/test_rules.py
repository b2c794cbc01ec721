"""Cache rules of a manifest."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.state.desired import DesiredRule
from azext_acrcache.domain.values.names import is_made_by_apply
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from unit.manifest.documents import IDENTITY, REGISTRY, VAULT, message, messages, of_registry, read, read_registry

HUB = ("credentialSets:", "- {name: docker-hub, loginServer: docker.io, vault: mykeyvault}")


def _rule(**values: str) -> DesiredRule:
    registry = read_registry(*_lines(values))
    rule, = registry.rules
    return rule


def _lines(*rules: dict[str, str]) -> list[str]:
    return ["rules:", *("- {" + ", ".join(f"{key}: {value}" for key, value in rule.items()) + "}" for rule in rules)]


def test_a_rule_with_all_that_it_can_say():
    rule = _rule(name="my-rule", source="upstream.azurecr.io/team/app", target="app", identity=IDENTITY)
    assert rule == DesiredRule("my-rule", Source("upstream.azurecr.io", RepositoryPattern("team/app")),
                               RepositoryPattern("app"), None, IDENTITY)
    assert rule.place == "cache.yaml:5: registries[0].rules[0]"


def test_a_rule_without_name_and_target_gets_those_that_prove_themselves():
    rule = _rule(source="ghcr.io/team/app")
    assert str(rule.target) == "team/app" and not rule.named
    assert is_made_by_apply(rule.name, rule.source, rule.target) and rule.name.startswith("team-app-")


def test_a_rule_names_its_set_without_regard_to_case_and_by_id():
    for text in ("Docker-Hub", f"{REGISTRY}/credentialSets/docker-hub"):
        registry = read_registry(*HUB, *_lines({"source": "docker.io/library/ubuntu", "credentialSet": text}))
        assert registry.rules[0].credential_set == "docker-hub"


def test_library_is_added_and_told():
    manifest = read(of_registry(*HUB, *_lines({"source": "docker.io/ubuntu", "credentialSet": "docker-hub"})))
    assert str(manifest.estate.registries[0].rules[0].source) == "docker.io/library/ubuntu"
    assert manifest.warnings == ("cache.yaml:7: registries[0].rules[0]: docker.io/ubuntu is an official image of "
                                 "Docker Hub: the source is written as docker.io/library/ubuntu.",)


@pytest.mark.parametrize("rule, told", [
    ({"source": "ubuntu"}, "source: The source 'ubuntu' does not begin with a login server."),
    ({"source": "ghcr.io/a/b:1"}, "source: The source 'ghcr.io/a/b:1' has a tag; a cache rule is about a whole "
                                  "repository."),
    ({"source": "ghcr.io/a/b", "target": "A"}, "target: The target 'A' has upper case letters; repository names are "
                                               "lower case."),
    ({"source": "ghcr.io/a/b", "name": "x"}, "name: 'x' is not a legal name for a cache rule: 5 to 50 letters, digits "
                                             "and hyphens."),
    ({"source": "ghcr.io/a/*", "target": "a"}, "The source 'ghcr.io/a/*' has a wildcard and the target 'a' has none."),
    ({"source": "ghcr.io/a/b", "credentialSet": "docker-hub"}, "credentialSet: No credential set 'docker-hub' is "
                                                               "defined for this registry."),
    ({"source": "ghcr.io/a/b", "identity": IDENTITY}, "identity works for an Azure registry as the upstream only, not "
                                                      "for 'ghcr.io'."),
    ({"source": "up.azurecr.io/a", "identity": VAULT}, f"identity: '{VAULT}' is not the ID of a user-assigned "
                                                       "identity."),
    ({"source": "docker.io/library/ubuntu"}, "Docker Hub takes no rules without a credential set."),
    ({"source": "ghcr.io/a/b", "name": f"{REGISTRY[:-10]}another/cacheRules/x1234"},
     "name: The cache rule 'x1234' belongs to the registry 'another', not to 'myregistry'.")])
def test_what_is_refused(rule, told):
    place, _, rest = message(*_lines(rule)).partition("rules[0]")
    assert place == "cache.yaml:5: registries[0]." and rest.lstrip(".: ") == told


def test_a_set_of_another_login_server_and_one_beside_an_identity():
    other, both = messages(of_registry(*HUB, *_lines(
        {"source": "ghcr.io/a/b", "credentialSet": "docker-hub"},
        {"source": "up.azurecr.io/a", "credentialSet": "docker-hub", "identity": IDENTITY})))
    assert "logs in to 'docker.io', and the source is on 'ghcr.io'" in other
    assert "exclude one another" in both


def test_a_set_with_mistakes_is_not_told_again():
    only = message("credentialSets:", "- {name: docker-hub, loginServer: docker}",
                   *_lines({"source": "docker.io/library/ubuntu", "credentialSet": "docker-hub"}))
    assert ".loginServer: " in only
    only = message("credentialSets:", "- {nam: docker-hub, loginServer: docker.io}",
                   *_lines({"source": "docker.io/library/ubuntu", "credentialSet": "docker-hub"}))
    assert "did you mean name" in only


def test_rules_that_do_not_fit_together_name_both_places():
    name, target, overlap = messages(of_registry(*_lines(
        {"source": "ghcr.io/a/a", "name": "my-rule"}, {"source": "ghcr.io/a/b", "name": "MY-RULE"},
        {"source": "quay.io/a/a"}, {"source": "quay.io/team/*"}, {"source": "quay.io/team/sub/*"})))
    assert name == ("cache.yaml:6: registries[0].rules[1]: Two rules would have the name 'MY-RULE': ghcr.io/a/a "
                    "(cache.yaml:5: registries[0].rules[0]) and ghcr.io/a/b.")
    assert target.startswith("cache.yaml:7: registries[0].rules[2]: Two rules would have the same target 'a/a': ")
    assert overlap.startswith("cache.yaml:9: registries[0].rules[4]: The targets 'team/*' and 'team/sub/*' overlap")
