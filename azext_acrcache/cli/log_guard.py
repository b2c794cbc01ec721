"""What the extension logs reaches az's log handlers without characters that a terminal acts on."""
from __future__ import annotations

import logging

from azext_acrcache.domain.values.terminal_text import escaped

# knack's logger, and the loggers of this extension below it (knack/log.py, get_logger).
_LOGGER = "cli"
_OWN = f"{_LOGGER}.{__name__.partition('.')[0]}"


class EscapeForeignText(logging.Filter):
    """Lets every record pass; those of the extension with their text escaped. Lines to be run keep their length."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(_OWN):
            record.msg, record.args = escaped(record.getMessage()), ()
        return True


def guard_logs() -> None:
    """Puts the filter on az's handlers, once each: a filter on a logger would not see what its children log."""
    for handler in logging.getLogger(_LOGGER).handlers:
        if not any(isinstance(present, EscapeForeignText) for present in handler.filters):
            handler.addFilter(EscapeForeignText())
