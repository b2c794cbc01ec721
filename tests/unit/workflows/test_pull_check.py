from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.pull import unread_questions
from azext_acrcache.domain.checks.verdict import judge, verdict_of
from azext_acrcache.domain.state.pull_probe import ManifestAnswer, PullProbe, UnreadImage
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.workflows.pull_check import pull_targets
from unit.records import registry, rule
from unit.user_errors import refused

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


def targets(*texts: str) -> list:
    return pull_targets([(text, ImageReference.parse(text)) for text in texts], RegistrySnapshot(registry(), (RULE,)))


def test_an_image_of_another_registry_is_refused_by_name():
    refused(lambda: targets("other1.azurecr.io/app:1"), "'other1.azurecr.io'", "'myregistry.azurecr.io'",
            runs="az acrcache verify pull --registry other1 --image other1.azurecr.io/app:1")
    ubuntu, other = targets("ubuntu:1", "other1.azurecr.io/app:1")
    assert ubuntu.rule == RULE and isinstance(other, UnreadImage) and "other1.azurecr.io" in other.problem


def test_an_image_that_cannot_be_read_stands_in_its_place():
    images = [("ubuntu:1", ImageReference.parse("ubuntu:1")), ("A", UserError("Line 2: no.", "Write another.")),
              ("ubuntu:2", ImageReference.parse("ubuntu:2"))]
    _, unread, _ = pull_targets(images, RegistrySnapshot(registry(), (RULE,)))
    assert unread == UnreadImage("A", "Line 2: no.") and unread.to_report()["image"] == "A"
    question, = unread_questions([unread])
    assert verdict_of(judge([question])).status == "unknown"


def test_an_image_without_a_rule_that_nobody_holds():
    target, = targets("ghcr.io/team/app:1")
    assert PullProbe(target).verdict == "NO-RULE"
    own, = targets("team/own:1")
    assert PullProbe(own, ("pull",), ManifestAnswer(404)).verdict == "NO-RULE"
    served, = targets("ubuntu:1")
    assert PullProbe(served, ("pull",), ManifestAnswer(404)).verdict == "UPSTREAM-FAILED"


def test_the_same_image_twice_is_pulled_once():
    asked = [(text, ImageReference.parse(text)) for text in ("ubuntu:1", "docker.io/library/ubuntu:1")]
    assert len(pull_targets(asked, RegistrySnapshot(registry(), (RULE,)))) == 1
