"""Subscriptions and their resource groups."""
from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class ResourceGroup:
    name: str
    location: str
    tags: dict | None = None
    managed_by: str | None = None


@dataclass
class Subscription:
    """`managed_by`: tenants to which it is delegated (Azure Lighthouse); `unregistered`: namespaces in lower case."""

    id: str
    name: str
    tenant_id: str
    state: str = "Enabled"
    groups: dict[str, ResourceGroup] = field(default_factory=dict)
    managed_by: list[str] = field(default_factory=list)
    unregistered: set[str] = field(default_factory=set)

    def group(self, name: str) -> ResourceGroup | None:
        return self.groups.get(name.lower())

    def add_group(self, group: ResourceGroup) -> ResourceGroup:
        self.groups[group.name.lower()] = group
        return group
