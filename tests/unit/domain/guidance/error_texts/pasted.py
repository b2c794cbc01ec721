"""The ways in which one text comes to `explain`."""
from __future__ import annotations


def variants(text: str) -> tuple[str, ...]:
    """As it is, in capitals, behind docker's words, and broken between all words."""
    return text, text.upper(), f"Error response from daemon: {text}\n", text.replace(" ", "\n  ")
