from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.plan.keys import GONE
from azext_acrcache.domain.values.errors import Conflict, MissingArgument
from unit.domain.plan.plans import RULE, UBUNTU, actions, plan, step_of, words
from unit.records import PULLER, REGISTRY_ID, SUBSCRIPTION, credential_set, rule, rule_id, set_id, snapshot, wanted_rule
from unit.user_errors import refused


def test_a_rule_without_credentials():
    made = plan(snapshot(), wanted_rule("mcr.microsoft.com/dotnet/*", credential_set=None), sets=())
    assert words(made) == [("cacheRule", "Create")]
    assert "credentialSetResourceId" not in actions(made, act.PutRule)[0].body["properties"]


def test_a_rule_with_an_identity_needs_the_preview_version():
    made = plan(snapshot(), wanted_rule("up.azurecr.io/app", credential_set=None, identity=PULLER), sets=())
    written, = actions(made, act.PutRule)
    assert written.preview
    assert written.body["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {PULLER: {}}}


def test_a_rule_gets_its_credential_set():
    bare = rule("my-rule", "docker.io/library/ubuntu", "ubuntu")
    patch, = actions(plan(snapshot(rules=(bare,), credential_sets=(credential_set(),))), act.PatchRule)
    assert patch.body == {"properties": {"credentialSetResourceId": str(set_id("docker-io"))}} and not patch.preview


def test_a_rule_gets_another_identity():
    observed = rule("my-rule", "up.azurecr.io/app", "app", identity=f"{PULLER}-old")
    patch, = actions(plan(snapshot(rules=(observed,)),
                          wanted_rule("up.azurecr.io/app", credential_set=None, identity=PULLER), sets=()),
                     act.PatchRule)
    assert patch.body == {"properties": {},
                          "identity": {"type": "UserAssigned", "userAssignedIdentities": {PULLER: {}}}}
    assert patch.preview


def test_an_identity_compares_without_case():
    observed = rule("my-rule", "up.azurecr.io/app", "app", identity=PULLER.lower())
    assert not plan(snapshot(rules=(observed,)), wanted_rule("up.azurecr.io/app", credential_set=None, identity=PULLER),
                    sets=()).pending


def test_an_identity_is_not_taken_off():
    observed = rule("my-rule", "up.azurecr.io/app", "app", identity=PULLER)
    refused(lambda: plan(snapshot(rules=(observed,)), wanted_rule("up.azurecr.io/app", credential_set=None), sets=()),
            "'my-rule'",
            "'puller'", kind=Conflict,
            runs="az acrcache bootstrap delete --registry myregistry --resource-group my-rg "
                 f"--subscription {SUBSCRIPTION} --name my-rule")


@pytest.mark.parametrize("observed, what, old, new", [
    (rule("my-rule", "docker.io/library/debian", "ubuntu"), "source", "docker.io/library/debian",
     "docker.io/library/ubuntu"),
    (rule("my-rule", "docker.io/library/ubuntu", "older"), "target", "'older'", "'ubuntu'")])
def test_what_azure_cannot_change_in_a_rule(observed, what, old, new):
    refused(lambda: plan(snapshot(rules=(observed,), credential_sets=(credential_set(),))), "'my-rule'", what, old, new,
            kind=Conflict,
            runs="az acrcache bootstrap delete --registry myregistry --resource-group my-rg "
                 f"--subscription {SUBSCRIPTION} --name my-rule")


def test_a_source_without_library_is_the_same_source():
    bare = rule("my-rule", "docker.io/ubuntu", "ubuntu", "docker-io")
    assert not plan(snapshot(rules=(bare,), credential_sets=(credential_set(),))).pending


def test_a_rule_being_deleted_is_awaited_and_made_anew_whatever_it_was():
    deleting = rule("my-rule", "docker.io/library/debian", "debian", state="Deleting")
    made = plan(snapshot(rules=(deleting,), credential_sets=(credential_set(),)))
    assert RULE.awaiting(GONE) in step_of(made, RULE).needs
    assert ("cacheRule", "Create") in words(made)


def test_a_rule_that_failed_is_written_again():
    failed = replace(UBUNTU, provisioning_state="Failed")
    made = plan(snapshot(rules=(failed,), credential_sets=(credential_set(),)))
    assert len(actions(made, act.PutRule)) == 1 and ("cacheRule", "Modify") in words(made)


def test_a_rule_that_is_being_made_is_awaited():
    made = plan(snapshot(rules=(replace(UBUNTU, provisioning_state="Creating"),), credential_sets=(credential_set(),)))
    assert not made.pending
    assert [step.action for step in made.steps if step.action] == [act.AwaitRules(REGISTRY_ID, (rule_id("my-rule"),))]


def test_leaving_credentials_out_is_no_wish_to_take_them_off():
    observed = rule("my-rule", "ghcr.io/contoso/app", "contoso/app", "ghcr-io")
    made = plan(snapshot(rules=(observed,), credential_sets=(credential_set("ghcr-io", "ghcr.io"),)),
                wanted_rule("ghcr.io/contoso/app", credential_set=None), sets=())
    assert not made.pending and {change.step for change in made.changes} >= {"credentialSet", "cacheRule"}


def test_docker_hub_without_credentials():
    refusal = refused(lambda: plan(snapshot(), wanted_rule(credential_set=None), sets=()), "Docker Hub", "docker.io",
                      kind=MissingArgument, runs="--vault MyVault")
    assert any("--cred-set" in line for line in refusal.recommendations)


@pytest.mark.parametrize("rules, sets, names", [
    ((UBUNTU,), (), ["docker-io"]), ((), (credential_set("hub"), credential_set("ghcr", "ghcr.io")), ["hub"]),
    ((), (), [])])
def test_a_rule_that_lacks_credentials_is_told_of_the_sets_that_exist(rules, sets, names):
    nginx = wanted_rule("docker.io/library/nginx", "nginx", "nginx", None)
    refusal = refused(lambda: plan(snapshot(rules=rules, credential_sets=sets), nginx, sets=()), "Docker Hub",
                      kind=MissingArgument)
    told = [line.rpartition(" ")[2] for line in refusal.recommendations if line.startswith("Use the credential set")]
    assert told == names and any("--username-id" in line for line in refusal.recommendations)
