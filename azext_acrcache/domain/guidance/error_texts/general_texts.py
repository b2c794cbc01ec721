"""Texts that say little by themselves: asked for last, after all that name a cause.

Sources: AKS issues 1517 and 4052, Azure/acr issues 684, 754 and 893, the distribution specification's error codes.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.text import known

GENERAL_TEXTS = (
    known(r"424 failed dependency|\b424\b.{0,40}failed dependency", "upstream/source",
          "The upstream failed while a cache rule drew from it; the registry itself is in order.",
          "az acrcache verify upstream --registry {registry}",
          "az acrcache verify pull --registry {registry} --image {image}"),
    known(r"failed to fetch anonymous token|failed to authorize: failed to fetch .*token", "consumer/role",
          "The node asked the registry for a token without credentials: its identity has no role that counts there, or "
          "the role was given to another identity, such as a cluster's control plane instead of its kubelet.",
          "az acrcache verify access --registry {registry} --aks MyCluster",
          "az acrcache grant pull --registry {registry} --aks MyCluster"),
    known(r"authentication required, visit https://aka\.ms/acr/authorization", "pull/authorized",
          "The registry took the sign-in and found no right to pull in it, or the token is from before the right was "
          "given (up to ten minutes) or before the registry's mode was changed.",
          "az acrcache verify pull --registry {registry} --image {image}",
          "az acrcache grant list --registry {registry} --output table",
          "az acr login --name {registry}"),
    known(r"toomanyrequests|pull rate limit|CONNECTIVITY_TOOMANYREQUESTS_ERROR", "upstream/quota",
          "A rate limit is used up: Docker Hub's where the text speaks of pulls, else the registry's own for its tier. "
          "A node that names Docker Hub's image itself does not go through the cache.",
          "az acrcache verify upstream --registry {registry}",
          "az acrcache verify resolve --registry {registry} --image {image}"),
    known(r"502 bad gateway", "upstream/source",
          "The registry got no usable answer from the upstream; it has been seen with Quay and passes by itself.",
          "az acrcache verify pull --registry {registry} --image {image}"),
    known(r"manifest unknown|MANIFEST_UNKNOWN|manifest for \S+ not found", "pull/manifest",
          "No manifest has that tag or digest: not in the registry and, where a rule serves the repository, not "
          "upstream.",
          "az acrcache verify pull --registry {registry} --image {image}"),
    known(r"NAME_UNKNOWN|repository name not known to registry", "pull/manifest",
          "The registry holds no such repository and no cache rule serves it. A rule that is not a wildcard serves "
          "exactly its target, and nothing below it.",
          "az acrcache verify resolve --registry {registry} --image {image}"),
    known("unexpected status:? 401 unauthorized|401 client error: unauthorized", "pull/authorized",
          "The registry found no right in what signed in. It says the same of a wrong image name and of a role that "
          "was just given.",
          "az acrcache verify pull --registry {registry} --image {image}"),
)
