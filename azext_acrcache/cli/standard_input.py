"""Standard input, which may be a terminal, a file, a pipe, or closed: Python then has none at all."""
from __future__ import annotations

import sys


def is_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def content() -> bytes:
    """All of it, to its end; nothing where it is closed."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read()
