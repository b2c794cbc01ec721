"""A registry's own tokens, which are limited to repositories by a scope map."""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping

_DATE = re.compile(r"(?P<seconds>[0-9-]{10}[Tt ][0-9:]{8})(?:\.[0-9]+)?(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2}|)")


@dataclass(frozen=True)
class RepositoryToken:
    """:ivar expiries: of its passwords, in seconds since the epoch; None for one that never expires."""

    name: str
    enabled: bool
    expiries: tuple[float | None, ...] = ()

    @classmethod
    def from_rest(cls, body: Mapping[str, Any]) -> "RepositoryToken":
        """From containerregistry.json's Token: `status`, `credentials.passwords[].expiry`."""
        properties = body.get("properties") or {}
        passwords = (properties.get("credentials") or {}).get("passwords") or ()
        return cls(body.get("name") or "", (properties.get("status") or "").lower() == "enabled",
                   tuple(_seconds(entry.get("expiry")) for entry in passwords))

    def works_at(self, now: float) -> bool:
        """Whether a password of it is valid at that moment; who has one is another question."""
        return self.enabled and any(expiry is None or expiry > now for expiry in self.expiries)

    @property
    def endless(self) -> bool:
        return self.enabled and None in self.expiries


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    date = _DATE.fullmatch(text.strip())
    if not date:
        raise ValueError(f"'{text}' is not a date of RFC 3339")
    offset = "+00:00" if date["offset"].upper() == "Z" else date["offset"]
    # Python before 3.11 knows neither Z nor seven digits of a second.
    return datetime.fromisoformat(f"{date['seconds']}{offset or '+00:00'}").timestamp()
