"""What a pull through a cache rule ends with.

Sources: Azure/acr issues 599, 684, 740, 754, 765, 772, 860, 869, 891, 892, 893, AKS issue 4052, and the registry's
own page on authorization. The texts with "for cache rule" are the upstream's refusal, all others the registry's own.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.text import known

_RULE = r"for cache rule ['\"‘](?P<rule>[^'\"’]+)['\"’]"
_SOURCE = r"source ['\"‘](?P<source>[^'\"’]+)['\"’]"

PULL_TEXTS = (
    known(f"authentication required with source registry {_RULE}", "upstream/login",
          "The upstream of the cache rule '{rule}' did not take the credentials of its credential set, or demands some "
          "and the rule has none. On Docker Hub an official image that is asked for without library/ looks the same.",
          "az acrcache verify upstream --registry {registry} --name {rule}",
          "az acrcache verify chain --registry {registry} --name {rule}"),
    known(f"requested access to pull from {_SOURCE} {_RULE}", "upstream/source",
          "The upstream refused '{source}' to the cache rule '{rule}': there is no such repository, or its account may "
          "not read it. Below docker.io/library/ there are official images only.",
          "az acrcache verify upstream --registry {registry} --name {rule}",
          "az acrcache verify resolve --registry {registry} --image {source}"),
    known(f"too many requests to source registry {_RULE}", "upstream/quota",
          "The upstream of the cache rule '{rule}' has no pulls left in its rate limit for this account, or for the "
          "service's address where the rule has no credentials.",
          "az acrcache verify upstream --registry {registry} --name {rule}"),
    known(rf"request to fetch referrers from {_SOURCE} {_RULE} returned status code (?P<status>\d+)", "upstream/source",
          "The upstream did not answer the question for signatures of '{source}' (status {status}); the rule '{rule}' "
          "can't get round that, and policies that check signatures fail for this image.",
          "az acrcache verify pull --registry {registry} --image {image}"),
    known(f"request to pull from {_SOURCE} {_RULE} has failed", "upstream/source",
          "The upstream failed while the cache rule '{rule}' drew '{source}' from it. For an image of several "
          "platforms one of them can fail alone, and it may pass again.",
          "az acrcache verify pull --registry {registry} --image {image}",
          "az acrcache verify upstream --registry {registry} --name {rule}"),
    known(r"client with IP ['\"](?P<ip>[^'\"]+)['\"] is not allowed access", "registry/network",
          "The registry's network rules keep the address {ip} out; rights play no part in it.",
          "az acr network-rule add --name {registry} --ip-address {ip}"),
    known(r"manifest tagged by \\?['\"](?P<tag>[^'\"\\]+)\\?['\"] is not found", "pull/manifest",
          "The registry has no tag '{tag}' of that repository and got none from an upstream: no rule serves the "
          "repository, the upstream has no such tag, or the image was deleted from the registry and not fetched again.",
          "az acrcache verify resolve --registry {registry} --image {registry}.azurecr.io/{image}",
          "az acrcache verify pull --registry {registry} --image {image}"),
)
