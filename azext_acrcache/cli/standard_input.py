"""Standard input, which may be a terminal, a file, a pipe, or closed: `sys.stdin` is then None."""
from __future__ import annotations

import sys


def is_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin is not None and sys.stdin.isatty()


def content(limit: int = -1) -> bytes:
    """All bytes up to its end, or as many as `limit` says; none where it is closed."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read(limit)
