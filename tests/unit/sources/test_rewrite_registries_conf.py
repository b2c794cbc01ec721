"""A drop-in for registries.conf."""
from __future__ import annotations

import pytest

from azext_acrcache.sources.rewrite_registries_conf import registries_conf
from unit.sources.points import point

tomllib = pytest.importorskip("tomllib", reason="the standard library reads TOML since Python 3.11")


def test_one_table_a_rule():
    file = registries_conf(point())
    assert file.path.endswith(".conf") and file.content.startswith("# Made by acrcache")
    assert [(each["prefix"], each["location"]) for each in tomllib.loads(file.content)["registry"]] == [
        ("docker.io/library/ubuntu", "myregistry.azurecr.io/ubuntu"),
        ("ghcr.io/grafana/loki", "myregistry.azurecr.io/ghcr.io/grafana/loki"),
        ("docker.io/grafana", "myregistry.azurecr.io/grafana"), ("ghcr.io/a/b", "myregistry.azurecr.io/a/c"),
        ("quay.io", "myregistry.azurecr.io/quay")]
