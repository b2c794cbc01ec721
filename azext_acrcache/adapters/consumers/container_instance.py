"""Microsoft.ContainerInstance containerGroups. Stable version.

Source: using-azure-container-registry-mi: only a user-assigned identity can pull, since images are pulled before the
group's own identity exists. `imageRegistryCredentials[].identity` names it for each registry.
"""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.consumers.resource_identities import common, identities_of
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.settings import FixedSettings
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.login_servers import same_registry

_WHY_NOT = "its images are pulled before its system-assigned identity exists, so that only a user-assigned one can pull"


class ContainerGroupReader:
    api = "2023-05-01"

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        properties, every = body.get("properties") or {}, identities_of(body)
        usable = tuple(identity for identity in every if identity.id)
        login_server = context.login_server()
        named = next((entry.get("identity") for entry in properties.get("imageRegistryCredentials") or ()
                      if same_registry(entry.get("server") or "", login_server)), None) or None
        images = tuple((container.get("properties") or {}).get("image") or ""
                       for name in ("initContainers", "containers") for container in properties.get(name) or ())
        return Consumer(kind, identities=usable, settings=FixedSettings(named), pulls_with=named,
                        cannot=_WHY_NOT if every and not usable else "", images=images, **common(body, context))


READER = ContainerGroupReader()
