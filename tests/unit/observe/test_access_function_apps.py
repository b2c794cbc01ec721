"""Which web apps are function apps, as `grant list` tells them apart."""
from __future__ import annotations

from types import SimpleNamespace

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.access import AccessReader
from unit.records import REGISTRY_ID

SITES = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites"
ENTRIES = [DirectoryEntry(name.upper(), "ServicePrincipal", name, resource=resource) for name, resource in (
    ("fun", f"{SITES}/fun"), ("slot", f"{SITES}/fun/slots/blue"), ("web", f"{SITES}/web"),
    ("vm", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"), ("none", None))]


def reader(listed) -> tuple[AccessReader, list]:
    asked = []

    def sites(subscription, resource_type, api):
        asked.append((subscription, resource_type))
        if isinstance(listed, Exception):
            raise listed
        return listed

    azure = SimpleNamespace(resources=SimpleNamespace(list=sites),
                            registries=SimpleNamespace(find=lambda registry, group: None))
    return AccessReader(azure, RegistryRef(REGISTRY_ID)), asked


def test_the_kind_of_the_site_decides():
    access, asked = reader([{"id": f"{SITES}/Fun", "kind": "functionapp,linux,container"},
                            {"id": f"{SITES}/web", "kind": "app,linux"}])
    assert access.function_apps(ENTRIES) == {"fun", "slot"}
    assert asked == [("s", "Microsoft.Web/sites")]


def test_without_a_site_nothing_is_asked():
    access, asked = reader([])
    assert access.function_apps(ENTRIES[3:]) == frozenset() and not asked


def test_who_may_not_list_sites_learns_no_kinds():
    access, _ = reader(ServiceError(403, "AuthorizationFailed", "no", "sites"))
    assert access.function_apps(ENTRIES) == frozenset()
