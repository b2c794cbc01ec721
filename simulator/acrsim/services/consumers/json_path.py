"""kubectl's JSONPath templates, as far as clients of the simulator write them.

Source: kubernetes.io, "JSONPath Support": text, `{"text"}`, `{range .a[*]} … {end}`, fields and `[*]`; a missing field
prints nothing (kubectl's --allow-missing-template-keys). tests/simulator holds it against kubectl.
"""
from __future__ import annotations

import json
import re
from typing import Iterator

_PART = re.compile(r"\{(?P<inside>[^{}]*)\}|(?P<text>[^{}]+)")
_PATH = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]*(?:\[\*\])?)+")


class NotSimulated(Exception):
    """A form that is not known here. :ivar form: as it was written."""

    def __init__(self, form: str):
        super().__init__(form)
        self.form = form


def print_template(template: str, document: dict) -> str:
    """What kubectl prints. Raises NotSimulated."""
    parts = _parts(template)
    printed = "".join(_printed(parts, document))
    if next(parts, None) is not None:
        raise NotSimulated("{end}")
    return printed


def _parts(template: str) -> Iterator[str]:
    """`{…}` and text between, each whole."""
    at = 0
    parts = []
    while at < len(template):
        match = _PART.match(template, at)
        if match is None:
            raise NotSimulated(template[at:])
        parts.append(match[0])
        at = match.end()
    return iter(parts)


def _printed(parts: Iterator[str], node) -> Iterator[str]:
    """Up to the `{end}` that closes what has begun, or to the end."""
    for part in parts:
        inside = part[1:-1].strip() if part.startswith("{") else None
        if inside is None:
            yield part
        elif inside == "end":
            return
        elif inside.startswith("range "):
            body = list(_until_end(parts))
            for item in _values(node, inside[len("range "):].strip()):
                yield from _printed(iter(body), item)
        elif inside.startswith('"'):
            yield json.loads(inside)
        else:
            yield " ".join(map(str, _values(node, inside)))


def _until_end(parts: Iterator[str]) -> Iterator[str]:
    """The body of a range, with the ranges in it."""
    depth = 1
    for part in parts:
        inside = part[1:-1].strip() if part.startswith("{") else ""
        depth += inside.startswith("range ")
        depth -= inside == "end"
        if not depth:
            return
        yield part
    raise NotSimulated("{range} without {end}")


def _values(node, path: str) -> list:
    if not _PATH.fullmatch(path):
        raise NotSimulated("{" + path + "}")
    nodes = [node]
    for step in path[1:].split("."):
        field, star, _ = step.partition("[*]")
        nodes = [item[field] for item in nodes if isinstance(item, dict) and field in item]
        if star:
            nodes = [item for each in nodes if isinstance(each, list) for item in each]
    return nodes
