"""From images to what a registry is to hold."""
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.plan.discovered_rules import RuleStyle
from azext_acrcache.domain.plan.discovered_sets import VaultChoice
from azext_acrcache.domain.plan.discovery import Discovery, DiscoveryPlan
from azext_acrcache.domain.state.rule_index import RuleIndex
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.records import credential_set, rule, snapshot
from unit.user_errors import refused

UBUNTU = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu", "hub")
DOTNET = rule("dotnet", "mcr.microsoft.com/dotnet/*", "dotnet/*")
KNOWN = snapshot(rules=(UBUNTU, rule("unused", "quay.io/y", "y"), DOTNET),
                 credential_sets=(credential_set("hub"),))
VAULT = VaultChoice("myvault", "vault.azure.net")


def use(text: str, line: int = 1, **other) -> ImageUse:
    return ImageUse(text, Place("k.yaml", line), **other)


def discovered(*texts: str, known: RegistrySnapshot | None = KNOWN, style: RuleStyle = RuleStyle(), **occupied
               ) -> Discovery:
    plan = DiscoveryPlan([use(text) for text in texts], known, style)
    return plan.discovery(RegistryRef("myregistry"), VAULT,
                          {RepositoryPattern(path): holder for path, holder in occupied.items()})


def sources(discovery: Discovery) -> list[str]:
    return [str(each.source) for each in discovery.desired.rules]


@pytest.mark.parametrize("text, status, rule_name, repository", [
    ("ubuntu:22.04", "served", "ubuntu-rule", "ubuntu"),
    ("mcr.microsoft.com/dotnet/sdk:8", "served", "dotnet", "dotnet/sdk"),
    ("nginx", "rule", None, "nginx"), ("myregistry.azurecr.io/ubuntu:1", "own", "ubuntu-rule", "ubuntu"),
    ("myregistry.azurecr.io/mine:1", "own", "", "mine"), ("cgr.dev/a/b", "import", "", None),
    ("reg.corp:5000/app", "import", "", None), ("localhost:5000/app", "unsupported", "", None),
    ("UPPER/x", "unresolved", "", None), ("docker-pullable://nginx@sha256:" + "a" * 64, "rule", None, "nginx"),
    ("INDEX.docker.io/library/ubuntu", "served", "ubuntu-rule", "ubuntu")])
def test_statuses(text, status, rule_name, repository):
    image, = discovered(text).images
    assert (image.status, image.repository) == (status, repository)
    if rule_name is not None:
        assert (image.rule.name if image.rule else "") == rule_name


def test_rules_that_serve_are_taken_over_and_others_are_not():
    discovery = discovered("ubuntu", "mcr.microsoft.com/dotnet/sdk", "nginx")
    assert sources(discovery) == ["mcr.microsoft.com/dotnet/*", "docker.io/library/ubuntu", "docker.io/library/nginx"]
    assert [(each.name, each.credential_set, each.named) for each in discovery.desired.rules][1:] == [
        ("ubuntu-rule", "hub", True), (discovery.desired.rules[2].name, "hub", False)]
    assert [(each.name, each.secrets) for each in discovery.desired.credential_sets] == [("hub", ())]


def test_a_target_that_stands_in_the_way():
    assert str(discovered("nginx", nginx="nginx").desired.rules[0].target) == "docker.io/library/nginx"
    inside = discovered("quay.io/dotnet/x")
    assert str(inside.desired.rules[0].target) == "quay.io/dotnet/x" and "'dotnet'" in inside.notes[0]


def test_all_places_of_an_image():
    plan = DiscoveryPlan([use("a:1", 1), use("b:1", 2), use("a:1", 3)], None)
    first, _ = plan.discovery(RegistryRef("r"), VAULT).images
    assert [each.place.line for each in first.uses] == [1, 3]


def test_what_may_be_no_image():
    uses = [use("quay.io/a/b:1", sure=False, counts=False)]
    assert DiscoveryPlan(uses, None).discovery(RegistryRef("r")).desired.rules == ()
    assert len(DiscoveryPlan(uses, None, likely=True).discovery(RegistryRef("r")).desired.rules) == 1
    certain = DiscoveryPlan([*uses, use("quay.io/a/b:1")], None).discovery(RegistryRef("r"))
    assert certain.images[0].sure and len(certain.desired.rules) == 1


def test_what_is_not_resolved_says_why():
    plan = DiscoveryPlan([use("a:$X", problem="the variable X has no value")], None)
    image, = plan.discovery(RegistryRef("r")).images
    assert (image.status, image.note) == ("unresolved", "the variable X has no value")


def test_mirrors_do_not_go_with_short_rules():
    plan = DiscoveryPlan([use("ubuntu")], KNOWN, RuleStyle("mirror"))
    refused(plan.check_layout, "'ubuntu-rule'", runs="az acrcache bootstrap delete")
    DiscoveryPlan([use("nginx")], KNOWN, RuleStyle("mirror")).check_layout()


def test_targets_are_told_before_they_are_looked_for():
    plan = DiscoveryPlan([use("nginx")], KNOWN)
    assert [str(target) for target in plan.targets()] == ["nginx"]
    assert plan.targets({RepositoryPattern("nginx"): "nginx"}) == [RepositoryPattern("docker.io/library/nginx")]


IMAGES = st.builds("{}{}{}".format, st.sampled_from(["", "docker.io/", "quay.io/", "mcr.microsoft.com/dotnet/"]),
                   st.sampled_from(["ubuntu", "a/b", "a/c", "library/ubuntu", "y"]), st.sampled_from(["", ":1"]))


@given(st.lists(IMAGES, max_size=10), st.sampled_from([None, 1, 2]), st.booleans())
def test_the_rules_serve_every_image_and_none_can_be_spared(texts, wildcards, registry):
    discovery = discovered(*texts, known=KNOWN if registry else None, style=RuleStyle(wildcards=wildcards))
    rules = [rule(each.name, str(each.source), str(each.target)) for each in discovery.desired.rules]

    def served(those) -> bool:
        index = RuleIndex(those, "myregistry.azurecr.io")
        return all(index.resolve(ImageReference.parse(text)).rule for text in texts)

    assert served(rules)
    # Rules that exist are taken over as they stand, also where a new wildcard covers what they serve.
    existing = {each.name for each in KNOWN.rules}
    assert not any(served([other for other in rules if other is not each]) for each in rules
                   if each.name not in existing or wildcards is None)
    assert discovered(*texts[::-1], known=KNOWN if registry else None,
                      style=RuleStyle(wildcards=wildcards)).desired == discovery.desired


def test_ten_thousand_images_against_a_thousand_rules():
    known = snapshot(rules=tuple(rule(f"rule-{n}", f"quay.io/team{n}/app", f"team{n}/app") for n in range(1000)))
    texts = [f"quay.io/team{n % 2000}/app:{n}" for n in range(10_000)]
    begun = time.process_time()
    discovery = discovered(*texts, known=known)
    # It takes 1.2 s; looking through the rules for each image would take minutes.
    assert time.process_time() - begun < 6 and len(discovery.desired.rules) == 2000
