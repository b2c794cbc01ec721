from __future__ import annotations

import pytest

from azext_acrcache.domain.consumers.consumer import Identity
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.engine.outcome import DONE, ActionResult, StepResult
from azext_acrcache.execute.principals import principal_id, principal_if_known
from unit.execute.trial import WRITTEN_SET, known
from unit.records import PRINCIPAL, PULLER


def test_a_principal_as_planned():
    assert principal_id(PRINCIPAL, {}) == PRINCIPAL


def test_the_identity_of_a_set_that_was_written():
    assert principal_id(act.PrincipalOf(WRITTEN_SET), known()) == PRINCIPAL


def test_an_identity_that_was_made_for_a_consumer():
    made = {WRITTEN_SET: StepResult(DONE, ActionResult(Identity("their-principal", PULLER, "client")))}
    assert principal_id(act.PrincipalOf(WRITTEN_SET), made) == "their-principal"


def test_a_step_that_made_none_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="docker-io"):
        principal_id(act.PrincipalOf(WRITTEN_SET), {WRITTEN_SET: StepResult(DONE)})


def test_an_action_about_no_principal_has_none():
    assert principal_if_known(act.RemoveAssignment("/a"), {}) == ""
    assert principal_if_known(act.AssignRole("/s", "role", PRINCIPAL), {}) == PRINCIPAL
