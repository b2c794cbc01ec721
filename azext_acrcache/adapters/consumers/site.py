"""Microsoft.Web sites and their slots: web apps and function apps. Stable version.

Source: web-apps API, `config/web` (`linuxFxVersion` is `DOCKER|<image>` for a container).
"""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.reader import ReadContext
from azext_acrcache.adapters.consumers.resource_identities import common, identities_of, state_of
from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.settings import WebSettings
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import UserError


class SiteReader:
    api = "2023-12-01"

    def consumer(self, kind: ConsumerSpec, body: Mapping, context: ReadContext) -> Consumer:
        """Raises UserError for a function app that was named as a web app, and the reverse."""
        properties, fields = body.get("properties") or {}, common(body, context)
        real = site_kind(body)
        if real is not kind:
            raise UserError(f"'{fields['name']}' is not a {kind.noun}: its kind is '{body.get('kind')}'.",
                            f"Name it with --{real.flag} {fields['name']}")
        assert kind.settings_path is not None
        config = context.child_properties(ArmId.parse(body["id"]), kind.settings_path, self.api)
        settings = WebSettings.from_rest(config)
        return Consumer(kind, identities=identities_of(body), settings=settings,
                        pulls_with=settings.identity_named(context.login_server()),
                        state=state_of(body, properties.get("state")), images=_images(config), **fields)


def site_kind(body: Mapping) -> ConsumerSpec:
    """Both kinds share a type; `kind` tells, such as `functionapp,linux,container`."""
    return BY_FLAG["functionapp" if "functionapp" in (body.get("kind") or "").lower() else "webapp"]


def _images(config: Mapping) -> tuple[str, ...]:
    """The site's own image. Of a site made of several containers nothing is told here."""
    form, _, image = (config.get("linuxFxVersion") or config.get("windowsFxVersion") or "").partition("|")
    return (image,) if form.upper() == "DOCKER" and image else ()


READER = SiteReader()
