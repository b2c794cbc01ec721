"""Each action has a handler, a line for somebody else, and an outcome for each way in which Azure may refuse it."""
from __future__ import annotations

import inspect
from types import SimpleNamespace

import pytest

from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan import recovery
from azext_acrcache.domain.values.errors import ServiceUnreachable
from azext_acrcache.engine.outcome import Blocked, Failed
from azext_acrcache.execute.handlers import ActionHandlers
from unit.execute.faults import CONFLICT, FORBIDDEN, IN_PROGRESS, NO_ANSWER, ROWS, SPECIAL, UNAVAILABLE, USUAL, Row
from unit.execute.trial import Script, Trial, refusal
from unit.records import PRINCIPAL

# Parts of actions, not actions themselves.
PARTS = {act.PrincipalOf, act.ClientOf}
ACTIONS = [record for record in vars(act).values()
           if inspect.isclass(record) and record.__module__ == act.__name__ and record not in PARTS]
# Asks no service, so that none can refuse it.
ASKS_NOTHING = {act.HandOver, act.LeaveAccess}
FAULTS = {FORBIDDEN: refusal(403, "AuthorizationFailed", "does not have authorization"),
          IN_PROGRESS: refusal(409, "Conflict", "Another operation is in progress."),
          CONFLICT: refusal(409, "Conflict", "It exists already."),
          UNAVAILABLE: refusal(503, "ServiceUnavailable", "Try later."),
          NO_ANSWER: ServiceUnreachable("the service", "connection reset")}


def name_of(row: Row) -> str:
    return type(row.action).__name__


def handlers() -> ActionHandlers:
    azure = SimpleNamespace(**dict.fromkeys(("registries", "vaults", "authorization", "resources"), Script()),
                            session=SimpleNamespace(gate=RequestGate()))
    return ActionHandlers(azure, {}, True)


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_has_a_handler(action):
    assert callable(handlers().by_action[action])


def test_each_handler_has_an_action():
    assert set(handlers().by_action) == set(ACTIONS)


def test_each_action_has_a_fault_test():
    assert {type(row.action) for row in ROWS} == set(ACTIONS) - ASKS_NOTHING


def test_what_is_handed_over_is_blocked_with_its_lines():
    outcome = Trial()(act.HandOver("You may not read it.", ("az acrcache grant vault",)))
    assert type(outcome) is Blocked
    assert (outcome.reason, outcome.commands) == ("You may not read it.", ["az acrcache grant vault"])


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_each_action_has_a_line_for_somebody_else_or_says_why_not(row):
    lines = recovery.commands(row.action, PRINCIPAL)
    assert bool(lines) is not bool(row.only_waits)
    assert bool(row.only_waits) is name_of(row).startswith("Await")
    for line in lines:
        assert line.startswith("az ") and not line.endswith(".") and "s3cr3t" not in line


@pytest.mark.parametrize("row, fault", [(row, fault) for row in ROWS for fault in USUAL],
                         ids=lambda value: name_of(value) if isinstance(value, Row) else value)
def test_what_a_refusal_comes_to(row, fault):
    kind, pace = row.outcomes[fault]
    outcome = Trial(**{row.adapter: [(row.operation, FAULTS[fault])]})(row.action)
    assert type(outcome) is kind and getattr(outcome, "pace", None) == pace
    if isinstance(outcome, Blocked):
        assert outcome.commands == recovery.commands(row.action, PRINCIPAL)
        assert "AuthorizationFailed" in outcome.reason
    if isinstance(outcome, Failed):
        words = ("the service", "connection reset") if fault == NO_ANSWER else \
            (FAULTS[fault].code, FAULTS[fault].message)
        assert all(word in outcome.reason for word in words)


@pytest.mark.parametrize("row, fault, kind, pace", SPECIAL, ids=lambda value: name_of(value)
                         if isinstance(value, Row) else None)
def test_what_a_refusal_of_one_action_alone_comes_to(row, fault, kind, pace):
    outcome = Trial(**{row.adapter: [(row.operation, refusal(*fault))]})(row.action)
    assert type(outcome) is kind and outcome.pace == pace
