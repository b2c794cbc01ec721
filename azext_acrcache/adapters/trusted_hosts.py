"""Which hosts a token or credentials may be sent to. Each adapter that sends some asks here first.

URLs come from Azure's answers, from the user, and from other registries; a token sent to the wrong host is in the wrong
hands. All functions raise HostNotTrusted, which names the host; then nothing has been sent.
"""
from __future__ import annotations

import re
from typing import NamedTuple

from azext_acrcache.domain.values.errors import HostNotTrusted
from azext_acrcache.domain.values.hosts import is_host_below

_HOST_AND_PORT = re.compile(r"([a-z0-9.-]+)(?::[0-9]{1,5})?")
# Stricter than any URL parser, so that none can read another host from what passes: no user, nothing but ASCII.
_HTTPS_URL = re.compile(r"https://(?P<host>[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?=[/?#]|\Z)", re.IGNORECASE)
_HTTPS_PORT = 443
# Characters of a foreign host that a message repeats.
_SHOWN = 100

# Token services apart from their registry, as the registries' challenges name them (GET /v2/ without credentials).
_TOKEN_SERVICES = {
    "registry-1.docker.io": {"auth.docker.io"},
    "docker.io": {"auth.docker.io"},
    "dhi.io": {"auth.docker.io"},
    "nvcr.io": {"authn.nvidia.com"},
    "registry.redhat.io": {"sso.redhat.com"},
    "registry.access.redhat.com": {"sso.redhat.com"},
    "lscr.io": {"ghcr.io"},
}
# Domains under which anybody may have a name: two hosts there have nothing to do with each other.
_SHARED_DOMAINS = ("azurecr.io", "azurecr.cn", "azurecr.us", "amazonaws.com", "pkg.dev", "gcr.io", "azure.com",
                   "azurewebsites.net", "azurecontainerapps.io", "windows.net", "run.app", "github.io", "gitlab.io",
                   "herokuapp.com", "ondigitalocean.app", "cloudfront.net", "jfrog.io", "ngrok.io", "ngrok.app")
_SECOND_LEVEL = frozenset({"co", "com", "net", "org", "gov", "gob", "ac", "edu", "or", "ne", "go"})


def check_host_below(host: str, suffix: str, what: str, subject: str) -> None:
    """:param what: for the message, such as `a token of Key Vault`."""
    if not is_host_below(host, suffix):
        raise HostNotTrusted(subject, host, f"{what} is not sent to '{_shown(host)}', which is no host of this cloud "
                             f"(*.{suffix.lstrip('.')})")


def check_url_of(url: str, endpoint: str, what: str, subject: str) -> None:
    """Whether a URL is on the host of a service or below it, as regional hosts are (`eastus.management.azure.com`).

    :param endpoint: the service's own URL, such as `https://management.azure.com`.
    """
    own, other = _https_host(endpoint), _https_host(url)
    if own and other and other.port == own.port and (other.name == own.name or is_host_below(other.name, own.name)):
        return
    host = _host_in(url)
    raise HostNotTrusted(subject, host, f"{what} is not sent to '{_shown(host)}', which is not "
                         f"{own.name if own else endpoint}")


def check_registry_host(host: str, subject: str) -> None:
    """Whether a login server is a host, with or without a port, and nothing else."""
    if not _HOST_AND_PORT.fullmatch(host.lower()):
        raise HostNotTrusted(subject, host, f"'{_shown(host)}' is not the name of a host")


def check_token_service(realm: str, registry_host: str, subject: str) -> None:
    """Whether credentials for a registry may go to the token service that its challenge names: the same host, one of
    the same domain, or one that is known to be that registry's."""
    service, registry = _https_host(realm), _https_host(f"https://{registry_host}")
    if service and registry and (service == registry or
                                 service.port == _HTTPS_PORT and _belong_together(service.name, registry.name)):
        return
    host = _host_in(realm)
    raise HostNotTrusted(subject, host, f"it names '{_shown(host)}' as its token service, which is not known to belong "
                         "to it; the credentials were not sent there")


def _belong_together(service: str, registry: str) -> bool:
    if service == registry or service in _TOKEN_SERVICES.get(registry, ()):
        return True
    return bool(_domain(service)) and _domain(service) == _domain(registry)


class _Host(NamedTuple):
    name: str
    port: int


def _https_host(url: str) -> _Host | None:
    """Of an https URL without a user; None for anything else."""
    match = _HTTPS_URL.match(url)
    return _Host(match["host"].lower(), int(match["port"] or _HTTPS_PORT)) if match else None


def _domain(host: str) -> str:
    """The domain that somebody has registered, such as `example.co.uk`; empty where it can't be told."""
    labels = host.split(".")
    if len(labels) < 2 or any(host == shared or host.endswith(f".{shared}") for shared in _SHARED_DOMAINS):
        return ""
    size = 3 if labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-size:]) if len(labels) >= size and not labels[-1].isdigit() else ""


def _host_in(url: str) -> str:
    """For messages: what stands in the place of the host, however odd."""
    return url.partition("//")[2].partition("/")[0] or url


def _shown(host: str) -> str:
    """Printable, and not longer than a line takes. A user or password before the host is left out."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in host.rpartition("@")[2])
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"
