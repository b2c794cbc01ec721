from __future__ import annotations

from azext_acrcache.domain.plan.actions import HandOver
from azext_acrcache.domain.plan.changes import BLOCKED
from azext_acrcache.domain.plan.hand_over import (access_hand_over, credential_set_hand_over, grant_vault_line,
                                                  rule_hand_over, take_down_line, take_down_rule_line)
from azext_acrcache.domain.plan.keys import credential_set_key, rule_key
from unit.records import HOST, SUBSCRIPTION, rule_id, set_id

WHERE = f"--registry myregistry --resource-group my-rg --subscription {SUBSCRIPTION}"


def test_the_lines_name_registry_group_and_subscription():
    assert take_down_line(set_id("hub")) == f"az acrcache bootstrap delete {WHERE} --cred-set hub"
    assert take_down_rule_line(rule_id("ubuntu")) == f"az acrcache bootstrap delete {WHERE} --name ubuntu"
    assert grant_vault_line(set_id("hub")) == f"az acrcache grant vault {WHERE} --name hub"


def test_a_step_is_blocked_from_the_start_and_keeps_the_key_that_others_need():
    step = credential_set_hand_over(set_id("hub"), "You may not read it.", "az x")
    assert step.key == credential_set_key(set_id("hub")) and step.action == HandOver("You may not read it.", ("az x",))
    assert (step.change.change, step.change.detail) == (BLOCKED, "You may not read it.") and not step.change.pending
    assert rule_hand_over(rule_id("ubuntu"), "why", "az x").key == rule_key(rule_id("ubuntu"))


def test_access_is_told_apart_by_vault_and_set():
    first, second = (access_hand_over(set_id(name), HOST, "why", "az x") for name in ("one", "two"))
    assert first.key != second.key and first.change.name == "myvault"
