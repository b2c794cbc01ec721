from __future__ import annotations

from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.engine.outcome import PROVISIONING, Blocked, Failed, NotYet
from unit.execute.trial import WRITTEN_SET, Trial, known, refusal
from unit.records import PAT, PRINCIPAL, rule_id, secret_scope

RULE = rule_id("my-rule")
GRANT = act.AssignRole(secret_scope(PAT), KEY_VAULT_SECRETS_USER, act.PrincipalOf(WRITTEN_SET))


def test_no_right_is_blocked_with_the_lines_for_somebody_who_may():
    message = "The client 'x' may not perform action 'Microsoft.Authorization/roleAssignments/write' over scope …"
    blocked = Trial(authorization=[("assign", refusal(403, "AuthorizationFailed", message))])(GRANT, known())
    assert isinstance(blocked, Blocked) and "'Microsoft.Authorization/roleAssignments/write'" in blocked.reason
    assert len(blocked.commands) == 1 and PRINCIPAL in blocked.commands[0]


def test_no_right_in_other_words_is_told_in_the_services_own():
    blocked = Trial(registries=[("write", refusal(403, "Denied", "a policy says no"))])(act.RemoveRule(RULE))
    assert isinstance(blocked, Blocked) and "Denied: a policy says no" in blocked.reason


def test_a_refusal_fails_with_the_services_words_and_a_hint_where_there_is_one():
    failed = Trial(registries=[("write", refusal(400, "EnforceDockerAuthentication", "credentials please"))])(
        act.PutRule(RULE, {"properties": {}}, False))
    assert isinstance(failed, Failed) and "EnforceDockerAuthentication: credentials please" in failed.reason
    assert "--cred-set" in failed.recommendations[0]


def test_no_answer_fails():
    failed = Trial(registries=[("write", ServiceUnreachable("registry 'r'", "reset"))])(
        act.PutRule(RULE, {"properties": {}}, False))
    assert isinstance(failed, Failed) and "registry 'r'" in failed.reason and "reset" in failed.reason


def test_another_operation_under_way_is_waited_for():
    busy = refusal(409, "Conflict", "Another operation is in progress")
    not_yet = Trial(registries=[("write", busy)])(act.RemoveRule(RULE))
    assert isinstance(not_yet, NotYet) and not_yet.pace == PROVISIONING


def test_a_pause_that_the_run_does_not_wait_for_says_when_to_run_again():
    throttled = ServiceError(429, "TooManyRequests", "management.azure.com asked to wait 40 s", "cache rule", 39.4)
    failed = Trial(registries=[("write", throttled)])(act.PutRule(RULE, {"properties": {}}, False))
    assert isinstance(failed, Failed) and "management.azure.com asked to wait 40 s" in failed.reason
    assert failed.recommendations == ["Azure is asked too often at the moment: run the command again in 40 s."]
