"""What becomes of the report on a chain that is in place when its first pull does not come to an end."""
from __future__ import annotations

import types

import pytest

from azext_acrcache.domain.values.errors import ServiceUnreachable
from azext_acrcache.workflows import first_pull
from unit.records import REGISTRY_ID, wanted_rule

REPORT = {"registry": str(REGISTRY_ID), "loginServer": "myregistry.azurecr.io", "outcome": "Applied",
          "changes": [{"step": "rule", "change": "Create"}]}


class Events:
    """az's context: takes what is to happen after the report is printed."""

    def __init__(self):
        self.cli_ctx, self.handlers = self, []

    def register_event(self, _, handler):
        self.handlers.append(handler)


@pytest.mark.parametrize("failure, words", [(KeyboardInterrupt(), "interrupted"),
                                            (ServiceUnreachable("registry 'x'", "reset"), "reset")])
def test_what_was_done_stays_in_the_report(monkeypatch, failure, words):
    def fail(*_):
        raise failure
    monkeypatch.setattr(first_pull, "_pull", fail)
    events = Events()
    report = first_pull.with_pulls(events, types.SimpleNamespace(), REPORT, [wanted_rule()], "22.04")
    assert report["changes"][0] == REPORT["changes"][0] and len(report["changes"]) == 2
    assert report["changes"][1]["name"] == "myregistry.azurecr.io/ubuntu:22.04"
    assert words in report["changes"][1]["detail"]
    with pytest.raises(SystemExit) as ended:
        events.handlers[0]()
    assert ended.value.code == 1
