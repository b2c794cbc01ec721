"""From an error text to the check that it belongs to. What is not known is not guessed at."""
from __future__ import annotations

import re
from dataclasses import dataclass

from azext_acrcache.domain.guidance.error_texts.access_texts import ACCESS_TEXTS
from azext_acrcache.domain.guidance.error_texts.general_texts import GENERAL_TEXTS
from azext_acrcache.domain.guidance.error_texts.pull_texts import PULL_TEXTS
from azext_acrcache.domain.guidance.error_texts.rule_texts import RULE_TEXTS
from azext_acrcache.domain.guidance.error_texts.vault_texts import VAULT_TEXTS

# The first that fits is the answer, so what is more exact comes first.
ERROR_TEXTS = (*PULL_TEXTS, *RULE_TEXTS, *VAULT_TEXTS, *ACCESS_TEXTS, *GENERAL_TEXTS)

# A log may be long; the longest error that we know of has less than a tenth of this.
_LONGEST = 1 << 20
_REGISTRY = re.compile(r"\b([a-z0-9]{5,50})(?:-[a-z0-9]+)?\.azurecr\.(?:io|cn|us)/?([a-z0-9._/-]+[:@][\w.:-]+)?",
                       re.IGNORECASE)
_VAULT = re.compile(r"\b([a-z][a-z0-9-]{1,22}[a-z0-9])\.vault\.(?:azure|usgovcloudapi)\.(?:net|cn)"
                    r"(?:/secrets/([\w-]+))?|"
                    r"/vaults/([a-z0-9-]{3,24})(?:/secrets/([\w-]+))?", re.IGNORECASE)


@dataclass(frozen=True)
class Explanation:
    check: str | None
    cause: str
    mend: tuple[str, ...]


def explain(text: str) -> Explanation | None:
    """None for a text that no entry knows. Never raises."""
    # Terminals and logs break lines anywhere between words.
    text = " ".join(text[:_LONGEST].split())
    for entry in ERROR_TEXTS:
        match = entry.pattern.search(text)
        if match:
            named = {**_names_in(text), **{key: _plain(value) for key, value in match.groupdict().items() if value}}
            cause, mend = entry.fill(named)
            return Explanation(entry.check, cause, tuple(mend))
    return None


def _names_in(text: str) -> dict[str, str]:
    """Registry, image, vault and secret where the text has them, for the commands."""
    found = {}
    registry, vault = _REGISTRY.search(text), _VAULT.search(text)
    if registry:
        found["registry"] = registry[1]
        if registry[2]:
            found["image"] = registry[2].rstrip(":.")
    if vault:
        found["vault"] = vault[1] or vault[3]
        if vault[2] or vault[4]:
            found["secret"] = vault[2] or vault[4]
    return found


def _plain(value: str) -> str:
    """A name out of a text stands in commands, so whatever a shell would read in it is left out."""
    return re.sub(r"[^\w.:/@*+=,-]", "", value)
