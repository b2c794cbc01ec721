"""One running simulator: a world that can be replaced, and what stands around it."""
from __future__ import annotations

from typing import TextIO

from ..app import App
from ..seed import load_seed, plant
from ..state.knobs import Knobs
from ..state.world import World
from .arm_throttle import ArmThrottle
from .faults import Faults
from .request_log import RequestLog
from .throttle import Throttle


class Simulation:
    """`seed` is the name of a packaged seed, the path of a document, or a document."""

    def __init__(self, seed: str | dict = "empty", knobs: Knobs | None = None, log: TextIO | None = None):
        self.knobs = knobs or Knobs()
        self.faults = Faults()
        self.requests = RequestLog(log)
        self.throttle = Throttle()
        self.reset(seed)

    def reset(self, seed: str | dict) -> None:
        """A new world; knobs stay, faults go. Raises SeedError and then leaves the old world in place."""
        document = load_seed(seed)
        world = World(self.knobs)
        app = App(world)
        plant(app, document)
        self.world, self.app, self.arm_throttle = world, app, ArmThrottle(world)
        self.faults.clear()

    def turn(self, knobs: dict) -> None:
        """Set knobs. Raises KnobError."""
        self.knobs.turn(knobs)
        if self.world.clock.speed != self.knobs.speed:
            self.world.clock.speed = self.knobs.speed
