"""What files for other tools are made from, for their tests."""
from __future__ import annotations

from azext_acrcache.sources.rewriting import CachePoint, Replacement
from unit.records import rule

REGISTRY = "myregistry.azurecr.io"
RULES = (rule("ubuntu", "docker.io/library/ubuntu", "ubuntu"), rule("a-ubuntu", "docker.io/ubuntu", "other"),
         rule("grafana", "docker.io/grafana/*", "grafana/*"),
         rule("loki", "ghcr.io/grafana/loki", "ghcr.io/grafana/loki"),
         rule("quay", "quay.io/*", "quay/*"), rule("renamed", "ghcr.io/a/b", "a/c"))


def point(*replacements: Replacement) -> CachePoint:
    return CachePoint(REGISTRY, replacements, RULES)


def replacement(name: str, path: str, version: str = "") -> Replacement:
    return Replacement(name, f"{REGISTRY}/{path}", version)
