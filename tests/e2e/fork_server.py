"""A process that has imported the libraries that az uses, and forks one az after the other: fork_server.py FD

FD is a Unix socket to fork_client.py. Only libraries are shared: az itself, its framework knack and the extension are
imported anew in each fork, which then runs what `python -m azure.cli` runs. A library is imported here once a fork has
needed it.

A request is a JSON object with `words`, `environment`, `cwd` and `extensions` (the folder of the extensions), and three
file descriptors: stdin, stdout, stderr. The answers are `{"refused": [variables]}`, or `{"pid": …}` and then
`{"code": …}`. The request `{}` asks for `{"modules": […], "read": {…}}`.
"""
from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import sysconfig
import tempfile
import threading

# Never shared: az, the extension, and what keeps the home folder of whoever imported it.
ANEW = ("azure.cli", "azext_", "knack", "__main__")
# Read by the interpreter and the C library when a process starts.
START_UP = ("PYTHON", "LC_", "LANG", "TZ", "LD_", "OPENSSL", "SSL_CERT")


class Libraries:
    """What is imported here, and the variables that were read for it: a process without the same ones is no fork."""

    def __init__(self) -> None:
        self.read: dict[str, str | None] = {name: value for name, value in os.environ.items()
                                            if name.startswith(START_UP)}
        self._failed: set[str] = set()
        sysconfig.get_config_vars()  # libraries ask for them, which reads HOME; `_become` puts it right

    def differing(self, environment: dict[str, str]) -> list[str]:
        """The variables for which an import, or the interpreter's start, may have gone another way."""
        names = {*self.read, *(name for name in environment if name.startswith(START_UP))}
        return sorted(name for name in names if environment.get(name) != self.read.get(name))

    def add(self, names: list[str]) -> None:
        """Import them here, noting which variables are read meanwhile."""
        original = os._Environ.__getitem__  # all ways to read a variable use it

        def noted(environ, name):
            try:
                self.read[name] = original(environ, name)
            except KeyError:
                self.read[name] = None
                raise
            return self.read[name]

        os._Environ.__getitem__ = noted
        try:
            for name in names:
                if name not in sys.modules and name not in self._failed:
                    try:
                        importlib.import_module(name)
                    except ImportError:
                        self._failed.add(name)  # it needs what only az sets up: each az imports it for itself
        finally:
            os._Environ.__getitem__ = original


def serve(control: socket.socket) -> dict | None:
    """Forks for each request. Returns None when the other end is closed, and in a fork its request."""
    libraries = Libraries()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 20, 3)
        if not message:
            return None
        request = json.loads(message)
        if not request:
            _answer(control, modules=sorted(sys.modules), read=libraries.read)
            continue
        differing = libraries.differing(request["environment"])
        if differing:
            _answer(control, refused=differing)
            _close(descriptors)
            continue
        if threading.active_count() != 1:
            raise RuntimeError(f"an import has started threads, which a fork would lose: {threading.enumerate()}")
        with tempfile.TemporaryFile("w+", encoding="utf-8") as needed:
            gc.freeze()
            child = os.fork()
            if child == 0:
                control.close()
                _become(request, descriptors)
                atexit.register(_tell_libraries, os.dup(needed.fileno()), request["extensions"])
                return request  # out of here, so that it ends as any Python process does
            _close(descriptors)
            _answer(control, pid=child)
            _, status = os.waitpid(child, 0)
            needed.seek(0)
            libraries.add(needed.read().split())
        _answer(control, code=os.waitstatus_to_exitcode(status))


def _become(request: dict, descriptors: list[int]) -> None:
    """The surroundings of `python -m azure.cli`, started in `cwd`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    _close(descriptors)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    sysconfig.get_config_vars()["userbase"] = sysconfig._getuserbase()  # the one that depends on a variable
    sys.argv[1:] = request["words"]
    sys.path[0] = request["cwd"]


def _tell_libraries(target: int, extensions: str) -> None:
    """The last that a fork does: which modules of others it has imported."""
    names = [name for name, module in list(sys.modules.items())
             if not name.startswith(ANEW) and getattr(getattr(module, "__spec__", None), "name", None) == name
             and not str(getattr(module, "__file__", None) or "").startswith(extensions)]
    os.write(target, "\n".join(names).encode())


def _answer(control: socket.socket, **answer) -> None:
    control.send(json.dumps(answer).encode())


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the client, and its end ends this
    if serve(socket.socket(fileno=int(sys.argv[1]))) is not None:
        runpy.run_module("azure.cli", run_name="__main__", alter_sys=True)
