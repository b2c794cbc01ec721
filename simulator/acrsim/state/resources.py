"""ARM resources and the store that holds them; ids are compared without case."""
from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Callable

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
    """Resources by id, with an index by type, by parent and type, and of what lies below an id.

    A thousand cache rules in each of ten registries have to cost no request more than one does. `on_put` holds
    callbacks `(resource) -> None` that run for every resource that is put, new or not.
    """

    def __init__(self):
        self._resources: dict[str, Resource] = {}
        self._types: dict[str, dict[str, Resource]] = {}
        self._children: dict[tuple[str, str], dict[str, Resource]] = {}
        self._ids: list[str] = []
        self.on_put: list[Callable[[Resource], None]] = []

    def get(self, resource_id: str) -> Resource | None:
        return self._resources.get(resource_id.lower().rstrip("/"))

    def put(self, resource: Resource) -> Resource:
        key = resource.id.lower()
        if key in self._resources:
            self._unindex(key)
        else:
            insort(self._ids, key)
        self._resources[key] = resource
        for index in self._indexes(resource):
            index[key] = resource
        for callback in self.on_put:
            callback(resource)
        return resource

    def remove(self, resource_id: str) -> list[Resource]:
        """Removes the resource with everything below it; answers what went, parents first."""
        gone = sorted(self._covered(resource_id.lower().rstrip("/")), key=len)
        for key in gone:
            self._unindex(key)
            del self._ids[bisect_left(self._ids, key)]
        return [self._resources.pop(key) for key in gone]

    def children(self, parent_id: str, type: str) -> list[Resource]:
        """Direct children of one type, by name."""
        held = self._children.get((parent_id.lower().rstrip("/"), type.lower()), {})
        return sorted(held.values(), key=lambda item: item.name.lower())

    def count_children(self, parent_id: str, type: str) -> int:
        """How many direct children of one type there are."""
        return len(self._children.get((parent_id.lower().rstrip("/"), type.lower()), {}))

    def of_type(self, type: str, subscription: str | None = None, group: str | None = None) -> list[Resource]:
        """Resources of one type, narrowed to a subscription and a group, by id."""
        held = [item for item in self._types.get(type.lower(), {}).values()
                if (subscription is None or item.subscription.lower() == subscription.lower())
                and (group is None or item.group.lower() == group.lower())]
        return sorted(held, key=lambda item: item.id.lower())

    def __iter__(self):
        return iter(list(self._resources.values()))

    def _indexes(self, resource: Resource) -> list[dict[str, Resource]]:
        kind = resource.type.lower()
        return [self._types.setdefault(kind, {}),
                self._children.setdefault((resource.parent_id.lower(), kind), {})]

    def _unindex(self, key: str) -> None:
        for index in self._indexes(self._resources[key]):
            del index[key]

    def _covered(self, key: str) -> list[str]:
        """The ids `key` and below it, out of the sorted ones."""
        # "0" is the character after "/".
        below = self._ids[bisect_left(self._ids, key + "/"):bisect_left(self._ids, key + "0")]
        return ([key] if key in self._resources else []) + below
