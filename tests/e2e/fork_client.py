"""Runs az in forks of one process that has its libraries imported: fork_server.py says what is shared."""
from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable


class ForkServer:
    """One server, for one az at a time. `close` ends it.

    :param environment: as az's; a run with other values of what the server's imports have read is refused.
    :param extensions: AZURE_EXTENSION_DIR.
    """

    def __init__(self, environment: dict[str, str], extensions: Path):
        self._extensions = extensions
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fork_server.py")), str(theirs.fileno())],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        theirs.close()

    def run(self, words: list[str], environment: dict[str, str], cwd: Path, input: str | None = None,
            timeout: float = 120, kill_when: Callable[[], object] | None = None) -> tuple[int, str, str] | None:
        """Exit code, stdout and stderr of one az; None where it has to be a process of its own.

        :param kill_when: looked at every 20 ms: SIGKILL once it is so; it may end before.

        Raises subprocess.TimeoutExpired after `timeout` real seconds, with what it had written; RuntimeError when the
        server has ended, which says why on stderr.
        """
        request = {"words": words, "environment": environment, "cwd": str(cwd), "extensions": str(self._extensions)}
        with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            stdin.write((input or "").encode())
            stdin.seek(0)
            socket.send_fds(self._control, [json.dumps(request).encode()], [one.fileno() for one in (stdin, out, err)])
            answer = self._answer(None)
            if "refused" in answer:
                return None
            try:
                if kill_when:
                    self._kill_when(answer["pid"], kill_when, timeout)
                code = self._answer(timeout)["code"]
            except TimeoutError:
                os.kill(answer["pid"], signal.SIGKILL)
                self._answer(None)
                raise subprocess.TimeoutExpired(words, timeout, *_written(out, err)) from None
            return (code, *_written(out, err))

    def _kill_when(self, pid: int, kill_when: Callable[[], object], timeout: float) -> None:
        """Returns once that az has ended or is killed. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not select.select([self._control], [], [], 0.02)[0]:
            if kill_when():
                os.kill(pid, signal.SIGKILL)
                return
            if time.monotonic() > deadline:
                raise TimeoutError

    def shared(self) -> dict:
        """`modules`: the names of what forks find imported; `read`: the variables read for it, with their values."""
        self._control.send(b"{}")
        return self._answer(None)

    def close(self) -> None:
        self._control.close()
        self._process.wait(30)

    def _answer(self, timeout: float | None) -> dict:
        self._control.settimeout(timeout)
        message = self._control.recv(1 << 20)
        if not message:
            raise RuntimeError(f"the fork server has ended with {self._process.wait(30)}")
        return json.loads(message)


def _written(*streams) -> tuple[str, ...]:
    """As text, in which universal newlines are one, as in that of subprocess."""
    texts = []
    for stream in streams:
        stream.seek(0)
        texts.append(stream.read().decode().replace("\r\n", "\n").replace("\r", "\n"))
    return tuple(texts)
