"""From discovered images or rules to files."""
from __future__ import annotations

import pytest
import yaml

from azext_acrcache.domain.plan.discovery import DiscoveryPlan
from azext_acrcache.domain.values.errors import MissingArgument
from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.sources.rewrites import KINDS, rewrite
from unit.records import rule, snapshot
from unit.sources.points import REGISTRY, RULES
from unit.user_errors import refused


def images(*texts: str):
    uses = [ImageUse(text, Place("k.yaml", 1)) for text in texts]
    return DiscoveryPlan(uses, snapshot(rules=RULES)).discovery(RegistryRef("r")).images


def names(kind_images, rules=RULES) -> dict[str, str]:
    content = yaml.safe_load(rewrite("kustomize", REGISTRY, kind_images, rules).content)
    return {entry["name"]: entry["newName"] for entry in content["images"]}


def test_each_image_that_a_rule_serves_as_it_is_written():
    assert names(images("ubuntu:1", "docker.io/ubuntu", "docker.io/grafana/agent:2", "cgr.dev/x", f"{REGISTRY}/y")) == {
        "ubuntu": f"{REGISTRY}/ubuntu", "docker.io/ubuntu": f"{REGISTRY}/ubuntu",
        "docker.io/grafana/agent": f"{REGISTRY}/grafana/agent"}


def test_without_images_all_spellings_of_what_the_rules_name():
    rules = (rule("ubuntu", "docker.io/library/ubuntu", "u"), rule("hub", "docker.io/a/b", "b"),
             rule("quay", "quay.io/a/b", "q"), rule("all", "ghcr.io/*", "g/*"))
    assert sorted(names([], rules)) == ["a/b", "docker.io/a/b", "docker.io/library/ubuntu", "docker.io/ubuntu",
                                        "library/ubuntu", "quay.io/a/b", "ubuntu"]
    refused(lambda: rewrite("sed", REGISTRY, [], rules), "sed", kind=MissingArgument)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_made_it(kind):
    file = rewrite(kind, REGISTRY, images("ubuntu:1"), RULES)
    assert "Made by acrcache" in file.content and file.notes and file.path
