"""JSON merge patches (RFC 7396), which several resource providers take as the body of a PATCH."""
from __future__ import annotations


def merged(present, given):
    """`given` laid over `present`: objects merge, null removes, all else replaces."""
    if not isinstance(given, dict):
        return given
    kept = dict(present) if isinstance(present, dict) else {}
    for name, value in given.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept
