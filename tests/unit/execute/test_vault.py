from __future__ import annotations

import pytest

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.engine.outcome import PROVISIONING, ActionResult, Failed, NotYet
from unit.execute.trial import WRITTEN_SET, Trial, known, refusal
from unit.records import PAT, PRINCIPAL, TENANT, VAULT_ID

PASSWORD = SecretValue("pat")


def test_a_value_is_stored():
    trial = Trial(secrets=[("store", None)])
    assert trial(act.StoreSecret(PAT, PASSWORD, False)) == ActionResult()
    assert trial.secrets.given == [("store", PAT, PASSWORD)]


def test_a_soft_deleted_secret_is_recovered_once_and_awaited():
    trial = Trial(secrets=[("recover", None), ("read", None), ("store", refusal(409, "ObjectIsBeingRecovered")),
                           ("read", SecretValue("older")), ("store", None)])
    first = trial(act.StoreSecret(PAT, PASSWORD, True), check=False)
    assert isinstance(first, NotYet) and first.pace == PROVISIONING and "myvault/hub-pat" in first.waiting_for
    assert trial(act.StoreSecret(PAT, PASSWORD, True)) == ActionResult()


def test_a_recovered_secret_with_the_same_value_is_not_written():
    trial = Trial(secrets=[("recover", refusal(404)), ("read", SecretValue("pat"))])
    done = trial(act.StoreSecret(PAT, PASSWORD, True))
    assert isinstance(done, ActionResult) and "same" in done.detail


def test_a_recovery_that_is_refused_fails():
    failed = Trial(secrets=[("recover", refusal(400, "BadParameter"))])(act.StoreSecret(PAT, PASSWORD, True))
    assert isinstance(failed, Failed) and "BadParameter" in failed.reason


@pytest.mark.parametrize("recover, code, deleted, waits", [
    (False, "ObjectIsBeingRecovered", None, True), (False, "Conflict", None, False),
    (False, "ObjectIsDeletedButRecoverable", None, False), (True, "ObjectIsDeletedButRecoverable", None, True),
    (True, "Conflict", True, True), (True, "Conflict", False, False)])
def test_a_conflict_is_the_recovery_only_while_there_is_one(recover, code, deleted, waits):
    begun = [("recover", None), ("read", SecretValue("older"))] if recover else []
    look = [] if deleted is None else [("is_deleted", deleted)]
    ended = Trial(secrets=[*begun, ("store", refusal(409, code)), *look])(act.StoreSecret(PAT, PASSWORD, recover))
    if waits:
        assert isinstance(ended, NotYet) and "recovery" in ended.waiting_for
    else:
        assert isinstance(ended, Failed) and code in ended.reason


def test_a_policy_keeps_what_was_there():
    trial = Trial(vaults=[("add_policy", None)])
    assert trial(act.AddPolicy(VAULT_ID, TENANT, PRINCIPAL, ("list",))) == ActionResult()
    assert trial.scripts["vaults"].given == [("add_policy", VAULT_ID, TENANT, PRINCIPAL, ["get", "list"])]


def test_a_policy_for_the_identity_that_the_sets_answer_named():
    trial = Trial(vaults=[("add_policy", None)])
    assert trial(act.AddPolicy(VAULT_ID, TENANT, act.PrincipalOf(WRITTEN_SET)), known()) == ActionResult()
    assert trial.scripts["vaults"].given == [("add_policy", VAULT_ID, TENANT, PRINCIPAL, ["get"])]


def test_removing_a_policy():
    trial = Trial(vaults=[("remove_policy", None)])
    assert trial(act.RemovePolicy(VAULT_ID, {"objectId": PRINCIPAL})) == ActionResult()
    assert trial.scripts["vaults"].given == [("remove_policy", VAULT_ID, {"objectId": PRINCIPAL})]
