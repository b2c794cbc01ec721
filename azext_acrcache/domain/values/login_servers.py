"""The host names under which an Azure container registry is known, in every cloud.

Sources: azure-cli issue 31605 and pull request 30404 (`<registry>-<hash>.azurecr.io`, a domain name label; the resource
keeps its name without the hash), cloud-provider-azure pull request 10720 (regional endpoints
`<registry>.<region>.geo.azurecr.io`), container-registry-dedicated-data-endpoints (`<registry>.<region>.data.…`),
container-registry-private-link (`<registry>.privatelink.…`); the suffixes are those of az's clouds.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

SUFFIXES = (".azurecr.io", ".azurecr.cn", ".azurecr.us", ".azurecr.de", ".azurecr.sovcloud-azure.fr")

_LABEL = re.compile(r"(?P<name>[a-z0-9]{5,50})(?:-(?P<label>[a-z0-9]+))?")
_SCHEME = re.compile(r"^(?:https?|docker|oci)://", re.IGNORECASE)


@dataclass(frozen=True)
class RegistryHost:
    """One host name of a registry.

    :ivar name: of the resource. :ivar label: the hash of a domain name label; None without one.
    :ivar suffix: of the cloud, such as `.azurecr.io`.
    """

    name: str
    label: str | None
    suffix: str

    @classmethod
    def parse(cls, text: str) -> "RegistryHost | None":
        """From a login server as people have it: with a scheme, a port 443, a slash at the end, in any case, regional,
        for data or for private link. None for any other host.
        """
        host = bare_host(text)
        suffix = next((suffix for suffix in SUFFIXES if host.endswith(suffix)), None)
        if suffix is None:
            return None
        first, *others = host[:-len(suffix)].split(".")
        match = _LABEL.fullmatch(first)
        # In between: a region, `geo` or `data`, `privatelink`.
        if not match or len(others) > 3 or (others and others[-1] not in ("geo", "data", "privatelink")):
            return None
        return cls(match["name"], match["label"], suffix)

    @property
    def login_server(self) -> str:
        return self.name + (f"-{self.label}" if self.label else "") + self.suffix


def bare_host(text: str) -> str:
    """A host as people paste it, without scheme, path, trailing slash and the port that HTTPS has anyway."""
    host = _SCHEME.sub("", text.strip()).partition("/")[0].lower()
    return host[:-len(":443")] if host.endswith(":443") else host


def same_registry(host: str, login_server: str) -> bool:
    """Whether `host` is a name of the registry whose login server this is."""
    if bare_host(host) == bare_host(login_server):
        return True
    first, second = RegistryHost.parse(host), RegistryHost.parse(login_server)
    return first is not None and first == second
