from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.hosts import MCR
from azext_acrcache.domain.guidance.error_texts.phrases import further, phrases
from unit.domain.guidance.error_texts.readings import reading


def test_a_noun_is_called_by_its_name_else_by_what_it_is():
    words = phrases(reading(registry="contoso1.azurecr.cn", rule="hub", principal="p", status=403))
    assert words["registry"] == "the registry 'contoso1.azurecr.cn'" and words["rule"] == "the cache rule 'hub'"
    assert words["vault"] == "the key vault" and words["identity"] == " 'p'" and words["ip"] == ""
    assert words["status"] == " (status 403)"


def test_upstreams_and_consumers():
    assert phrases(reading(MCR))["upstream"] == "Microsoft's registry 'mcr.microsoft.com'"
    assert phrases(reading(upstream="ghcr.io"))["upstream"] == "the upstream 'ghcr.io'"
    assert phrases(reading(consumer="aks my-aks", puller="aks"))["consumer"] == "the AKS cluster 'my-aks'"
    assert phrases(reading())["consumer"] == "the consumer"


def test_what_was_not_said_is_named_once():
    assert further(reading(image="a:1", rule="hub"), "az x --name hub") == " The text names the image 'a:1'."
    assert further(reading(image="a:1", repository="a"), "") == " The text names the image 'a:1'."
    assert further(reading(registry="contoso1.azurecr.io"), "--registry contoso1") == ""
