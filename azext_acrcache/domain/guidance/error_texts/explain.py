"""From an error text to the check that it belongs to, its cause and its fixes. What is not known is not guessed at."""
from __future__ import annotations

from dataclasses import dataclass, replace

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, LineContext, Registry, said
from azext_acrcache.domain.guidance.error_texts.arm_texts import ARM_TEXTS
from azext_acrcache.domain.guidance.error_texts.cleaning import cleaned
from azext_acrcache.domain.guidance.error_texts.entra_texts import ENTRA_TEXTS
from azext_acrcache.domain.guidance.error_texts.hosts import registry_name_of
from azext_acrcache.domain.guidance.error_texts.network_texts import NETWORK_TEXTS
from azext_acrcache.domain.guidance.error_texts.nouns import nouns_of
from azext_acrcache.domain.guidance.error_texts.phrases import further, phrases
from azext_acrcache.domain.guidance.error_texts.platform_texts import PLATFORM_TEXTS
from azext_acrcache.domain.guidance.error_texts.reading import Reading, read
from azext_acrcache.domain.guidance.error_texts.registry_texts import REGISTRY_TEXTS
from azext_acrcache.domain.guidance.error_texts.rule_texts import RULE_TEXTS
from azext_acrcache.domain.guidance.error_texts.subjects import UNNAMED_REGISTRY, arm_id
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

    def to_report(self, context: LineContext = LineContext()) -> dict[str, object]:
        """As `verify explain` answers it. `mend`, the commands alone, is what 0.x called it; it goes with 1.0.

        :param context: what the lines keep of the command line.
        """
        fixes = [replace(fix, command=said(fix.command, context)) for fix in self.fix]
        return {"check": self.check, "cause": self.cause, "fix": [fix.to_report() for fix in fixes],
                "mend": [fix.command for fix in fixes]}


def explain(text: str) -> Explanation | None:
    """None for a text that no entry knows. Never raises."""
    reading = read(text, ERROR_TEXTS)
    return explanation_of(reading) if reading else None


def closer_looks(text: str) -> tuple[Advice, ...]:
    """The lines for a text that no entry knows, with the registry and the image that it names. Never raises."""
    line = cleaned(text)
    nouns = nouns_of(line, line)
    login_server = nouns.get("registry")
    registry: Registry = arm_id(nouns.get("registry_id", "")) or (
        registry_name_of(login_server) if login_server else nouns.get("registry_name", UNNAMED_REGISTRY))
    return (Advice("Check every link of the chains", AzLine.of("acrcache", "verify", "chain").registry(registry)),
            Advice("Pull the image step by step", AzLine.of("acrcache", "verify", "pull").registry(registry)
                   .option("--image", nouns.get("image") or nouns.get("bare image", "MyImage:MyTag"))))


def explanation_of(reading: Reading) -> Explanation | None:
    """By the first case that fits. None where no case does."""
    for case in reading.text.cases:
        if case.when(reading):
            cause = case.cause.format_map(phrases(reading))
            fixes = tuple(dict.fromkeys(way(reading) for way in case.ways))
            printed = " ".join([cause, *(fix.command for fix in fixes)])
            return Explanation(case.check, f"{cause[:1].upper()}{cause[1:]}{further(reading, printed)}", fixes)
    return None
