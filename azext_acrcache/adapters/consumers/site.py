"""Microsoft.Web sites and their slots: web apps and function apps. Stable version.

Sources: web-apps API, `config/web` (`linuxFxVersion` is `DOCKER|<image>` for one container, `COMPOSE|<base64>` for
several, `SITECONTAINERS` where they are resources of their own) and `sitecontainers`.
"""
from __future__ import annotations

import base64
import re
from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.consumers.resource_identities import common, identities_of, state_of
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.images import UNREADABLE
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.settings import WebSettings
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError, UserError

_COMPOSE_IMAGE = re.compile(r"^[ \t]*image:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


class SiteReader:
    api = "2023-12-01"

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        """Raises UserError for a function app that was named as a web app, and the reverse."""
        properties, fields = body.get("properties") or {}, common(body, context)
        real = self.kind_of(body)
        if real is not kind:
            raise UserError(f"'{fields['name']}' is not a {kind.noun}: its kind is '{body.get('kind')}'.",
                            f"Name it with --{real.flag} {fields['name']}")
        assert kind.settings_path is not None
        config = context.child_properties(ArmId.parse(body["id"]), kind.settings_path, self.api)
        settings = WebSettings.from_rest(config)
        return Consumer(kind, identities=identities_of(body), settings=settings,
                        pulls_with=settings.identity_named(context.login_server()),
                        state=state_of(body, properties.get("state")),
                        images=_images(ArmId.parse(body["id"]), config, context), **fields)

    @staticmethod
    def kind_of(body: Mapping) -> ConsumerSpec:
        """Both kinds share a type; `kind` tells, such as `functionapp,linux,container`."""
        return BY_FLAG["functionapp" if "functionapp" in (body.get("kind") or "").lower() else "webapp"]


def _images(site: ArmId, config: Mapping, context: ReadContext) -> tuple[str, ...]:
    """Those of all the containers that the site is made of; none for a site that runs no image."""
    form, _, value = (config.get("linuxFxVersion") or config.get("windowsFxVersion") or "").partition("|")
    if form.upper() == "DOCKER":
        return (value,) if value else ()
    if form.upper() == "COMPOSE":
        return _composed(value)
    if form.upper() == "SITECONTAINERS":
        return _of_containers(site, context)
    return ()


def _of_containers(site: ArmId, context: ReadContext) -> tuple[str, ...]:
    try:
        containers = list(context.resources.children(site, "sitecontainers", SiteReader.api))
    except ServiceError as refused:
        if not refused.forbidden:
            raise
        return (UNREADABLE,)
    return tuple(image for container in containers if (image := (container.get("properties") or {}).get("image")))


def _composed(encoded: str) -> tuple[str, ...]:
    """The images that a docker-compose document in base64 names; UNREADABLE for one that can't be decoded."""
    try:
        document = base64.b64decode(encoded, validate=True).decode("utf-8")
    except ValueError:
        return (UNREADABLE,)
    return tuple(match[1] for match in _COMPOSE_IMAGE.finditer(document)) or (UNREADABLE,)


READER = SiteReader()
