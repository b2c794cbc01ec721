"""--wait-timeout bounds the look-ups too: every command that has it sets the deadline before its first request."""
from __future__ import annotations

import importlib
from functools import partial

import pytest

from azext_acrcache.adapters.request_gate import RequestTarget
from azext_acrcache.domain.plan.create_request import CreateRequest
from azext_acrcache.domain.values.errors import ServiceError
from azext_acrcache.workflows.consumers import ConsumerSelection
from azext_acrcache.workflows.create import CreateOptions, create
from azext_acrcache.workflows.grant_pull import PullGrantRequest, grant_pull
from azext_acrcache.workflows.grant_vault import VaultGrantRequest, grant_vault
from azext_acrcache.workflows.revoke import RevokeRequest, revoke
from azext_acrcache.workflows.take_down import TakeDownRequest, take_down
from unit.modelled_access import machine, modelled
from unit.modelled_azure import Cmd, ModelledAzure

ARM = RequestTarget("management.azure.com")
MINE = ConsumerSelection({"vm": ["my-vm"]})
PLANNED = {"what_if": True, "exit_code": False, "wait_timeout": 5}
COMMANDS = {
    "create": lambda cmd: create(cmd, CreateRequest("myregistry", ("mcr.microsoft.com/a",)), CreateOptions(
        what_if=True, wait_timeout=5), username=None, password_file=None),
    "grant_pull": lambda cmd: grant_pull(cmd, PullGrantRequest("myregistry", None, MINE), **PLANNED),
    "grant_vault": lambda cmd: grant_vault(cmd, VaultGrantRequest("myregistry", None, "hub", "auto", "secret"),
                                           wait=True, **PLANNED),
    "revoke": lambda cmd: revoke(cmd, RevokeRequest("myregistry", None, MINE), yes=True, **PLANNED),
    "take_down": lambda cmd: take_down(cmd, TakeDownRequest("myregistry", None, ("ubuntu",), None), yes=True,
                                       **PLANNED)}


def behind_a_pause(azure: ModelledAzure, *_arguments, **_options):
    azure.session.gate.pause(ARM, 60)
    azure.session.gate.wait_for_pause(ARM)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_look_up_that_is_told_to_wait_longer_ends_at_once(monkeypatch, command):
    """Retry-After 60 with --wait-timeout 5."""
    azure = modelled(bodies=(machine(),))
    azure._registries_find = partial(behind_a_pause, azure)  # pylint: disable=protected-access  # ARM is busy
    workflow = importlib.import_module(f"azext_acrcache.workflows.{command}")
    monkeypatch.setattr(workflow, "Azure", lambda cli_ctx: azure)
    with pytest.raises(ServiceError, match="asked to wait 60 s .* waits 5 s at most") as caught:
        COMMANDS[command](Cmd())
    assert caught.value.retry_after == 60 and azure.time.slept == []
