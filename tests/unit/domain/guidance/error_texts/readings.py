"""Readings for tests of what is made of them."""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.error_text import Case, text
from azext_acrcache.domain.guidance.error_texts.hosts import REGISTRY
from azext_acrcache.domain.guidance.error_texts.reading import Reading

ENTRY = text("x", Case("rule/exists", "x."))


def reading(speaker: str = REGISTRY, puller: str = "", status: int | None = None, **nouns: str) -> Reading:
    return Reading(ENTRY, speaker, status, {noun.replace("__", " "): name for noun, name in nouns.items()}, "", puller)
