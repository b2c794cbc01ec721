"""Names of hosts, as far as it matters whose they are."""
from __future__ import annotations

import re

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_DNS_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})+")


def is_dns_name(text: str) -> bool:
    """Whether it is a host of two labels or more and nothing else: no user, port, path, query or fragment."""
    return bool(_DNS_NAME.fullmatch(text.lower()))


def is_host_below(host: str, suffix: str) -> bool:
    """Whether `host` is a bare DNS name with one label more than `suffix` at least.

    :param suffix: of a service's hosts in a cloud, such as `.vault.azure.net`, with or without the dot.
    """
    suffix = "." + suffix.lower().lstrip(".")
    return len(suffix) > 1 and host.lower().endswith(suffix) and is_dns_name(host)
