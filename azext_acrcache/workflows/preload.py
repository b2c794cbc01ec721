"""Imports that only writing needs, made while the first look-up waits for its answer."""
from __future__ import annotations

import threading

from azext_acrcache.adapters.loading import AUTHORIZATION, load
from azext_acrcache.concurrency import Future


def load_what_writes(asked: threading.Event) -> None:
    """Returns at once. `asked` is set when the first request is on its way: before, imports would hold it up."""
    Future(lambda: _load(asked))


def _load(asked: threading.Event) -> None:
    asked.wait()
    load("azext_acrcache.domain.plan.create")
    load("azext_acrcache.workflows.plan_run")
    AUTHORIZATION.load()
