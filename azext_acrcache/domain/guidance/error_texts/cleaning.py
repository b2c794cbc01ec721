"""A pasted text as one plain line: what terminals, logs and JSON did to it is undone."""
from __future__ import annotations

import re

# A log may be long. What went wrong stands at its end, what was asked for at its beginning.
_HEAD, _TAIL = 1 << 15, 1 << 17

# ECMA-48: CSI sequences (colour, cursor), OSC sequences (titles, links), other escapes.
_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]{0,64}[ -/]{0,8}[@-~]|\x1b\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|\x1b.?")
_JSON_ESCAPE = re.compile(r"\\{1,8}(?:u(?P<code>[0-9a-fA-F]{4})|(?P<blank>[rnt])|(?P<mark>[\"'/]))")
_ENTITIES = {"&quot;": '"', "&#34;": '"', "&#39;": "'", "&apos;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
# Frames of Terraform's messages, typographic quotes.
_PLAIN_MARKS = str.maketrans({"│": " ", "╷": " ", "╵": " ", "\ufeff": " ", "‘": "'", "’": "'", "“": '"', "”": '"'})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def cleaned(text: str) -> str:
    """One line without control characters, at most 160 KiB long; of a longer text the beginning and the end."""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]} … {text[-_TAIL:]}"
    text = _ESCAPE_SEQUENCE.sub("", text)
    text = _JSON_ESCAPE.sub(_unescaped, text)
    text = _ENTITY.sub(lambda match: _ENTITIES[match[0]], text)
    # Terminals and logs break lines anywhere between words.
    return " ".join(_CONTROL.sub(" ", text.translate(_PLAIN_MARKS)).split())


def lowered(text: str) -> str:
    """`text` in lower case with every character in its place, which `str.lower` does not promise."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def shown(text: str, longest: int = 200) -> str:
    """Foreign text as a message may hold it: on one line, printable, cut."""
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= longest else f"{text[:longest - 1]}…"


def _unescaped(match: re.Match[str]) -> str:
    if match["code"]:
        return chr(int(match["code"], 16))
    return match["mark"] or " "
