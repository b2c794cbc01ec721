"""Imports that only writing needs, made while requests wait for their answers."""
from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from azext_acrcache.adapters.loading import AUTHORIZATION, load
from azext_acrcache.concurrency import Future

if TYPE_CHECKING:
    from azext_acrcache.domain.plan.step import Plan


def load_what_writes(first_request: threading.Event) -> None:
    """Returns at once. `first_request` is set when that is on its way: before, imports would hold it up."""
    Future(lambda: _load(first_request))


def _load(first_request: threading.Event) -> None:
    first_request.wait()
    load("azext_acrcache.domain.plan.estate")
    load("azext_acrcache.workflows.plan_run")


def load_what_assigns(plan: Plan) -> None:
    """Returns at once. Role assignments mostly wait for the identity that another step makes."""
    from azext_acrcache.domain.plan.actions import AssignRole
    if any(isinstance(step.action, AssignRole) for step in plan.steps):
        Future(AUTHORIZATION.load)
