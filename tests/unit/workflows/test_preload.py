"""Imports that only writing needs, made while the first look-up waits for its answer and never before."""
from __future__ import annotations

import threading

from azext_acrcache.adapters.loading import AUTHORIZATION
from azext_acrcache.domain.plan.actions import AssignRole
from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.workflows import preload
from azext_acrcache.workflows.preload import load_what_assigns, load_what_writes


class Loading:
    """Stands for the loader: notes names, and tells when the last of them is there."""

    def __init__(self, monkeypatch, failing: str = ""):
        self.names, self.ended, self._failing = [], threading.Event(), failing
        monkeypatch.setattr(preload, "load", self._load)
        monkeypatch.setattr(type(AUTHORIZATION), "load", lambda sdk: self._load(sdk.module))

    def _load(self, name):
        self.names.append(name)
        if name in (self._failing, "azext_acrcache.workflows.plan_run", AUTHORIZATION.module):
            self.ended.set()
        if name == self._failing:
            raise ImportError(name)


def test_nothing_is_loaded_before_the_first_request(monkeypatch):
    loading, asked = Loading(monkeypatch), threading.Event()
    load_what_writes(asked)
    assert not loading.ended.wait(0.1) and loading.names == []
    asked.set()
    assert loading.ended.wait(5)
    assert loading.names == ["azext_acrcache.domain.plan.estate", "azext_acrcache.workflows.plan_run"]


def test_what_can_not_be_loaded_is_for_the_import_that_needs_it_to_say(monkeypatch):
    loading, asked = Loading(monkeypatch, failing="azext_acrcache.domain.plan.estate"), threading.Event()
    asked.set()
    load_what_writes(asked)
    assert loading.ended.wait(5)


def test_the_modules_that_are_loaded_are_there():
    asked = threading.Event()
    asked.set()
    preload._load(asked)  # pylint: disable=protected-access  # in this thread, so that a wrong name is raised


def _plan(action) -> Plan:
    return Plan.of([Step(ResourceKey.of("/subscriptions/s", "vaultAccess"), "access", action)])


def test_the_sdk_of_roles_is_loaded_where_a_role_is_to_be_assigned(monkeypatch):
    loading = Loading(monkeypatch)
    load_what_assigns(_plan(AssignRole("/subscriptions/s", "role", "principal", "ServicePrincipal")))
    assert loading.ended.wait(5) and loading.names == [AUTHORIZATION.module]


def test_no_sdk_is_loaded_for_a_plan_without_roles(monkeypatch):
    loading = Loading(monkeypatch)
    load_what_assigns(_plan(object()))
    load_what_assigns(Plan.of([]))
    assert not loading.ended.wait(0.1) and loading.names == []
