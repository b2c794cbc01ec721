"""From an error text to the check that it belongs to, its cause and its fixes. What is not known is not guessed at."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.guidance.error_texts.arm_texts import ARM_TEXTS
from azext_acrcache.domain.guidance.error_texts.entra_texts import ENTRA_TEXTS
from azext_acrcache.domain.guidance.error_texts.network_texts import NETWORK_TEXTS
from azext_acrcache.domain.guidance.error_texts.phrases import further, phrases
from azext_acrcache.domain.guidance.error_texts.platform_texts import PLATFORM_TEXTS
from azext_acrcache.domain.guidance.error_texts.reading import Reading, read
from azext_acrcache.domain.guidance.error_texts.registry_texts import REGISTRY_TEXTS
from azext_acrcache.domain.guidance.error_texts.rule_texts import RULE_TEXTS
from azext_acrcache.domain.guidance.error_texts.tool_texts import TOOL_TEXTS
from azext_acrcache.domain.guidance.error_texts.upstream_texts import UPSTREAM_TEXTS
from azext_acrcache.domain.guidance.error_texts.vault_texts import VAULT_TEXTS
from azext_acrcache.domain.guidance.fix import Fix

ERROR_TEXTS = (*UPSTREAM_TEXTS, *REGISTRY_TEXTS, *RULE_TEXTS, *VAULT_TEXTS, *ENTRA_TEXTS, *ARM_TEXTS, *NETWORK_TEXTS,
               *PLATFORM_TEXTS, *TOOL_TEXTS)


@dataclass(frozen=True)
class Explanation:
    """:ivar check: a name of the catalogue; None for a text that is of no link of a chain.
    :ivar cause: in sentences, with the names that the text gives.
    :ivar fix: in the order in which they are to be run.
    """

    check: str | None
    cause: str
    fix: tuple[Fix, ...]

    def to_report(self) -> dict[str, object]:
        """As `verify explain` answers it. `mend`, the commands alone, is what 0.x called it; it goes with 1.0."""
        return {"check": self.check, "cause": self.cause, "fix": [fix.to_report() for fix in self.fix],
                "mend": [fix.command for fix in self.fix]}


def explain(text: str) -> Explanation | None:
    """None for a text that no entry knows. Never raises."""
    reading = read(text, ERROR_TEXTS)
    return explanation_of(reading) if reading else None


def explanation_of(reading: Reading) -> Explanation | None:
    """By the first case that fits. None where no case does."""
    for case in reading.text.cases:
        if case.when(reading):
            cause = case.cause.format_map(phrases(reading))
            fixes = tuple(dict.fromkeys(way(reading) for way in case.ways))
            said = " ".join([cause, *(fix.command for fix in fixes)])
            return Explanation(case.check, f"{cause[:1].upper()}{cause[1:]}{further(reading, said)}", fixes)
    return None
