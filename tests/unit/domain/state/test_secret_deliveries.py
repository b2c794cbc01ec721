from __future__ import annotations

import pytest

from azext_acrcache.domain.state.secret_deliveries import secret_deliveries
from azext_acrcache.domain.values.secret_ids import SecretId
from unit.records import HOST, PULLER, credential_set, rule

HUB, OTHER = credential_set(), SecretId(HOST, "other")


def doubts(*sets, source="docker.io/library/ubuntu", name="docker-io"):
    delivery, = secret_deliveries([rule("r", source, "r", name)], sets)
    return delivery.doubts


def test_secrets_of_one_upstream_are_in_no_doubt():
    assert doubts(HUB) == () == doubts(HUB, credential_set("second"))
    assert doubts(HUB, credential_set("ghcr", "ghcr.io", OTHER, OTHER)) == ()


@pytest.mark.parametrize("sets, source, words", [
    ((HUB, credential_set("ghcr", "ghcr.io")), "docker.io/library/ubuntu", "serves the set 'ghcr' for 'ghcr.io' too"),
    ((credential_set(login_server="registry.example"),), "registry.example/app", "not among the upstreams"),
    ((HUB,), "ghcr.io/contoso/app", "the set is for 'docker.io'")])
def test_what_somebody_has_to_agree_to(sets, source, words):
    assert any(words in doubt for doubt in doubts(*sets, source=source))


def test_a_set_for_an_alias_of_docker_hub_is_for_docker_hub():
    assert doubts(HUB, credential_set("alias", "registry-1.docker.io")) == ()


def test_a_set_that_is_tried_whatever_rules_use_it_is_told_once():
    ghcr = credential_set("ghcr", "ghcr.io", OTHER, OTHER)
    rules = [rule("a", "docker.io/library/ubuntu", "a", "docker-io")]
    deliveries = secret_deliveries(rules, [HUB, ghcr], [HUB, ghcr, credential_set("half", password=None)])
    assert [delivery.login_server for delivery in deliveries] == ["docker.io", "ghcr.io"]


def test_each_set_and_upstream_once_and_only_what_is_sent():
    rules = [rule("a", "docker.io/library/ubuntu", "a", "docker-io"),
             rule("b", "docker.io/library/nginx", "b", "docker-io"),
             rule("c", "mcr.microsoft.com/x", "c"), rule("d", "up.azurecr.io/d", "d", identity=PULLER),
             rule("e", "docker.io/library/e", "e", "gone"), rule("f", "docker.io/library/f", "f", "half")]
    only, = secret_deliveries(rules, [HUB, credential_set("half", password=None)])
    assert only.login_server == "docker.io"
    assert only.words == "'myvault/hub-user' and 'myvault/hub-pat' to docker.io, for the credential set 'docker-io'"
