"""A manifest file as it was read, and its text."""
from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.terminal_text import shown

SIZE_LIMIT = 4 * 1024 * 1024

_OTHER_MARKS = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"),
                (codecs.BOM_UTF16_BE, "UTF-16"))
# YAML 1.2, 5.1: what a YAML stream may not hold.
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A string in double quotes, also one that never ends, or a tab outside of one. It matches at every quote, so that a
# text of quotes costs no more than its length.
_STRING_OR_TAB = re.compile(r'"(?:[^"\\]|\\.)*"?|\t', re.DOTALL)


@dataclass(frozen=True)
class ManifestSource:
    """:ivar name: as errors show it: the path, or `<stdin>`. :ivar content: up to SIZE_LIMIT bytes and one more."""

    name: str
    content: bytes


def text_of(source: ManifestSource) -> str:
    """What stands in it, as YAML. Raises UserError for what is no text in UTF-8, or too much."""
    name, content = shown(source.name), source.content
    if len(content) > SIZE_LIMIT:
        raise too_large(source.name)
    for mark, encoding in _OTHER_MARKS:
        if content.startswith(mark):
            raise UserError(f"{name}:1: The file is in {encoding}; a manifest is in UTF-8.", "Save it as UTF-8.")
    try:
        text, wrong = content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        text, wrong = "", error
    if wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        what = "ends in the middle of a character" if wrong.reason == "unexpected end of data" else "is not in UTF-8"
        raise UserError(f"{name}:{line}: The file {what}.", "Save it as UTF-8, all of it.")
    binary = _NOT_TEXT.search(text)
    if binary:
        line = text.count("\n", 0, binary.start()) + 1
        raise UserError(f"{name}:{line}: The file holds the control character U+{ord(binary[0]):04X} and is no text.",
                        "Give a manifest in YAML or JSON, in UTF-8.")
    return _tabs_as_spaces(text) if text.lstrip()[:1] in ("{", "[") else text


def too_large(name: str) -> UserError:
    """What to say of a file of more than SIZE_LIMIT bytes."""
    return UserError(f"{shown(name)}:1: The file has more than {SIZE_LIMIT // 1024 // 1024} MiB.",
                     "Split it: several files given to --file are one manifest.")


def _tabs_as_spaces(text: str) -> str:
    """JSON is YAML in flow style, which takes no tabs between its parts. No character changes its place."""
    if "\t" not in text:
        return text
    return _STRING_OR_TAB.sub(lambda match: " " if match[0] == "\t" else match[0], text)
