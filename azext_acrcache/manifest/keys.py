"""The words of a manifest that stand for other words of the domain."""
from __future__ import annotations

import re

from azext_acrcache.domain.consumers.kinds import KINDS
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.guidance.az_lines import AzLine

API_VERSION = "acrcache/v1"

SCHEMA_LINE = AzLine.of("acrcache", "bootstrap", "apply").flag("--schema")

# Stands where the name of a registry is still to be written; no registry can be called so.
REGISTRY_PLACEHOLDER = "YOUR-REGISTRY"

PULL, PUSH = "pull", "push"


def consumer_key(spec: ConsumerSpec) -> str:
    """How a grant names this kind of consumer: the flag `--container-instance` is the key `containerInstance`."""
    return re.sub(r"-(\w)", lambda match: match[1].upper(), spec.flag)


# The kinds of consumers by the key that a grant has for them, in the order of the flags.
CONSUMERS: dict[str, ConsumerSpec] = {consumer_key(spec): spec for spec in KINDS}
