"""All questions about the chains of a registry, area by area."""
from __future__ import annotations

from azext_acrcache.domain.checks import credset, registry, rule, secret, vault
from azext_acrcache.domain.checks.check import Question
from azext_acrcache.domain.checks.snapshot import ChainSnapshot

AREAS = (registry, rule, credset, vault, secret)


def chain_questions(chain: ChainSnapshot) -> list[Question]:
    return [question for area in AREAS for question in area.questions(chain)]
