"""ARM resources of any type, as plain bodies."""
from __future__ import annotations

from typing import Iterator, Mapping

from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
from azext_acrcache.adapters.rest import Answer, Rest
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.values.arm_ids import ArmId


class Resources:
    def __init__(self, session: Session):
        self._session = session

    def get(self, resource: ArmId, api: str) -> dict | None:
        """None where it does not exist."""
        body = self._rest(resource.subscription).find(str(resource), api, subject=f"'{resource.name}'")
        return dict(body) if body is not None else None

    def list(self, subscription: str, resource_type: str, api: str) -> Iterator[Mapping]:
        return self._rest(subscription).pages(f"/subscriptions/{subscription}/providers/{resource_type}", api,
                                              subject=f"list of {resource_type}")

    def children(self, resource: ArmId, collection: str, api: str) -> Iterator[Mapping]:
        """What stands below a resource, such as `sitecontainers`."""
        return self._rest(resource.subscription).pages(f"{resource}/{collection}", api,
                                                       subject=f"{collection} of '{resource.name}'")

    def patch(self, resource: ArmId | str, api: str, body: Mapping) -> Answer:
        return self._write("PATCH", resource, api, body)

    def put(self, resource: ArmId | str, api: str, body: Mapping) -> Answer:
        return self._write("PUT", resource, api, body)

    def _write(self, method: str, resource: ArmId | str, api: str, body: Mapping) -> Answer:
        path = str(resource)
        subject = f"'{path.rpartition('/')[2]}'"
        return self._rest(path.split("/")[2]).call(method, path, api, body=body, subject=subject)

    def _rest(self, subscription: str) -> Rest:
        # The client of the registry's SDK carries them: the same endpoint, and no further SDK to load.
        return self._session.rest(CONTAINER_REGISTRY, subscription)
