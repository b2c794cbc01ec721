"""One error text: how it is known, the check that it belongs to, what it means, and what to run."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping

# What stands in a command where the text does not say it.
UNNAMED = {"registry": "MyRegistry", "rule": "MyRule", "source": "docker.io/library/ubuntu", "vault": "MyVault",
           "set": "MyCredentialSet", "host": "MyLoginServer", "ip": "MyIPAddress", "prefix": "MyPrefix", "tag": "MyTag",
           "principal": "MyPrincipalId", "secret": "MySecret", "scope": "MyScope",
           "action": "for it", "status": "4xx", "image": "MyImage:MyTag"}


@dataclass(frozen=True)
class ErrorText:
    """:ivar pattern: found anywhere in a text whose words one blank parts, without regard to case; its named groups
    fill
        `cause` and `mend`.
    :ivar check: a name of the catalogue of checks; None for a text that is about the tools and no link of a chain.
    :ivar mend: lines, each a command where one mends it.
    """

    pattern: re.Pattern
    check: str | None
    cause: str
    mend: tuple[str, ...]

    def fill(self, found: Mapping[str, str]) -> tuple[str, list[str]]:
        """`cause` and `mend` with what the text named."""
        words = {**UNNAMED, **found}
        return self.cause.format_map(words), [line.format_map(words) for line in self.mend]


def known(pattern: str, check: str | None, cause: str, *mend: str) -> ErrorText:
    return ErrorText(re.compile(pattern, re.IGNORECASE), check, cause, mend)
