from __future__ import annotations

import pytest

from azext_acrcache.domain.guidance.error_texts import hosts
from azext_acrcache.domain.guidance.error_texts.error_text import REFUSED, WRAPPER, Case, text
from azext_acrcache.domain.guidance.error_texts.reading import read

DENIED = text("denied", Case("pull/authorized", "x."), weight=REFUSED, placed=True)
LOCKED = text("scopelocked", Case("request/lock", "x."), speaker=hosts.ARM)
BACK_OFF = text("backoff", Case("consumer/role", "x."), weight=WRAPPER)
TEXTS = (BACK_OFF, DENIED, LOCKED)


@pytest.mark.parametrize("pasted, entry, speaker", [
    ("https://contoso1.azurecr.io/v2/ denied", DENIED, hosts.REGISTRY),
    ("https://ghcr.io/v2/ denied", DENIED, hosts.UPSTREAM),
    ("denied by https://mcr.microsoft.com/v2/", DENIED, hosts.MCR),
    ("https://ghcr.io/v2/ … https://contoso1.azurecr.io/v2/ denied", DENIED, hosts.REGISTRY),
    ("contoso1.azurecr.io/ghcr.io/app:1 denied", DENIED, hosts.REGISTRY),
    ("\"https://***/v2/\": denied", DENIED, hosts.REGISTRY), ("BackOff ScopeLocked BackOff", LOCKED, hosts.ARM),
    ("contoso1.azurecr.io denied BackOff", DENIED, hosts.REGISTRY)])
def test_who_speaks_and_which_words_count(pasted, entry, speaker):
    reading = read(pasted, TEXTS)
    assert reading.text is entry and reading.speaker == speaker


def test_a_text_that_needs_a_host_is_nothing_without_one():
    assert read("a cached copy was denied", TEXTS) is None and read("", TEXTS) is None


@pytest.mark.parametrize("pasted, status", [
    ("contoso1.azurecr.io/x denied: 403 Forbidden", 403), ("StatusCode=401 contoso1.azurecr.io denied", 401),
    ("contoso1.azurecr.io denied", None)])
def test_the_status_beside_it(pasted, status):
    assert read(pasted, TEXTS).status == status


@pytest.mark.parametrize("pasted, puller", [
    ("kubelet Failed to pull image contoso1.azurecr.io/a:1 denied", "aks"),
    ("container app 'x': azurecr.io/v2/ denied", "containerapp"),
    ("my.azurewebsites.net contoso1.azurecr.io denied", "webapp"), ("docker pull contoso1.azurecr.io/a:1 denied", "")])
def test_who_pulls(pasted, puller):
    assert read(pasted, TEXTS).puller == puller


@pytest.mark.parametrize("pasted, private", [
    ("dial tcp 10.1.2.3:443: contoso1.azurecr.io denied", True),
    ("dial tcp 52.1.2.3:443: contoso1.azurecr.io denied", False),
    ("contoso1.privatelink.azurecr.io denied", True), ("contoso1.azurecr.io denied", False)])
def test_whether_a_private_endpoint_was_tried(pasted, private):
    assert read(pasted, TEXTS).is_private is private
