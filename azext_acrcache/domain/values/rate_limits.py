"""How many pulls an upstream allows. Source: Docker's page on usage and limits."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping


@dataclass(frozen=True)
class RateLimit:
    """Pulls in a window of so many seconds."""

    limit: int
    remaining: int
    window_seconds: int

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "RateLimit | None":
        """From `ratelimit-limit: 200;w=21600` and `ratelimit-remaining`; None where one is missing, as for paid
        plans."""
        limit, remaining = (re.match(r"(\d+)(?:;w=(\d+))?", headers.get(name, ""))
                            for name in ("ratelimit-limit", "ratelimit-remaining"))
        if not limit or not remaining:
            return None
        return cls(int(limit[1]), int(remaining[1]), int(limit[2] or 0))

    def to_report(self) -> dict[str, Any]:
        return {"limit": self.limit, "remaining": self.remaining, "windowSeconds": self.window_seconds}
