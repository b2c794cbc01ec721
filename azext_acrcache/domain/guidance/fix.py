"""One line that mends something, with the right that it takes."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fix:
    """A complete line that runs as printed.

    :ivar needs: the permission that whoever runs it needs, as Azure names it, such as
        `Microsoft.KeyVault/vaults/write on mykeyvault`.
    """

    command: str
    needs: str

    def to_report(self) -> dict[str, str]:
        return {"command": self.command, "needs": self.needs}
