"""What the registry tells of an upstream that a cache rule draws from: all that ends in "for cache rule".

Sources: Azure/acr issues 599, 684, 740, 754, 772, 869, 891 and 892. Every other refusal of a pull is the registry's
own.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts import ways
from azext_acrcache.domain.guidance.error_texts.error_text import CONTENT, Case, text
from azext_acrcache.domain.guidance.error_texts.hosts import UPSTREAM

_RULE = r".{0,300}?for cache rule"

UPSTREAM_TEXTS = (
    text(
        rf"authentication required with source registry{_RULE}",
        Case("upstream/login",
             "The upstream of {rule} did not accept the credentials of its credential set, or requires some and the "
             "rule has none. On Docker Hub an official image that is named without library/ looks the same.",
             (ways.verify_upstream, ways.verify_chain())),
        speaker=UPSTREAM),
    text(
        rf"requested access to pull from source{_RULE}",
        Case("upstream/source",
             "The upstream refused {source} to {rule}: there is no such repository, or its account may not read it. "
             "Below docker.io/library/ there are official images only.",
             (ways.verify_upstream, ways.resolve_source),
             lambda reading: reading.nouns.get("source", "docker.io").startswith("docker.io")),
        Case("upstream/source",
             "The upstream refused {source} to {rule}: there is no such repository, or its account may not read it.",
             (ways.verify_upstream, ways.resolve_source)),
        speaker=UPSTREAM),
    text(
        rf"too many requests to source registry{_RULE}",
        Case("upstream/quota",
             "The upstream of {rule} has no pulls left in its rate limit for this account, or for the service's "
             "address where the rule has no credentials.",
             (ways.verify_upstream,)),
        speaker=UPSTREAM),
    text(
        rf"fetch referrers from source{_RULE}",
        Case("upstream/source",
             "The upstream did not answer the request for the signatures of {source}{status}. The service sends such "
             "requests on through {rule}, so that policies which check signatures fail for this image.",
             (ways.verify_pull,)),
        speaker=UPSTREAM),
    text(
        rf"request to pull from source{_RULE}",
        Case("upstream/source",
             "The upstream failed while {rule} drew {source} from it. For an image of several platforms one of them "
             "can fail alone, and it may pass again.",
             (ways.verify_pull, ways.verify_upstream)),
        speaker=UPSTREAM),
    text(
        r"\b424\b.{0,40}failed dependency|failed dependency",
        Case("upstream/source",
             "The upstream failed while a cache rule drew {image} from it; {registry} itself is in order.",
             (ways.verify_upstream, ways.verify_pull)),
        weight=CONTENT + 5, speaker=UPSTREAM),
)
