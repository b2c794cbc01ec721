"""Microsoft.Web sites and their slots: web apps and function apps. Stable version.

Source: web-apps API, `config/web`.
"""
from __future__ import annotations

from typing import Mapping

from azext_acrcache.adapters.consumers.context import Context
from azext_acrcache.adapters.consumers.resource_identities import identities_of, tenant_in
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.consumers.settings import WebSettings
from azext_acrcache.domain.consumers.consumer import SYSTEM, Consumer, ConsumerKind
from azext_acrcache.domain.values.errors import UserError

API = "2023-12-01"
SLOT_TYPE = "Microsoft.Web/sites/slots"


def consumer(kind: ConsumerKind, body: Mapping, context: Context) -> Consumer:
    """Raises UserError for a function app that was named as a web app, and the reverse."""
    properties, resource = body.get("properties") or {}, ArmId.parse(body["id"])
    name = "/".join(resource.names)
    is_function = "functionapp" in (body.get("kind") or "").lower()
    if is_function != (kind.word == "functionapp"):
        other = "functionapp" if is_function else "webapp"
        raise UserError(f"'{name}' is not a {kind.noun}: its kind is '{body.get('kind')}'.",
                        f"Name it with --{other} {name}")
    settings = WebSettings.from_rest(context.web_config(str(resource), API))
    return Consumer(kind, name, body["id"], identities_of(body),
                    tenant_in(body) or context.tenant_of(resource.subscription), settings,
                    (settings.client_id or SYSTEM) if settings.uses_identity else None,
                    state="stopped" if (properties.get("state") or "").lower() == "stopped" else "",
                    location=body.get("location") or "", body=body)


def slot_of(site: ArmId, slot: str) -> ArmId:
    return site.child("slots", slot)
