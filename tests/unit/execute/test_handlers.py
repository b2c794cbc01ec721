from __future__ import annotations

from types import SimpleNamespace

import pytest

from azext_acrcache.adapters.rest import Answer
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.engine.outcome import BLOCKED, DONE, FAILED, PROPAGATION, PROVISIONING, Blocked, ActionResult, StepResult, \
    Failed, NotYet
from azext_acrcache.execute.handlers import Performer, AcceptedWrite

from unit.records import HOST, PAT, PRINCIPAL, REGISTRY_ID, TENANT, VAULT_ID, credential_set, rule, secret_scope, set_id, \
    vault

SET, RULE = set_id("docker-io"), REGISTRY_ID.child("cacheRules", "my-rule")
GRANT = act.AssignRole(secret_scope(PAT), KEY_VAULT_SECRETS_USER, act.PrincipalOf("set"))
MADE = {"identity": {"principalId": PRINCIPAL}}
RULE_BODY = {"properties": {"sourceRepository": "docker.io/a", "targetRepository": "a",
                            "credentialSetResourceId": str(SET)}}


class Script:
    """An adapter that answers (or raises) one call after another, as laid out; any other call fails."""

    def __init__(self, *calls):
        self._calls, self.given = list(calls), []

    def __getattr__(self, operation):
        def call(*args):
            assert self._calls and self._calls[0][0] == operation, f"{operation} was not to be called"
            answer = self._calls.pop(0)[1]
            self.given.append((operation, *args))
            if isinstance(answer, Exception):
                raise answer
            return answer
        return call

    def check_used(self):
        assert not self._calls, f"never called: {self._calls}"


def refusal(status: int, code: str = "Code", message: str = "no") -> ServiceError:
    return ServiceError(status, code, message, "subject")


class Trial:
    """A performer over scripts, and what one step comes to."""

    def __init__(self, wait: bool = True, **adapters: list):
        self.scripts = {name: Script(*calls) for name, calls in adapters.items()}
        secrets = self.scripts.pop("secrets", Script())
        self.secrets = secrets
        self._azure = SimpleNamespace(**self.scripts, secrets_of=lambda found: secrets)
        self._performer = Performer(self._azure, {HOST: vault()}, wait)

    def __call__(self, action: object, endings: dict[str, StepResult] | None = None, needs: tuple[str, ...] = (),
                 after: tuple[str, ...] = (), check: bool = True):
        try:
            return self._performer(Step("step", "the thing", action, needs=needs, after=after), endings or {})
        except (Blocked, Failed, NotYet) as ex:
            return ex
        finally:
            if check:
                for script in (*self.scripts.values(), self.secrets):
                    script.check_used()


def known(body=None) -> dict[str, StepResult]:
    """The endings after a set was written whose answer named its identity."""
    return {"set": StepResult(DONE, ActionResult(AcceptedWrite(body or MADE, "https://status")))}


# errors

def test_no_right_is_blocked_with_the_lines_for_somebody_who_may():
    message = "The client 'x' may not perform action 'Microsoft.Authorization/roleAssignments/write' over scope …"
    blocked = Trial(authorization=[("assign", refusal(403, "AuthorizationFailed", message))])(GRANT, known())
    assert isinstance(blocked, Blocked) and "'Microsoft.Authorization/roleAssignments/write'" in blocked.reason
    assert len(blocked.commands) == 1 and PRINCIPAL in blocked.commands[0]


def test_a_refusal_fails_with_the_services_words_and_a_hint_where_there_is_one():
    failed = Trial(registries=[("write", refusal(400, "EnforceDockerAuthentication", "credentials please"))])(
        act.PutRule(RULE, {"properties": {}}, False))
    assert isinstance(failed, Failed) and "EnforceDockerAuthentication: credentials please" in failed.reason
    assert "--cred-set" in failed.recommendations[0]


def test_no_answer_fails():
    failed = Trial(registries=[("write", ServiceUnreachable("registry 'r'", "reset"))])(act.PutRule(RULE, {"properties": {}},
                                                                                                    False))
    assert isinstance(failed, Failed) and "registry 'r'" in failed.reason and "reset" in failed.reason


def test_another_operation_under_way_is_waited_for():
    not_yet = Trial(registries=[("write", refusal(409, "Conflict",
                                                  "Another operation is in progress"))])(act.RemoveRule(RULE))
    assert isinstance(not_yet, NotYet) and not_yet.pace == PROVISIONING


# roles and policies

@pytest.mark.parametrize("new, change", [(True, None), (False, "NoChange")])
def test_a_role_for_the_identity_that_the_sets_answer_named(new, change):
    trial = Trial(authorization=[("assign", ("/assignment", new))])
    assert trial(GRANT, known()) == ActionResult("/assignment", change, "/assignment")
    assert trial.scripts["authorization"].given == [
        ("assign", secret_scope(PAT), KEY_VAULT_SECRETS_USER, PRINCIPAL, "ServicePrincipal", None)]


def test_a_new_identity_that_entra_does_not_know_yet():
    not_yet = Trial(authorization=[("assign", refusal(400, "PrincipalNotFound"))])(GRANT, known())
    assert isinstance(not_yet, NotYet) and not_yet.pace == PROPAGATION and PRINCIPAL in not_yet.waiting_for


def test_a_policy_keeps_what_was_there():
    trial = Trial(vaults=[("add_policy", None)])
    assert trial(act.AddPolicy(VAULT_ID, TENANT, PRINCIPAL, ("list",))) == ActionResult()
    assert trial.scripts["vaults"].given == [("add_policy", VAULT_ID, TENANT, PRINCIPAL, ["get", "list"])]


# secrets

def test_a_value_is_stored():
    value = SecretValue("pat")
    trial = Trial(secrets=[("store", None)])
    assert trial(act.StoreSecret(PAT, value, False)) == ActionResult() and trial.secrets.given == [("store", PAT, value)]


def test_a_soft_deleted_secret_is_recovered_once_and_awaited():
    value = SecretValue("pat")
    trial = Trial(secrets=[("recover", None), ("read", None), ("store", refusal(409, "ObjectIsBeingRecovered")),
                           ("read", SecretValue("older")), ("store", None)])
    first = trial(act.StoreSecret(PAT, value, True), check=False)
    assert isinstance(first, NotYet) and first.pace == PROVISIONING and "myvault/hub-pat" in first.waiting_for
    assert trial(act.StoreSecret(PAT, value, True)) == ActionResult()


def test_a_recovered_secret_with_the_same_value_is_not_written():
    done = Trial(secrets=[("recover", refusal(404)), ("read", SecretValue("pat"))])(act.StoreSecret(PAT,
                                                                                                    SecretValue("pat"),
                                                                                                    True))
    assert isinstance(done, ActionResult) and "same" in done.detail


# credential sets

@pytest.mark.parametrize("action, method", [(act.PutCredentialSet, "PUT"), (act.PatchCredentialSet, "PATCH")])
def test_the_identity_comes_with_the_first_answer(action, method):
    trial = Trial(registries=[("write", Answer(201, MADE, {"azure-asyncOperation": "https://status"}))])
    done = trial(action(SET, {"properties": {}}))
    assert done.value.body == MADE and done.value.status_url == "https://status"
    assert trial.scripts["registries"].given[0][1] == method


def test_an_answer_without_identity_fails():
    assert isinstance(Trial(registries=[("write", Answer(201, {}, {}))])(act.PutCredentialSet(SET, {})), Failed)


@pytest.mark.parametrize("found, ends", [(credential_set(), ActionResult), (credential_set(state="Creating"), NotYet),
                                         (None, NotYet)])
def test_waiting_for_a_set(found, ends):
    outcome = Trial(registries=[("credential_set", found)])(act.AwaitCredentialSet(SET))
    assert isinstance(outcome, ends) and getattr(outcome, "pace", PROVISIONING) == PROVISIONING


def test_a_set_that_failed_says_why():
    trial = Trial(registries=[("credential_set", credential_set(state="Failed")), ("why_failed", "Bad: no")])
    failed = trial(act.AwaitCredentialSet(SET), known(), needs=("set",))
    assert isinstance(failed, Failed) and failed.reason == "Bad: no"
    assert trial.scripts["registries"].given[1] == ("why_failed", SET, "https://status")


# health

FORBIDDEN = credential_set(status="Unhealthy", code="Forbidden", message="does not have secrets get permission")
FIREWALL = credential_set(status="Unhealthy", code="Forbidden", message="Client address is not authorized")


def test_health():
    assert Trial(registries=[("credential_set", credential_set())])(act.AwaitHealth(SET)).value.healthy
    waiting = Trial(registries=[("credential_set", FORBIDDEN)])(act.AwaitHealth(SET))
    assert isinstance(waiting, NotYet) and waiting.pace == PROPAGATION and waiting.observed == FORBIDDEN.health
    hopeless = Trial(registries=[("credential_set", FIREWALL)])(act.AwaitHealth(SET))
    assert isinstance(hopeless, Failed) and "firewall" in hopeless.reason and hopeless.observed == FIREWALL.health


@pytest.mark.parametrize("state", [BLOCKED, FAILED])
def test_where_access_did_not_come_one_look_is_enough(state):
    done = Trial(registries=[("credential_set", FORBIDDEN)])(act.AwaitHealth(SET), {"grant": StepResult(state)},
                                                             after=("grant",))
    assert done == ActionResult(FORBIDDEN.health)


def test_nobody_waits_for_health_with_no_wait():
    assert Trial(wait=False, registries=[("credential_set", FORBIDDEN)])(act.AwaitHealth(SET)) == ActionResult(FORBIDDEN.health)


# rules

@pytest.mark.parametrize("found, ends", [(FORBIDDEN, NotYet), (credential_set(), Failed)])
def test_a_rule_waits_for_the_health_of_its_set_where_azure_insists(found, ends):
    unhealthy = refusal(400, "Bad", "The credential set is unhealthy")
    trial = Trial(registries=[("write", unhealthy), ("credential_set", found)])
    assert isinstance(trial(act.PutRule(RULE, RULE_BODY, False)), ends)


def rules(*states: str) -> list:
    return [rule(f"rule-{place}", f"ghcr.io/a/{place}", f"a/{place}", state=state) for place,
            state in enumerate(states)]


AWAIT = act.AwaitRules(REGISTRY_ID, ("RULE-0", "rule-1"))


@pytest.mark.parametrize("states, ends, found", [
    (("Succeeded", "Succeeded"), ActionResult, None), (("Succeeded", "Creating"), NotYet, {"rule-1": "still being made"}),
    (("Succeeded",), NotYet, {"rule-1": "still being made"}),
    (("Failed", "Succeeded"), Failed, {"RULE-0": "its provisioning state is Failed"}),
    (("Failed", "Creating"), NotYet, {"RULE-0": "its provisioning state is Failed", "rule-1": "still being made"})])
def test_all_rules_are_looked_at_by_one_list(states, ends, found):
    outcome = Trial(registries=[("rules", rules(*states))])(AWAIT)
    assert isinstance(outcome, ends) and getattr(outcome, "found", None) == found


def test_a_rule_that_was_not_accepted_is_not_waited_for():
    endings = {"cacheRule:rule-1": StepResult(FAILED), "cacheRule:rule-0": StepResult(DONE)}
    done = Trial(registries=[("rules", rules("Succeeded"))])(AWAIT, endings, after=tuple(endings))
    assert isinstance(done, ActionResult)


# takedown

@pytest.mark.parametrize("answer, change", [(Answer(202, {}, {}), None), (Answer(204, {}, {}), "NoChange"),
                                            (refusal(404), "NoChange")])
def test_removing(answer, change):
    for action in (act.RemoveRule(RULE), act.RemoveCredentialSet(SET)):
        assert Trial(registries=[("write", answer)])(action).change == change


@pytest.mark.parametrize("there, change", [(True, None), (False, "NoChange")])
def test_removing_an_assignment(there, change):
    assert Trial(authorization=[("remove", there)])(act.RemoveAssignment("/a")).change == change


def test_removing_a_policy():
    trial = Trial(vaults=[("remove_policy", None)])
    assert trial(act.RemovePolicy(VAULT_ID, {"objectId": PRINCIPAL})) == ActionResult()
    assert trial.scripts["vaults"].given == [("remove_policy", VAULT_ID, {"objectId": PRINCIPAL})]


@pytest.mark.parametrize("there, ends", [(True, NotYet), (False, ActionResult)])
def test_waiting_until_it_is_gone(there, ends):
    assert isinstance(Trial(registries=[("exists", there)])(act.AwaitGone(RULE)), ends)
