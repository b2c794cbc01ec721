from __future__ import annotations

import pytest

from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.engine.outcome import PROPAGATION, ActionResult, Failed, NotYet
from unit.execute.trial import WRITTEN_SET, Trial, known, refusal
from unit.records import PAT, PRINCIPAL, secret_scope

GRANT = act.AssignRole(secret_scope(PAT), KEY_VAULT_SECRETS_USER, act.PrincipalOf(WRITTEN_SET))


@pytest.mark.parametrize("new, change", [(True, None), (False, "NoChange")])
def test_a_role_for_the_identity_that_the_sets_answer_named(new, change):
    trial = Trial(authorization=[("assign", ("/assignment", new))])
    assert trial(GRANT, known()) == ActionResult("/assignment", change, "/assignment")
    assert trial.scripts["authorization"].given == [
        ("assign", secret_scope(PAT), KEY_VAULT_SECRETS_USER, PRINCIPAL, "ServicePrincipal", None)]


def test_a_new_identity_that_entra_does_not_know_yet():
    not_yet = Trial(authorization=[("assign", refusal(400, "PrincipalNotFound"))])(GRANT, known())
    assert isinstance(not_yet, NotYet) and not_yet.pace == PROPAGATION and PRINCIPAL in not_yet.waiting_for


@pytest.mark.parametrize("there, change", [(True, None), (False, "NoChange")])
def test_removing_an_assignment(there, change):
    assert Trial(authorization=[("remove", there)])(act.RemoveAssignment("/a")).change == change


def test_another_condition():
    trial = Trial(authorization=[("change_condition", None)])
    kept = {"description": "of team a"}
    assert trial(act.ChangeCondition("/a", "role", PRINCIPAL, "User", "(@Request[x])", kept)) == ActionResult()
    assert trial.scripts["authorization"].given == [
        ("change_condition", "/a", "role", PRINCIPAL, "User", "(@Request[x])", kept)]


def test_access_that_stays_is_a_failure_with_its_reason():
    outcome = Trial()(act.LeaveAccess("role 'AcrPull' stays", ("Look at it.",)))
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.recommendations) == ("role 'AcrPull' stays", ["Look at it."])
