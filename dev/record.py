"""`make record`: the scenario tests' recordings anew, against a simulator that runs for as long as that takes.

README.md tells how to record against a real subscription instead.
"""
from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import sim_client  # noqa: E402
from az_process import PRINCIPALS, Az  # noqa: E402


TESTS = "azext_acrcache/tests/latest/test_acrcache_scenario.py"


def main(arguments: list[str]) -> int:
    """Record (arguments go to pytest), then replay everything and search the recordings for secrets."""
    with tempfile.TemporaryDirectory(prefix="acrcache-record-") as place:
        folder = Path(place)
        simulator = sim_client.start(folder / "simulator", "--seed", "demo")
        try:
            az = Az(simulator, folder / "azure", folder / "extensions", folder)
            az.sign_in(PRINCIPALS["owner"])
            recorded = _scenario(TESTS, *arguments, AZURE_TEST_RUN_LIVE="true", ACRCACHE_RECORD_CONFIG=str(az.config),
                                 HTTPS_PROXY=simulator.proxy, HTTP_PROXY=simulator.proxy,
                                 REQUESTS_CA_BUNDLE=simulator.ca)
        finally:
            simulator.stop()
    return recorded or _scenario()


def _scenario(*arguments: str, **variables: str) -> int:
    return subprocess.run([str(ROOT / "dev" / "scenario.sh"), *arguments], check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, "ACRCACHE_AZ_PYTHON": sys.executable, **variables}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
