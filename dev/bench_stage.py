"""What `make bench` measures on: az with and without the extension, in front of a simulated Azure."""
from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import sim_client  # noqa: E402
from az_process import PRINCIPALS, Az  # noqa: E402
from extension_wheel import built_wheel, installed_extension  # noqa: E402


class Bench:
    def __init__(self, folder: Path, runs: int):
        self.runs, self.folder = runs, folder
        self.wheel = built_wheel(folder / "wheel")
        self.extensions = installed_extension(folder / "extensions", self.wheel)
        self.sim = sim_client.start(folder / "simulator")
        self.az = self._az("azure", self.extensions)
        (folder / "none").mkdir()
        self.bare = self._az("bare", folder / "none")

    def _az(self, name: str, extensions: Path) -> Az:
        home = self.folder / f"home-{name}"
        home.mkdir()
        az = Az(self.sim, self.folder / name, extensions, home)
        az.sign_in(PRINCIPALS["owner"])
        az("version")
        return az

    def fresh(self, **knobs) -> None:
        self.sim.fresh()
        self.sim.knobs(**knobs)

    def median(self, call: Callable[[], None], before: Callable[[], None] = lambda: None) -> float:
        took = []
        for _ in range(self.runs):
            before()
            begun = time.perf_counter()
            call()
            took.append(time.perf_counter() - begun)
        return statistics.median(took)

    def close(self) -> None:
        self.az.close()
        self.bare.close()
        self.sim.stop()
