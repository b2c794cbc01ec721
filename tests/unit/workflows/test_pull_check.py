from __future__ import annotations

import pytest

from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.workflows.pull_check import pull_targets
from unit.records import registry, rule

RULE = rule("ubuntu-rule", "docker.io/library/ubuntu", "ubuntu", "docker-io")


@pytest.mark.parametrize("text, reference, served_by", [
    ("ubuntu:22.04", "myregistry.azurecr.io/ubuntu:22.04", "ubuntu-rule"),
    ("docker.io/library/ubuntu", "myregistry.azurecr.io/ubuntu:latest", "ubuntu-rule"),
    ("myregistry.azurecr.io/ubuntu", "myregistry.azurecr.io/ubuntu:latest", "ubuntu-rule"),
    ("team/own:1", "myregistry.azurecr.io/team/own:1", None),
    # Not pulled under its path, where the registry may hold something else.
    ("ghcr.io/ubuntu:1", "ghcr.io/ubuntu:1", None)])
def test_where_an_image_is(text, reference, served_by):
    target, = pull_targets([(text, ImageReference.parse(text))], RegistrySnapshot(registry(), (RULE,)))
    assert (target.reference, target.rule.name if target.rule else None) == (reference, served_by)


def test_the_same_image_twice_is_pulled_once():
    asked = [(text, ImageReference.parse(text)) for text in ("ubuntu:1", "docker.io/library/ubuntu:1")]
    assert len(pull_targets(asked, RegistrySnapshot(registry(), (RULE,)))) == 1
