"""What is not as the schema says, in words: each mistake once, none with a value that may be a password."""
from __future__ import annotations

import difflib
import re
from typing import Any, Iterable

from azext_acrcache.domain.guidance.az_lines import Advice
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.manifest.keys import CONSUMERS, SCHEMA_LINE
from azext_acrcache.manifest.schema import Violation
from azext_acrcache.manifest.tree import Document, Mapping, Mistakes, OtherScalar, Path, Sequence

# Of a key where a value may be a password.
_SECRETIVE = re.compile("pass|pwd|secret|token|user|key|pat$|credential", re.IGNORECASE)
# Of a key that asks for a value that no manifest holds.
_VALUES = re.compile("pass|pwd|token|user-?name", re.IGNORECASE)
# Keys of a rule that are read by a later version.
_LATER = {"google": "a rule that signs in to Google Artifact Registry by workload identity federation"}
_TYPES = {"string": "text", "array": "a list", "object": "a mapping of keys to values"}
_NOTES = "x-"


def add_violations(document: Document, violations: Iterable[Violation], mistakes: Mistakes) -> None:
    """Tells them. What follows from a key that is written wrongly is not told again."""
    violations = list(violations)
    unknown = {violation.path: _unknown_keys(document, violation) for violation in violations
               if violation.keyword == "additionalProperties"}
    known = {violation.path: violation.definition.get("properties", {}) for violation in violations}
    for path, keys in unknown.items():
        for key, nearest in keys.items():
            _add_unknown_key(document, path, key, nearest, known[path], mistakes)
    for violation in violations:
        _add(document, violation, unknown.get(violation.path, {}), mistakes)


def _unknown_keys(document: Document, violation: Violation) -> dict[str, str | None]:
    """Each with the known one that was meant, if any is near. Of several that are near to one the nearest has it."""
    node = node_at(document, violation.path)
    known = violation.definition["properties"]
    lower = {word.lower(): word for word in known}
    keys: dict[str, str | None] = {}
    for key in node:
        if key in known or (not violation.path and key.startswith(_NOTES)):
            continue
        if len(keys) >= Mistakes.LIMIT:
            keys[key] = None
            continue
        plain = re.sub(r"[-_ ]", "", key.lower())
        near = [plain] if plain in lower else difflib.get_close_matches(plain[:80], lower, 1, 0.6)
        keys[key] = lower[near[0]] if near else None
    return keys


def _add_unknown_key(document: Document, path: Path, key: str, nearest: str | None, known: Iterable[str],
                     mistakes: Mistakes) -> None:
    known = list(known)
    if key in _LATER and "source" in known:
        mistakes.add(document, (*path, key), f"{key} is not supported yet: this version of acrcache can't set up "
                     f"{_LATER[key]}.", "Leave the key out, and set this rule up by hand until then.")
        return
    if _VALUES.search(key) and "secret" not in key.lower():
        mistakes.add(document, (*path, key), "A manifest holds no user name and no password, only the names of their "
                     "secrets in the key vault.",
                     "Drop the key, and treat a password that stood there as known to others. Store it with "
                     "`az keyvault secret set`, and name the secret in usernameSecret or passwordSecret.")
        return
    meant = f"; did you mean {nearest}" if nearest else ""
    mistakes.add(document, (*path, key), f"This key is not known here{meant}?" if meant else
                 "This key is not known here.", f"Keys that are known here: {', '.join(known)}.")


def _add(document: Document, violation: Violation, unknown: dict[str, str | None], mistakes: Mistakes) -> None:
    node, path, definition = node_at(document, violation.path), violation.path, violation.definition
    if violation.keyword == "type":
        _add_type(document, path, node, definition["type"], mistakes)
    elif violation.keyword == "required" and isinstance(node, Mapping):
        for key in definition["required"]:
            if key not in node and key not in unknown.values():
                mistakes.add(document, path, f"{key} is missing.", Advice("Add it; what it is says", SCHEMA_LINE))
    elif violation.keyword in ("enum", "const") and isinstance(node, str):
        allowed = [str(value) for value in definition.get("enum", [definition.get("const")])]
        mistakes.add(document, path, f"'{shown(node)}' is not one of: {', '.join(allowed)}.",
                     f"Write one of: {', '.join(allowed)}.")
    elif violation.keyword == "minLength" and node == "":
        mistakes.add(document, path, "The text is empty.", "Give it a value, or leave the key out.")
    elif violation.keyword == "minItems":
        mistakes.add(document, path, "The list is empty.", "Add an entry, or leave the key out.")
    elif violation.keyword == "oneOf" and isinstance(node, Mapping):
        _add_consumers(document, path, node, unknown, mistakes)


def _add_type(document: Document, path: Path, node: Any, wanted: str, mistakes: Mistakes) -> None:
    if isinstance(node, OtherScalar) and node.kind and wanted == "string":
        secretive = any(_SECRETIVE.search(str(step)) for step in path[-2:] if isinstance(step, str))
        what = "The text without quotes" if secretive else f"{shown(node.text)} without quotes"
        example = "" if secretive or "'" in node.text else f", as in '{shown(node.text)}'"
        mistakes.add(document, path, f"{what} is {node.kind} to YAML, not text: quote it.", f"Quote it{example}")
        return
    if isinstance(node, OtherScalar) and not node.kind:
        mistakes.add(document, path, f"There is no value; {_TYPES[wanted]} belongs here.",
                     "Give it a value, or leave the key out.")
        return
    is_type = "a mapping" if isinstance(node, Mapping) else "a list" if isinstance(node, Sequence) else \
        node.kind if isinstance(node, OtherScalar) else "text"
    mistakes.add(document, path, f"{is_type[0].upper()}{is_type[1:]} stands where {_TYPES[wanted]} belongs.",
                 Advice("See what a manifest looks like", SCHEMA_LINE))


def _add_consumers(document: Document, path: Path, node: Mapping, unknown: dict[str, str | None],
                   mistakes: Mistakes) -> None:
    kinds = [*CONSUMERS, "principalId"]
    named = [kind for kind in kinds if kind in node]
    if len(named) > 1:
        mistakes.add(document, path, f"The grant names several consumers: {', '.join(named)}.",
                     "Write a grant for each.")
    elif not named and not any(key in kinds for key in unknown.values()):
        mistakes.add(document, path, "The grant names no consumer.", f"Name one with one of: {', '.join(kinds)}.")


def node_at(document: Document, path: Path) -> Any:
    """What stands there; the path must be of the document."""
    node: Any = document.root
    for step in path:
        node = node[step]
    return node
