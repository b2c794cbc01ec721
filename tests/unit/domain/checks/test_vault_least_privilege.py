from __future__ import annotations

import pytest

from azext_acrcache.domain.access.roles import Permission, RoleDefinition
from azext_acrcache.domain.checks.snapshot import Access
from azext_acrcache.domain.checks.vault_least_privilege import least_privilege_answer
from azext_acrcache.domain.state.known import Known, Unknown
from unit import records
from unit.domain.checks.chain_world import GOOD_ACCESS, chain, commands, findings, wrong

GROUP = f"/subscriptions/{records.SUBSCRIPTION}/resourceGroups/my-rg"
LEAST = "vault/least-privilege:myvault/docker-io"


@pytest.mark.parametrize("extra, words", [
    (records.assignment(str(records.VAULT_ID), name="w"), "all secrets"),
    (records.assignment(GROUP, name="w"), "all secrets"),
    (records.assignment(f"{records.VAULT_ID}/secrets/other", name="w"), "another secret")])
def test_more_than_two_secrets_is_a_warning(extra, words):
    snapshot = chain(Access(Known((*GOOD_ACCESS.visible_assignments, extra))))
    assert wrong(snapshot) == {LEAST: "warn"}
    assert words in findings(snapshot)[LEAST].answer.message
    assert commands(findings(snapshot)[LEAST]) == [f"az role assignment delete --ids {extra.id}"]


def test_what_a_group_has_is_not_held_against_the_set():
    wide = records.assignment(str(records.VAULT_ID), principal="99999999-0000-0000-0000-000000000000")
    assert wrong(chain(Access(Known((*GOOD_ACCESS.visible_assignments, wide))))) == {}


def test_the_narrow_roles_come_before_the_wide_one_goes():
    snapshot = chain(Access(Known((records.assignment(str(records.VAULT_ID)),))))
    verbs = [line.split()[3] for line in commands(findings(snapshot)[LEAST])]
    assert verbs == ["create", "create", "delete"]


def test_a_role_that_gives_more_than_reading_is_a_warning():
    officer = RoleDefinition("officer", "Key Vault Secrets Officer",
                             (Permission(data_actions=("Microsoft.KeyVault/vaults/secrets/*",)),))
    extra = records.assignment(records.secret_scope(records.PAT), "officer", name="w")
    snapshot = chain(Access(Known((*GOOD_ACCESS.visible_assignments, extra))),
                     definitions={records.SECRETS_USER.guid: records.SECRETS_USER, "officer": officer})
    assert wrong(snapshot) == {LEAST: "warn"}
    message = findings(snapshot)[LEAST].answer.message
    assert "'Key Vault Secrets Officer'" in message and "gives more than reading secrets" in message
    assert commands(findings(snapshot)[LEAST]) == [f"az role assignment delete --ids {extra.id}"]


def test_a_role_that_may_not_be_read_is_a_skip():
    extra = records.assignment(records.secret_scope(records.PAT), "hidden", name="w")
    answer = findings(chain(Access(Known((*GOOD_ACCESS.visible_assignments, extra)))))[LEAST].answer
    assert answer.status == "skip" and answer.message.startswith("You may not read the role hidden")


def test_a_policy_without_effect_is_a_warning():
    snapshot = chain(vault=records.vault(True, [records.policy("get")]))
    assert wrong(snapshot) == {LEAST: "warn"}
    assert "no effect now" in findings(snapshot)[LEAST].answer.message
    assert commands(findings(snapshot)[LEAST])[0].startswith("az keyvault delete-policy --name myvault")


@pytest.mark.parametrize("silent", [True, False])
def test_access_that_can_t_be_seen_is_a_skip(silent):
    answer = least_privilege_answer(chain(Access(Unknown("no right.", silent))), records.credential_set(),
                                    records.vault())
    assert (answer.status, answer.unanswered) == ("skip", silent)
    assert answer.message == ("What the identity of the credential set 'docker-io' may do in the key vault 'myvault' "
                              "can't be seen: no right.")


@pytest.mark.parametrize("policy, more", [
    (records.policy("get", "list"), "secrets list"), (records.policy("get", "Set"), "secrets Set"),
    ({**records.policy(), "permissions": {"secrets": ["GET"], "keys": ["sign"]}}, "keys sign")])
def test_a_policy_that_gives_more_than_get_is_a_warning(policy, more):
    snapshot = chain(Access(), vault=records.vault(False, [policy]))
    answer = findings(snapshot)[LEAST].answer
    assert answer.status == "warn" and answer.message.endswith(f"gives more than get on secrets: {more}.")
    assert "--secret-permissions get --key-permissions" in commands(findings(snapshot)[LEAST])[0]


def test_a_role_without_effect_beside_policies_is_a_warning():
    snapshot = chain(vault=records.vault(False, [records.policy("get")]))
    finding = findings(snapshot)[LEAST]
    assert finding.status == "warn" and "has no effect in the key vault 'myvault', which uses access policies" in \
        finding.answer.message
    assert len(commands(finding)) == 2 and all("role assignment delete" in line for line in commands(finding))


def test_get_and_no_more_passes():
    answer = findings(chain(Access(), vault=records.vault(False, [records.policy("get")])))[LEAST].answer
    assert answer.status == "pass" and "gives get on secrets and no more" in answer.message
