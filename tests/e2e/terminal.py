"""az on a terminal of 80 columns, as a person sees it."""
from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios

from az_process import Az

COLUMNS = 80


def on_terminal(az: Az, command: str, errors: bool = False, **variables: str) -> tuple[int, list[str]]:
    """The exit code, and the lines that show. :param errors: standard error too, else it is thrown away."""
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    environment = {**az.environment(), "TERM": "xterm", **variables}
    environment.pop("COLUMNS", None)
    with subprocess.Popen(az.command(*command.split()), env=environment, cwd=az.home, stdin=subprocess.DEVNULL,
                          stdout=end, stderr=end if errors else subprocess.DEVNULL, start_new_session=True) as running:
        os.close(end)
        text = b"".join(iter(lambda: _part(terminal), b""))
    os.close(terminal)
    return running.returncode, text.decode().replace("\r\n", "\n").rstrip("\n").split("\n")


def _part(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""  # Linux says EIO once the other end is closed
