"""Which step begins next: steps that hold one another up stand in one lane, and no lane holds up another.

A lane is closed for a while where a service takes no more requests of its quota, and is narrowed where a resource
refuses a step because another operation on it is under way. Each takes its turn, so that no lane takes all workers.
"""
from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from azext_acrcache.domain.plan.step import Step

# Seconds that a lane is closed after 1, 2, 3, … refusals for operations under way; the last one goes on.
BUSY_PACE = (0.0, 0.1, 0.2, 0.4, 0.8, 1.6)
# Steps done, for each that may run at once, until a narrowed lane is tried with one more. Doubled each time in vain.
_DONE_BEFORE_WIDER = 8


class Lane(NamedTuple):
    """:ivar quota: what a service counts requests by, such as a subscription and a kind of request; a closed one
    closes all its lanes. :ivar resource: what may take few operations at once, such as a registry."""

    quota: str = ""
    resource: str = ""


class _State:
    """:ivar width: how many run at once; None for any number. :ivar narrowed: how often it was made narrower."""

    def __init__(self) -> None:
        self.ready: deque[Step] = deque()
        self.running = self.narrowed = self.refusals = self.done_since = 0
        self.width: int | None = None
        self.done_before_wider = _DONE_BEFORE_WIDER
        self.opens_at = 0.0

    @property
    def pace(self) -> float:
        return BUSY_PACE[min(self.refusals, len(BUSY_PACE) - 1)]

    @property
    def has_room(self) -> bool:
        return self.width is None or self.running < self.width


class Lanes:
    """Steps that are ready, and how many of each lane run. Times are of the executor's clock.

    :param deadline: from then on no lane is closed for a busy resource: each step is tried once and ends.
    """

    def __init__(self, deadline: float = math.inf) -> None:
        self._deadline = deadline
        self._states: dict[Lane, _State] = {}
        # Those with steps that are ready, in the order in which they take turns.
        self._turns: deque[Lane] = deque()
        self._quota_opens_at: dict[str, float] = {}

    def __bool__(self) -> bool:
        """Whether any step is ready, also in a lane that is closed."""
        return bool(self._turns)

    def add(self, lane: Lane, step: Step, first: bool = False) -> None:
        """A step is ready. :param first: before all others of its lane."""
        state = self._states.setdefault(lane, _State())
        if not state.ready:
            self._turns.append(lane)
        if first:
            state.ready.appendleft(step)
        else:
            state.ready.append(step)

    def take(self, now: float) -> tuple[Lane, Step] | None:
        """The next step to begin; None where all that are ready have to wait."""
        for _ in range(len(self._turns)):
            lane = self._turns.popleft()
            state = self._states[lane]
            if not state.has_room or self._opens_at(lane, state) > now:
                self._turns.append(lane)
                continue
            step = state.ready.popleft()
            if state.ready:
                self._turns.append(lane)
            state.running += 1
            if state.width == 1:
                # Its operation may outlast the answer: the next one begins as late as has turned out to be needed.
                state.opens_at = now + state.pace
            return lane, step
        return None

    def opens_at(self) -> float | None:
        """When the next lane with room opens; None where nothing but the end of a step makes room."""
        times = [self._opens_at(lane, self._states[lane]) for lane in self._turns if self._states[lane].has_room]
        return min(times, default=None)

    def close(self, lane: Lane, until: float) -> None:
        """Nothing of the lane's quota begins before that time."""
        self._quota_opens_at[lane.quota] = max(until, self._quota_opens_at.get(lane.quota, until))

    def narrowed(self, lane: Lane) -> int:
        """How often a lane was narrowed, to be given to `busy` when a step that begins now ends."""
        return self._states[lane].narrowed

    def ended(self, lane: Lane) -> None:
        """A step of the lane runs no more, whatever came of it."""
        self._states[lane].running -= 1

    def done(self, lane: Lane) -> None:
        """A step was taken: after enough of them a narrowed lane is made wider again."""
        state = self._states[lane]
        if state.width is None:
            return
        state.done_since += 1
        if state.done_since % 4 == 0:
            state.refusals = max(0, state.refusals - 1)
        if state.done_since >= state.done_before_wider * state.width:
            state.done_since = 0
            state.width += 1

    def busy(self, lane: Lane, narrowed: int, now: float) -> None:
        """A step was refused because an operation of the lane's resource was under way.

        :param narrowed: as it was when the step began: what began before the lane was last narrowed tells nothing new.
        """
        state = self._states[lane]
        if narrowed != state.narrowed:
            return
        if state.width is not None:
            state.done_before_wider *= 2
        state.narrowed, state.done_since = state.narrowed + 1, 0
        # This step is among those that run no more; half of those that were under way together may be.
        state.width = max(1, (state.running + 1) // 2)
        state.refusals += 1
        state.opens_at = now + state.pace

    def _opens_at(self, lane: Lane, state: _State) -> float:
        return max(min(state.opens_at, self._deadline), self._quota_opens_at.get(lane.quota, 0.0))
