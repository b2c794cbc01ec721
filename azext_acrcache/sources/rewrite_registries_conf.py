"""A drop-in for registries.conf: podman, buildah, skopeo, CRI-O, OpenShift.

Source: containers-registries.conf(5), version 2: `prefix` (a host, a namespace or a repository, the longest one counts)
and `location`, which takes its place.
"""
from __future__ import annotations

import json

from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.sources.rewriting import CachePoint, Rewrite, heading, mapped_paths

PATH = "50-acrcache.conf"


def registries_conf(point: CachePoint) -> Rewrite:
    """One `[[registry]]` a rule."""
    notes = ("Put it into /etc/containers/registries.conf.d/ or ~/.config/containers/registries.conf.d/.",
             "Sign in to the registry as before: the credentials of the upstream are not sent to it.",
             "A rule for one repository also turns references to repositories below it, which no rule serves.")
    tables = [f"\n[[registry]]\nprefix = {_text(source.login_server, source.repository)}\n"
              f"location = {_text(point.login_server, target)}\n" for source, target in mapped_paths(point.rules)]
    does = f"Pulls through {len(tables)} cache rules instead of from the upstreams."
    return Rewrite(PATH, heading(point, does, notes) + "".join(tables), notes)


def _text(host: str, pattern: RepositoryPattern) -> str:
    # Paths and hosts hold nothing that JSON and TOML write differently.
    return json.dumps(f"{host}/{pattern.path}" if pattern.path else host)
