"""`registryAliases` for Renovate, so that it looks for new tags at the upstream again.

Source: Renovate's configuration options, registryAliases: what stands in front of the rest of an image's name is
replaced; aliases are tried in their order.
"""
from __future__ import annotations

import json

from azext_acrcache.sources.rewriting import CachePoint, Rewrite, mapped_paths

PATH = "renovate-acrcache.json"


def renovate(point: CachePoint) -> Rewrite:
    """Longest aliases first. What the last part of a name is must be the same on both sides."""
    aliases: dict[str, str] = {}
    notes = ["Merge it into renovate.json; a cache has no new tags until they are pulled."]
    for source, target in sorted(mapped_paths(point.rules), key=lambda each: (-each[1].path.count("/"), each[0])):
        before, after = (f"{point.login_server}/{target.path}".rstrip("/"),
                         f"{source.login_server}/{source.repository.path}".rstrip("/"))
        if not target.wildcard:
            (before, _, name), (after, _, upstream_name) = before.rpartition("/"), after.rpartition("/")
            if name != upstream_name:
                notes.append(f"No alias says that '{target}' is {source}: their last parts differ.")
                continue
        if aliases.setdefault(before, after) != after:
            notes.append(f"No alias says that '{target}' is {source}: '{before}' stands for '{aliases[before]}' "
                         "already; --layout mirror keeps them apart.")
    ordered = dict(sorted(aliases.items(), key=lambda each: (-len(each[0]), each[0])))
    if point.login_server in ordered:
        notes.append(f"Images of your own at the top of {point.login_server} are looked for at "
                     f"{ordered[point.login_server]} too.")
    content = {"description": [f"Made by acrcache (bootstrap discover --rewrite) for {point.login_server}.", *notes],
               "registryAliases": ordered}
    return Rewrite(PATH, json.dumps(content, indent=2) + "\n", tuple(notes))
