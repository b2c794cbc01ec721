"""The simulator as a process, and its control API."""
from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class SimError(Exception):
    """The control API refused; the text is its own."""


class Sim:
    """One running simulator. `proxy` is its URL, `ca` the PEM file that signs what it shows."""

    def __init__(self, process: subprocess.Popen, ready: dict):
        self._process = process
        self.proxy, self.ca = ready["proxy"], ready["ca"]
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": self.proxy}))
        self._first_knobs = self.knobs()

    def fresh(self, seed: str | dict = "demo") -> None:
        """A new world from a seed, all knobs as they were at the start, no faults, an empty log."""
        self._ask("POST", "/reset", {"seed": seed, "knobs": self._first_knobs})
        self._ask("DELETE", "/faults")
        self._ask("DELETE", "/requests")

    def requests(self, after: int = 0) -> list[dict]:
        """Log entries {n, at, method, host, path, query, status, seconds, write, caller, fault} with n > `after`."""
        return [entry for entry in self._ask("GET", "/requests") if entry["n"] > after]

    def mark(self) -> int:
        """The number of the last request, for `requests(after=…)`."""
        return max((entry["n"] for entry in self._ask("GET", "/requests")), default=0)

    def writes(self, after: int = 0) -> list[dict]:
        """The requests that may have changed something: no reads, no tokens."""
        return [entry for entry in self.requests(after) if entry["write"]]

    def knobs(self, **turned) -> dict:
        """All knobs, after turning those given (latency=0.05, role_delay=60, …)."""
        return self._ask("PATCH", "/knobs", turned) if turned else self._ask("GET", "/knobs")

    def fault(self, then: dict, **where) -> dict:
        """Plant a fault: `then` as simulator/README.md says; where: method, host, path (regexes), after, times."""
        return self._ask("POST", "/faults", {"then": then, **where})

    def named_fault(self, name: str, **where) -> dict:
        """Plant one of the faults that simulator/README.md lists by name, such as `arm-busy`; where: as in `fault`."""
        return self._ask("POST", "/faults", {"name": name, **where})

    def faults(self) -> list[dict]:
        """The planted faults, each with how often it was `seen` and `struck`."""
        return self._ask("GET", "/faults")

    def clear_faults(self) -> None:
        self._ask("DELETE", "/faults")

    def seed(self, document: dict) -> None:
        """Add to the present world."""
        self._ask("POST", "/seed", document)

    def clock(self, advance: float | None = None) -> dict:
        """{"now", "iso", "speed"}, after going `advance` simulated seconds on."""
        return self._ask("GET", "/clock") if advance is None else self._ask("POST", "/clock", {"advance": advance})

    def world(self) -> dict:
        """All state, as GET /world gives it."""
        return self._ask("GET", "/world")

    def picture(self) -> dict:
        """The world without times and ids of its own making: equal after two runs that ended alike."""
        return self._ask("GET", "/picture")

    def token(self, principal: str, audience: str) -> str:
        """An Entra access token in a principal's name (object ID, app ID or name), as its machine would get one."""
        return self._ask("POST", "/token", {"principal": principal, "audience": audience})["accessToken"]

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _ask(self, method: str, path: str, body=None):
        request = urllib.request.Request(f"http://acrsim.local{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"content-type": "application/json"})
        try:
            with self._opener.open(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise SimError(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text else None


def start(state: Path, *options: str) -> Sim:
    """Start a simulator; `state` holds its CA, log and stderr. Raises RuntimeError when it does not come up.

    Its Python is $ACRSIM_PYTHON, by default that of `make`'s environment for it.
    """
    python = os.environ.get("ACRSIM_PYTHON", str(ROOT / ".build" / "sim" / "bin" / "python"))
    state.mkdir(parents=True, exist_ok=True)
    complaints = state / "stderr.txt"
    with complaints.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            [python, "-m", "acrsim", "serve", "--state", str(state), *options],
            env={**os.environ, "PYTHONPATH": str(ROOT / "simulator")},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True)
    line = process.stdout.readline()
    if not line:
        process.wait()
        raise RuntimeError(f"the simulator ended with {process.returncode}: {complaints.read_text(encoding='utf-8')}")
    return Sim(process, json.loads(line))
