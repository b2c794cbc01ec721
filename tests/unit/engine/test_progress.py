from __future__ import annotations

import io
import threading

import pytest

from azext_acrcache.domain.plan.step import Step
from azext_acrcache.engine import progress as engine
from azext_acrcache.engine.outcome import DONE, StepResult
from azext_acrcache.engine.progress import Progress
from unit.records import REGISTRY_ID

RULE, SET = Step("a", "cache rule 'ubuntu'", "act"), Step("b", "credential set 'hub'", "act")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(progress: Progress) -> None:
    progress.started(RULE)
    progress.started(SET)
    progress.waiting(SET, "the identity")
    progress.waiting(SET, "the identity")
    progress.ended(RULE, StepResult(DONE))
    progress.waiting(SET, "its health")
    progress.ended(SET, StepResult(DONE))
    progress.close()


def test_names_on_a_terminal_are_escaped():
    screen = Terminal()
    progress = Progress(False, print, screen)
    progress.started(Step("a", "cache rule '\x1b]0;t\x07'", "act"))
    assert "cache rule '\\x1b]0;t\\x07'" in screen.getvalue()


def test_a_line_that_rewrites_itself_on_a_terminal():
    screen, warned = Terminal(), []
    run(Progress(False, warned.append, screen))
    lines = screen.getvalue().split("\r\x1b[K")
    assert warned == []
    assert "cache rule 'ubuntu'; credential set 'hub'" in lines[2]
    assert "cache rule 'ubuntu'; waiting for the identity" in lines[3]
    assert lines[-1] == "" and "\n" not in screen.getvalue(), "the line is wiped in the end"


def test_a_line_is_no_longer_than_the_terminal(monkeypatch):
    monkeypatch.setattr(engine.shutil, "get_terminal_size", lambda: type("Size", (), {"columns": 20})())
    screen = Terminal()
    run(Progress(False, None, screen))
    assert max(len(line) for line in screen.getvalue().split("\r\x1b[K")) <= 19


def test_elsewhere_each_wait_is_one_line():
    stream, warned = io.StringIO(), []
    run(Progress(False, warned.append, stream))
    assert stream.getvalue() == "" and warned == ["Waiting for the identity.", "Waiting for its health."]


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_only_show_errors_shows_nothing(stream):
    warned = []
    run(Progress(True, warned.append, stream))
    assert stream.getvalue() == "" and warned == []


def test_it_shows_seconds_since_it_began(monkeypatch):
    now = iter([100.0, 107.0])
    monkeypatch.setattr(engine.time, "monotonic", lambda: next(now))
    screen = Terminal()
    Progress(False, None, screen).started(RULE)
    assert "7 s" in screen.getvalue()


def test_a_line_takes_the_time_of_a_line_however_many_wait(monkeypatch):
    monkeypatch.setattr(engine.shutil, "get_terminal_size", lambda: type("Size", (), {"columns": 80})())
    screen = Terminal()
    progress = Progress(False, None, screen)
    for number in range(2000):
        progress.waiting(Step(str(number), "x", "act"), f"role {number}")
    screen.truncate(0)
    words = progress._words(79)  # pylint: disable=protected-access  # what a line costs is not seen from outside
    assert words.startswith("waiting for role 0; waiting for role 1") and len(words) < 120


def test_what_several_steps_wait_for_is_told_once_and_until_the_last_has_ended():
    screen = Terminal()
    progress = Progress(False, None, screen)
    for step in (RULE, SET):
        progress.waiting(step, "the identity")
    assert screen.getvalue().split("\r\x1b[K")[-1].count("the identity") == 1
    progress.ended(RULE, StepResult(DONE))
    assert "the identity" in screen.getvalue().split("\r\x1b[K")[-1]
    progress.ended(SET, StepResult(DONE))
    assert "the identity" not in screen.getvalue().split("\r\x1b[K")[-1]


MANY_STEPS = [Step(str(number), f"cache rule '{number}'", "act") for number in range(60)]


def test_many_steps_are_counted_on_a_terminal():
    screen = Terminal()
    progress = Progress(False, None, screen, total=60)
    progress.ended(MANY_STEPS[0], StepResult(DONE))
    progress.ended(Step("as it is", "x"), StepResult(DONE))
    progress.held(MANY_STEPS[1], "Azure's limit")
    assert "1/60  waiting for Azure's limit" in screen.getvalue().split("\r\x1b[K")[-1]


def test_elsewhere_many_steps_are_a_line_now_and_then_in_place_of_one_for_each_wait():
    told = threading.Semaphore(0)
    lines: list[str] = []

    def warn(line: str) -> None:
        lines.append(line)
        told.release()

    progress = Progress(False, warn, io.StringIO(), total=60, every=0.02)
    for waiting in MANY_STEPS[:3]:
        progress.waiting(waiting, f"the health of {waiting.key}")
    progress.ended(MANY_STEPS[9], StepResult(DONE))
    for _ in range(2):
        assert told.acquire(timeout=10)
    progress.close()
    assert lines[-1].startswith("1 of 60 steps done after 0 s; waiting for the health of 0 and 2 more")
    assert all("steps done" in line for line in lines)


def test_a_few_steps_are_told_as_ever_and_errors_alone_mean_no_line():
    lines: list[str] = []
    run(Progress(False, lines.append, io.StringIO(), total=10, every=0.01))
    quiet = Progress(True, lines.append, io.StringIO(), total=60, every=0.01)
    run(quiet)
    assert lines == ["Waiting for the identity.", "Waiting for its health."]


def test_waits_of_several_registries_say_which():
    warned = []
    several = Progress(False, warned.append, io.StringIO(), several=True)
    several.waiting(Step("a", "x", "act", registries=(REGISTRY_ID,)), "the cache rule 'ubuntu' to be made")
    several.waiting(Step("b", "x", "act"), "a role")
    assert warned == [f"Waiting for the cache rule 'ubuntu' to be made ({REGISTRY_ID.name}).", "Waiting for a role."]
