from __future__ import annotations

import io

import pytest

from azext_acrcache.domain.plan.step import Step
from azext_acrcache.engine import progress as engine
from azext_acrcache.engine.outcome import DONE, StepResult
from azext_acrcache.engine.progress import Progress

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
