"""Microsoft.App containerApps. Stable version."""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.consumers.resource_identities import common, identities_of, state_of
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.settings import RegistriesSettings
from azext_acrcache.domain.consumers.spec import ConsumerSpec


class ContainerAppReader:
    api = "2024-03-01"

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        properties = body.get("properties") or {}
        settings = RegistriesSettings(tuple((properties.get("configuration") or {}).get("registries") or ()))
        images = images_of_template(properties.get("template") or {})
        return Consumer(kind, identities=identities_of(body), settings=settings,
                        pulls_with=settings.identity_named(context.login_server()),
                        state=state_of(body, properties.get("runningStatus")), images=images, **common(body, context))


def images_of_template(template: Mapping) -> tuple[str, ...]:
    """Those of an app, a job or a revision; its init containers run too, before the others."""
    return tuple(container.get("image") or "" for name in ("initContainers", "containers")
                 for container in template.get(name) or ())


READER = ContainerAppReader()
