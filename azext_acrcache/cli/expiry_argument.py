"""The day until which stored credentials are valid, as `--expires` names it."""
from __future__ import annotations

from datetime import datetime, timezone

from azext_acrcache.domain.values.errors import UserError

_FORMATS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ")


def expiry_from(text: str | None, now: float) -> int | None:
    """Seconds since the epoch, in UTC; None where none is given. Raises UserError for a date that is none or past.

    :param now: seconds since the epoch.
    """
    if text is None:
        return None
    for form in _FORMATS:
        try:
            seconds = int(datetime.strptime(text.strip(), form).replace(tzinfo=timezone.utc).timestamp())
        except ValueError:
            continue
        if seconds <= now:
            raise UserError(f"--expires {text} is in the past.",
                            "Give the day until which the credentials are valid at the upstream.")
        return seconds
    raise UserError(f"The value '{text[:40]}' of --expires is not a date.",
                    "Write it as YYYY-MM-DD, or with a time in UTC as YYYY-MM-DDTHH:MM:SSZ.")
