"""ARM resources and the store that holds them; ids are compared without case."""
from __future__ import annotations

from dataclasses import dataclass, field

from .directory import Principal


@dataclass
class Resource:
    """One resource. `internal` is the service's own, never shown; `extra` goes to the top of the answer (etag, kind).

    `id` keeps the case of the first PUT; `type` is `Microsoft.X/a/b`.
    """

    id: str
    type: str
    name: str
    location: str | None = None
    tags: dict | None = None
    sku: dict | None = None
    identity: dict | None = None
    properties: dict = field(default_factory=dict)
    system_data: dict | None = None
    extra: dict = field(default_factory=dict)
    internal: dict = field(default_factory=dict)

    @property
    def subscription(self) -> str:
        return self.id.split("/")[2]

    @property
    def group(self) -> str:
        return self.id.split("/")[4]

    @property
    def parent_id(self) -> str:
        """The id two segments up: the parent resource of a child."""
        return self.id.rsplit("/", 2)[0]

    def to_arm(self) -> dict:
        """The resource as ARM shows it; keys without a value are left out."""
        document = {"type": self.type, "id": self.id, "name": self.name, "location": self.location, "tags": self.tags,
                    "sku": self.sku, "identity": self.identity, "systemData": self.system_data, **self.extra,
                    "properties": self.properties}
        return {key: value for key, value in document.items() if value is not None}

    def touch(self, who: Principal, at: str) -> None:
        """Write systemData for a change by `who` at the time `at` (as Clock.iso writes it)."""
        author = who.app_id if who.kind == "ServicePrincipal" else who.display_name
        kind = "User" if who.kind == "User" else "ManagedIdentity" if who.managed else "Application"
        if self.system_data is None:
            self.system_data = {"createdBy": author, "createdByType": kind, "createdAt": at}
        self.system_data.update({"lastModifiedBy": author, "lastModifiedByType": kind, "lastModifiedAt": at})


class ResourceStore:
    def __init__(self):
        self._resources: dict[str, Resource] = {}

    def get(self, resource_id: str) -> Resource | None:
        return self._resources.get(resource_id.lower().rstrip("/"))

    def put(self, resource: Resource) -> Resource:
        self._resources[resource.id.lower()] = resource
        return resource

    def remove(self, resource_id: str) -> list[Resource]:
        """Removes the resource with everything below it; answers what went, parents first."""
        gone = [key for key in self._resources if _covers(resource_id.lower(), key)]
        return [self._resources.pop(key) for key in sorted(gone, key=len)]

    def children(self, parent_id: str, type: str) -> list[Resource]:
        """Direct children of one type, by name."""
        found = [item for item in self._resources.values() if item.type.lower() == type.lower()
                 and item.parent_id.lower() == parent_id.lower().rstrip("/")]
        return sorted(found, key=lambda item: item.name.lower())

    def of_type(self, type: str, subscription: str | None = None, group: str | None = None) -> list[Resource]:
        """Resources of one type, narrowed to a subscription and a group, by id."""
        found = [item for item in self._resources.values() if item.type.lower() == type.lower()
                 and (subscription is None or item.subscription.lower() == subscription.lower())
                 and (group is None or item.group.lower() == group.lower())]
        return sorted(found, key=lambda item: item.id.lower())

    def __iter__(self):
        return iter(list(self._resources.values()))


def _covers(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(outer.rstrip("/") + "/")
