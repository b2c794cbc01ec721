"""The images of web and function apps and their slots, container apps and jobs, container groups, by subscription.

What a resource's body means is the readers' business (adapters/consumers); here is what has to be listed to see all.
"""
from __future__ import annotations

from typing import Iterator, Mapping

from azext_acrcache.adapters.consumers.container_app import images_of_template
from azext_acrcache.adapters.consumers.reader import ReadContext, reader_of
from azext_acrcache.adapters.consumers.resources import Resources
from azext_acrcache.adapters.graph import Graph
from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
from azext_acrcache.adapters.resource_search import listed_or_visible, whole
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.consumers.kinds import BY_FLAG, shares_its_type
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.values.arm_ids import ArmId

_WEB_APP, _CONTAINER_APP = BY_FLAG["webapp"], BY_FLAG["containerapp"]
# One for each type of resource: function apps are among the web apps.
APP_KINDS = (_WEB_APP, _CONTAINER_APP, BY_FLAG["containerapp-job"], BY_FLAG["container-instance"])


class AppImages:
    """All methods raise ServiceError and ServiceUnreachable."""

    def __init__(self, session: Session):
        self._session, self._resources = session, Resources(session)
        # No registry is asked about: which identity pulls from one does not matter here.
        self._context = ReadContext(Graph(session, lambda: session.subscription), self._resources, lambda: "",
                                    session.home_tenant_of)

    def apps(self, subscription: str, kind: ConsumerSpec) -> Iterator[Mapping]:
        """Those of a subscription that the caller may read; without `properties` where the list may not be read."""
        return listed_or_visible(self._session.rest(CONTAINER_REGISTRY, subscription), subscription, kind.type,
                                 self._resources.list(subscription, kind.type, reader_of(kind).api))

    def slots(self, site: Mapping) -> list[Mapping]:
        """Of a web app or a function app."""
        return list(self._resources.children(ArmId.parse(site["id"]), "slots", reader_of(_WEB_APP).api))

    def kind_of(self, kind: ConsumerSpec, body: Mapping) -> ConsumerSpec:
        """The app's own kind, where several share a type."""
        return reader_of(kind).kind_of(body) if shares_its_type(kind) else kind

    def images(self, kind: ConsumerSpec, body: Mapping) -> tuple[str, ...]:
        """Of all containers, each once; `domain.consumers.images.UNREADABLE` for those that can't be read.

        :param kind: as `kind_of` says.
        """
        app, reader = ArmId.parse(body["id"]), reader_of(kind)
        body = whole(self._session.rest(CONTAINER_REGISTRY, app.subscription), body, reader.api,
                     f"{kind.noun} '{'/'.join(app.names)}'")
        images = reader.consumer(kind, body, self._context).images
        if kind is _CONTAINER_APP and _keeps_revisions(body):
            images += self._of_revisions(app, reader.api)
        return tuple(dict.fromkeys(image for image in images if image))

    def _of_revisions(self, app: ArmId, api: str) -> tuple[str, ...]:
        """Of the revisions that run beside the newest."""
        return tuple(image for revision in self._resources.children(app, "revisions", api)
                     if (revision.get("properties") or {}).get("active")
                     for image in images_of_template(revision["properties"].get("template") or {}))


def _keeps_revisions(body: Mapping) -> bool:
    configuration = (body.get("properties") or {}).get("configuration") or {}
    return (configuration.get("activeRevisionsMode") or "").lower() == "multiple"
