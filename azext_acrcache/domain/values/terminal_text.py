"""Text of others on a terminal: names, what was typed or pasted, answers of services.

A terminal carries out what it is sent: ESC, OSC and C1 sequences move the cursor, rename the window or fill the
clipboard (ECMA-48), bidirectional controls show a text in another order than it has (Unicode Standard Annex 9).
"""
from __future__ import annotations

import re
import unicodedata

# Characters that are shown of a name, and of an answer of a service: ARM's refusals name an action and a scope, which
# take more than a name.
NAME_LIMIT, ANSWER_LIMIT = 200, 2000

# Controls, formats (among them those for bidirectional text and without width), lone surrogates, separators of lines.
_ESCAPED = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_KEPT = frozenset("\n\t")
# Of ARM, of Key Vault with Azure RBAC, and of Key Vault with access policies.
_RIGHT = re.compile(r"perform action '[^']{1,200}' (?:over|on) scope '[^']{1,600}'|"
                    r"Action: '[^']{1,200}'\s+Resource: '[^']{1,600}'|"
                    r"does not have \w{1,20} \w{1,20} permission on key vault '[^']{1,100}'")
_QUOTED = re.compile(r"'[^']{%d,}'" % (NAME_LIMIT + 1))


def escaped(text: str) -> str:
    """Without what a terminal would act on: such characters as Python writes them, `\\x1b`. Lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if character in _KEPT or unicodedata.category(character) not in _ESCAPED
                   else _code(character) for character in text)


def shortened(text: str, limit: int = NAME_LIMIT) -> str:
    """Its first `limit` characters, and how many it has where those are more."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def shortened_answer(text: str) -> str:
    """Of a service's sentence no more than of any foreign text, but for what it says of a right: the action that is
    missing, and where.
    """
    if len(text) <= NAME_LIMIT:
        return text
    right = _RIGHT.search(text[:ANSWER_LIMIT])
    if right is None:
        return shortened(text)
    before = text[:min(NAME_LIMIT, right.start())]
    gap = "" if len(before) == right.start() else "… "
    return f"{before}{gap}{right[0]}… ({len(text)} characters)"


def shown(text: str, limit: int = NAME_LIMIT) -> str:
    """As it may stand on a terminal."""
    return escaped(shortened(text, limit))


def shown_message(text: str) -> str:
    """A sentence that quotes text of others: what it quotes is shortened, and the whole where it is without end."""
    if len(text) > NAME_LIMIT:
        text = _QUOTED.sub(lambda quoted: f"'{shortened(quoted[0][1:-1])}'", text)
    return shown(text, ANSWER_LIMIT)


def _code(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
