"""The real `az`, as its own process, pointed at a simulator."""
from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from fork_client import ForkServer
from sim_client import Sim

TENANT = "11111111-1111-4111-8111-111111111111"


@dataclass(frozen=True)
class Principal:
    """A service principal of the demo seed."""

    name: str
    app_id: str
    object_id: str
    secret: str


PRINCIPALS = {
    name: Principal(name, f"0a000000-0000-4000-8000-00000000000{n}", f"0b000000-0000-4000-8000-00000000000{n}",
                    f"{name}-secret")
    for n, name in enumerate(("owner", "contributor", "reader"), 1)}


@dataclass(frozen=True)
class Ran:
    """How one az process ended: its exit code (negative: killed by that signal), both streams, and its requests."""

    arguments: list[str]
    code: int
    stdout: str
    stderr: str
    requests: list[dict] = field(repr=False)

    @property
    def json(self):
        """stdout, parsed. Raises AssertionError with both streams when it is no JSON."""
        try:
            return json.loads(self.stdout)
        except ValueError as error:
            raise AssertionError(f"stdout is no JSON ({error}): {self}") from error

    @property
    def writes(self) -> list[dict]:
        """The requests that may have changed something."""
        return [entry for entry in self.requests if entry["write"]]

    @property
    def azure_requests(self) -> list[dict]:
        """The requests without Entra's, which depend on what az holds in its token cache."""
        return [entry for entry in self.requests if entry["host"] != "login.microsoftonline.com"]

    def insist(self, code: int | None) -> Ran:
        """Itself. Raises AssertionError where it ended with another exit code; None is any."""
        assert code is None or self.code == code, f"exit code {self.code}, not {code}: {self}"
        return self

    def __str__(self) -> str:
        asked = "\n".join(f"  {e['method']} {e['host']}{e['path']} -> {e['status']}" for e in self.requests)
        return (f"az {shlex.join(self.arguments)}\nexit code {self.code}\n--- stdout\n{self.stdout}\n"
                f"--- stderr\n{self.stderr}\n--- requests\n{asked}")


class Running:
    """An az process that has not ended yet. Each is ended by `Az.close` at the latest."""

    def __init__(self, arguments: list[str], process: subprocess.Popen, sim: Sim):
        self.arguments, self.process = arguments, process
        self._sim, self._mark = sim, sim.mark()

    def wait(self, expect: int | None = None, input: str | None = None, timeout: float = 120) -> Ran:
        """Its end. `expect` is the exit code that the test insists on.

        Raises AssertionError for another exit code, subprocess.TimeoutExpired after `timeout` real seconds.
        """
        try:
            stdout, stderr = self.process.communicate(input, timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            stdout, stderr = self.process.communicate()
            ran = Ran(self.arguments, self.process.returncode, stdout, stderr, self._sim.requests(self._mark))
            raise AssertionError(f"still running after {timeout} s: {ran}") from None
        ran = Ran(self.arguments, self.process.returncode, stdout, stderr, self._sim.requests(self._mark))
        return ran.insist(expect)

    def until(self, so: Callable[[], object]) -> None:
        """Looks every 20 ms whether `so`. Raises AssertionError where the process ends before, or after a minute."""
        deadline = time.monotonic() + 60
        while not so():
            assert self.process.poll() is None and time.monotonic() < deadline, "what was waited for never came about"
            time.sleep(0.02)

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL: nothing of az runs afterwards."""
        self.process.kill()


class Az:
    """az with its own configuration folder, so that no test sees another's defaults, log or sign-in.

    Calling it runs a command to its end. One argument is split as a shell would do; several are taken as they are.

    :param forks: runs the commands that are waited for; without it each is a process that begins with nothing.
    """

    def __init__(self, sim: Sim, config: Path, extensions: Path, home: Path, forks: ForkServer | None = None):
        self.sim, self.config, self.home = sim, config, home
        self._extensions, self._forks = extensions, forks
        self._running: list[Running] = []

    def __call__(self, *arguments: str, expect: int | None = 0, input: str | None = None, timeout: float = 120,
                 env: dict[str, str] | None = None) -> Ran:
        forked = self._forks and self._fork(self._words(arguments), env, input, timeout)
        if forked:
            return forked.insist(expect)
        return self.start(*arguments, env=env, input=input).wait(expect, input, timeout)

    def start(self, *arguments: str, env: dict[str, str] | None = None, input: str | None = None) -> Running:
        """Begin a command and return at once. Without `input` its stdin is empty, so it never sees a terminal."""
        words = self._words(arguments)
        process = subprocess.Popen(self.command(*words), env=self.environment(env), cwd=self.home, text=True,
                                   stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   # A run in the background of a script has SIGINT ignored, and az would inherit it.
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        running = Running(words, process, self.sim)
        self._running.append(running)
        return running

    def killed(self, *arguments: str, when: Callable[[], object]) -> Ran:
        """SIGKILL once it is so, which is looked at every 20 ms; how it ended where it did so before."""
        words = self._words(arguments)
        mark = self.sim.mark()
        ended = self._forks and self._forks.run(words, self.environment(), self.home, kill_when=when)
        if ended:
            return Ran(words, *ended, self.sim.requests(mark))
        running = self.start(*arguments)
        while running.process.poll() is None:
            if when():
                running.kill()
                break
            time.sleep(0.02)
        return running.wait()

    def command(self, *words: str) -> list[str]:
        """The program's argv."""
        return [sys.executable, "-m", "azure.cli", *words]

    def environment(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        """The variables that az runs with, and nothing of the user's own Azure or proxy settings."""
        return {
            "PATH": os.environ["PATH"], "LANG": os.environ.get("LANG", "C.UTF-8"), "HOME": str(self.home),
            "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
            "AZURE_CONFIG_DIR": str(self.config), "AZURE_EXTENSION_DIR": str(self._extensions),
            "AZURE_CORE_COLLECT_TELEMETRY": "no", "AZURE_CORE_SURVEY_MESSAGE": "no",
            "AZURE_CORE_LOGIN_EXPERIENCE_V2": "no", "AZURE_CORE_ONLY_SHOW_ERRORS": "no",
            "HTTPS_PROXY": self.sim.proxy, "HTTP_PROXY": self.sim.proxy, "REQUESTS_CA_BUNDLE": self.sim.ca,
            **(extra or {}),
        }

    @staticmethod
    def _words(arguments: tuple[str, ...]) -> list[str]:
        return shlex.split(arguments[0]) if len(arguments) == 1 else list(arguments)

    def _fork(self, words: list[str], env: dict[str, str] | None, input: str | None, timeout: float) -> Ran | None:
        """None where it has to be a process of its own. Raises AssertionError after `timeout` real seconds."""
        mark = self.sim.mark()
        try:
            ended = self._forks.run(words, self.environment(env), self.home, input, timeout)
        except subprocess.TimeoutExpired as late:
            ran = Ran(words, -signal.SIGKILL, late.stdout, late.stderr, self.sim.requests(mark))
            raise AssertionError(f"still running after {timeout} s: {ran}") from None
        return ended and Ran(words, *ended, self.sim.requests(mark))

    def sign_in(self, principal: Principal) -> None:
        self("login", "--service-principal", "-u", principal.app_id, "-p", principal.secret, "--tenant", TENANT)

    def close(self) -> None:
        """End what still runs."""
        for running in self._running:
            if running.process.poll() is None:
                running.process.kill()
                running.process.communicate()
