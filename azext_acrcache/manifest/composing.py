"""From YAML to data whose parts know their lines.

PyYAML's own composer recurses, knows no limits, keeps the last of two equal keys and turns `no` into False. So its
events are put together here; they come from libyaml where PyYAML has it, ten times as fast.

Sources: YAML 1.1, types bool, int, float, null, timestamp and merge (yaml.org/type), as PyYAML resolves them; RFC 8259,
numbers.
"""
from __future__ import annotations

import re
from typing import Any, Container, Iterator

import yaml

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.manifest.keys import SCHEMA_LINE
from azext_acrcache.manifest.tree import Mapping, Node, OtherScalar, Sequence

# Levels of nesting, and values once all aliases are followed: 40,000 rules have 160,000.
DEPTH_LIMIT, VALUE_LIMIT = 64, 250_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_PREFIX = "tag:yaml.org,2002:"
_KINDS = {f"{_PREFIX}bool": "true or false", f"{_PREFIX}int": "a number", f"{_PREFIX}float": "a number",
          f"{_PREFIX}timestamp": "a date", f"{_PREFIX}null": ""}
_JSON_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TAGS = {"": "", "!": "", f"{_PREFIX}str": "scalar", f"{_PREFIX}map": "mapping", f"{_PREFIX}seq": "sequence"}
_MERGE = "<<"
# What PyYAML quotes of the text may be a part of a password.
_QUOTED = re.compile(r"\s*(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?:\s*\(\d+\))?")


class _Frame:
    """A mapping or a list that is not closed yet. :ivar size: values in it, aliases followed."""

    __slots__ = ("node", "key", "key_line", "anchor", "size", "merged")

    def __init__(self, node: Any, anchor: str | None):
        self.node, self.anchor = node, anchor
        self.key: str | None = None
        self.key_line = 0
        self.size = 1
        self.merged: list[Mapping] = []


def compose(text: str, name: str, words: Container[str] = ()) -> tuple[Node, list[UserError]]:
    """The only document in `text`, and its duplicate keys. Raises UserError for what can't be read.

    :param name: of the file, for messages. :param words: keys that may be shown; another one may be a password.
    """
    composer = Composer(shown(name), words)
    composer.compose(text)
    if composer.root is None or (isinstance(composer.root, OtherScalar) and not composer.root.kind):
        raise UserError(f"{composer.name}:1: The file is empty.",
                        Advice("Write a manifest, or get that of all registries of the subscription",
                               AzLine.of("acrcache", "bootstrap", "export").flag("--all")))
    return composer.root, composer.duplicates


def _unreadable(name: str, text: str, problem: str, line: int, before: int) -> UserError:
    """:param line: in the whole file. :param before: how many lines of the file stand before `text`."""
    lines = text.splitlines()
    at = line - before
    written = lines[at - 1] if 0 < at <= len(lines) else ""
    indentation = written[:len(written) - len(written.lstrip())]
    if "\t" in indentation:
        return UserError(f"{name}:{line}: The line is indented with a tab, which YAML does not take.",
                         "Indent with spaces.")
    flow = text.lstrip()[:1] in ("{", "[")
    problem = _QUOTED.sub("", problem).strip()
    because = f": {problem}" if problem else ""
    if flow and at >= len(lines):
        return UserError(f"{name}:{line}: The file ends before its end, or a bracket or a quote is missing{because}.",
                         "Give the whole file.")
    return UserError(f"{name}:{line}: This can't be read as {'JSON' if flow else 'YAML'}{because}.",
                     "Look at this line and the one before it: indentation, a colon and a blank after each key, "
                     "quotes around text with special characters (* at its beginning is an alias).")


class Composer:
    """Of one manifest; what other files may have besides is said by a class of their reader, which inherits.

    :ivar line: of the last event. :ivar root: None until there is a document. :param before: how many lines of the file
        stand before the text.
    """

    depth_limit, value_limit = DEPTH_LIMIT, VALUE_LIMIT

    def __init__(self, name: str, words: Container[str] = (), before: int = 0):
        self.name, self._words, self.before = name, words, before
        self.root: Node | None = None
        self._json = False
        self.line = before + 1
        self.duplicates: list[UserError] = []
        self._stack: list[_Frame] = []
        # None while the anchor's own value is not closed.
        self._anchors: dict[str, tuple[Node, int] | None] = {}

    def compose(self, text: str) -> None:
        """Raises UserError for what can't be read."""
        self._json = text.lstrip()[:1] in ("{", "[")
        try:
            self._read(yaml.parse(text, Loader=_LOADER))
            problem = None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problem = (error.problem or "", mark.line + self.before + 1 if mark else self.line)
        except (yaml.YAMLError, ValueError, OverflowError):
            # The parser in Python takes some escapes and versions for numbers that there are not.
            problem = ("", self.line)
        if problem:
            # Outside of the handler: the parser's error quotes the text, and would be shown beside this one.
            self.line = problem[1]
            raise self._too_deep() if "nesting" in problem[0] else \
                _unreadable(self.name, text, *problem, self.before)

    def _read(self, events: Iterator[Any]) -> None:
        for event in events:
            self.line = line = event.start_mark.line + self.before + 1
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event, line)
            elif kind is yaml.MappingStartEvent:
                self._open(Mapping(line), event, "mapping")
            elif kind is yaml.SequenceStartEvent:
                self._open(Sequence(line), event, "sequence")
            elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event, line)
            elif kind is yaml.DocumentStartEvent and self.root is not None:
                self._begin_another()

    def _begin_another(self) -> None:
        raise self._error("A second document begins here; a manifest is one document",
                          "Give each document a file of its own: --file takes several.")

    def _too_deep(self) -> UserError:
        return self._error(f"The document is nested more than {self.depth_limit} levels deep",
                           Advice("A manifest has six levels; see", SCHEMA_LINE))

    def _error(self, what: str, *recommendations: str) -> UserError:
        return UserError(f"{self.name}:{self.line}: {what}.", *recommendations)

    def _scalar(self, event: Any, line: int) -> None:
        frame = self._stack[-1] if self._stack else None
        self._check_tag(event, "scalar")
        plain = event.implicit[0] and not event.style
        if frame is not None and frame.key is None and isinstance(frame.node, Mapping):
            frame.key, frame.key_line = event.value, line
            if event.value == _MERGE and not plain:
                raise self._error("The key << is no key of a manifest", "Write << without quotes to merge a mapping.")
            if event.anchor:
                self._anchors[event.anchor] = (event.value, 1)
            return
        node = _value(event.value, self._json) if plain else event.value
        if event.anchor:
            self._anchors[event.anchor] = (node, 1)
        self._put(node, 1, line)

    def _open(self, node: Any, event: Any, kind: str) -> None:
        self._check_tag(event, kind)
        if self._stack and self._stack[-1].key is None and isinstance(self._stack[-1].node, Mapping):
            raise self._error("A key is text, and here it is a list or a mapping", "Write it as text.")
        if len(self._stack) >= self.depth_limit:
            raise self._too_deep()
        if event.anchor:
            self._anchors[event.anchor] = None
        self._stack.append(_Frame(node, event.anchor))

    def _close(self) -> None:
        frame = self._stack.pop()
        self._check_size(frame.size)
        for merged in frame.merged:
            for key in merged:
                if key not in frame.node:
                    frame.node[key], frame.node.lines[key] = merged[key], merged.lines[key]
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.node, frame.size)
        self._put(frame.node, frame.size, frame.node.line)

    def _alias(self, event: Any, line: int) -> None:
        # Its name is not shown: a password that begins with * looks like an alias.
        if event.anchor not in self._anchors:
            raise self._error("An alias stands here, and no anchor of its name before it",
                              "Put text that begins with * in quotes.")
        target = self._anchors[event.anchor]
        if target is None:
            raise self._error("An alias stands inside what it stands for", "Write out what is meant.")
        if self._stack and self._stack[-1].key is None and isinstance(self._stack[-1].node, Mapping):
            raise self._error("A key is text, and here it is an alias", "Write it as text.")
        self._put(*target, line)

    def _put(self, node: Node, size: int, line: int) -> None:
        """Where the next value belongs."""
        if not self._stack:
            self.root = node
            return
        frame = self._stack[-1]
        frame.size += size
        self._check_size(frame.size)
        if isinstance(frame.node, Sequence):
            frame.node.append(node)
            frame.node.lines.append(line)
            return
        key, frame.key = str(frame.key), None
        if key == _MERGE:
            self._merge(frame, node)
        elif key in frame.node:
            self._repeat(frame, key, node)
        else:
            frame.node[key], frame.node.lines[key] = node, frame.key_line

    def _repeat(self, frame: _Frame, key: str, _: Node) -> None:
        what = f"The key '{key}'" if key in self._words else "This key"
        self.duplicates.append(UserError(
            f"{self.name}:{frame.key_line}: {what} stands in line {frame.node.lines[key]} already.",
            "Keep one of the two."))

    def _merge(self, frame: _Frame, node: Node) -> None:
        nodes: list[Node] = [*node] if isinstance(node, Sequence) else [node]
        mappings = [each for each in nodes if isinstance(each, Mapping)]
        if frame.merged or len(mappings) < len(nodes):
            raise self._error("The key << takes one mapping or one list of mappings, once", "Write <<: *anchor")
        frame.merged += mappings

    def _check_size(self, size: int) -> None:
        if size > self.value_limit:
            raise self._error(f"The document holds more than {self.value_limit:,} values once its aliases are followed",
                              "Use fewer aliases, or split the file.")

    def _check_tag(self, event: Any, kind: str) -> None:
        if event.tag and _TAGS.get(event.tag, "other") not in ("", kind):
            raise self._error("A tag stands here, and a manifest has none", "Drop what begins with an exclamation "
                              "mark, or put the text in quotes.")


def _value(text: str, json: bool) -> Node:
    """What a scalar without quotes is to YAML, as PyYAML and with it `az … -o yaml` writes it, or to JSON."""
    for tag, pattern in _RESOLVERS.get(text[:1], ()):
        if pattern.match(text):
            return OtherScalar(text, _KINDS[tag]) if tag in _KINDS else text
    return OtherScalar(text, "a number") if json and _JSON_NUMBER.fullmatch(text) else text
