from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.error_text import EXACT, Case, by, near, text
from azext_acrcache.domain.guidance.error_texts.hosts import MCR, REGISTRY
from azext_acrcache.domain.guidance.error_texts.reading import Reading

ENTRY = text("a b", Case("rule/exists", "x."))


def reading(speaker: str = REGISTRY, around: str = "") -> Reading:
    return Reading(ENTRY, speaker, None, {}, around)


def test_an_entry_says_all_unless_told():
    assert ENTRY.weight == EXACT and ENTRY.speaker is None and not ENTRY.placed and ENTRY.cases[0].when(reading())


def test_a_case_may_depend_on_who_speaks_and_on_the_words_around():
    assert by(REGISTRY, MCR)(reading()) and not by(MCR)(reading())
    assert near("kubelet")(reading(around="by Kubelet x")) and not near("kubelet")(reading())
