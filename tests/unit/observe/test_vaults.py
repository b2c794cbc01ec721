from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.concurrency import gather
from azext_acrcache.domain.state.observed import ABSENT, SOFT_DELETED, Secret
from azext_acrcache.domain.values.errors import NotFound, ServiceError, UserError
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.observe.vaults import VaultReader, VaultRoles
from unit.azure_model import AzureModel
from unit.modelled_azure import ModelledAzure, forbidden
from unit.records import (HOST, PAT, PRINCIPAL, SUBSCRIPTION, USER, VAULT_ID, assignment, policy, secrets, snapshot,
                          vault)
from unit.user_errors import refused


def azure(**observed) -> ModelledAzure:
    return ModelledAzure(AzureModel(snapshot(**observed)))


def test_a_vault_is_looked_up_once_however_many_ask():
    asked = azure()
    reader = VaultReader(asked)
    assert {same.id for same in gather([lambda: reader.vault(HOST)] * 20)} == {VAULT_ID}
    assert asked.count("vaults.find") == 1 and reader.vaults([HOST]) == {HOST: vault()}


def test_a_vault_that_was_given_by_its_id_is_looked_for_there():
    asked = azure()
    VaultReader(asked, {HOST: VAULT_ID}).vault(HOST)
    assert asked.asked == [("vaults.find", VAULT_ID)]


def test_no_token_goes_to_a_host_that_is_not_azures():
    asked = azure()
    refused(lambda: VaultReader(asked).vault("vault.evil.example"), "vault.evil.example", kind=UserError,
            runs=".vault.azure.net")
    assert asked.asked == []


def test_a_vault_that_is_gone():
    reader = VaultReader(azure())
    refused(lambda: reader.vault("gone.vault.azure.net"), "'gone'", kind=NotFound, runs="az keyvault list")
    gone = SecretId("gone.vault.azure.net", "s")
    assert reader.visible_vaults([PAT, gone], SUBSCRIPTION) == ({HOST: vault()}, {})


def test_a_vault_that_answers_and_is_in_no_list_is_unseen():
    there = azure()
    there.refuse["vaults.find"] = NotFound("There is no key vault 'myvault'.", "az keyvault list")
    vaults, unseen = VaultReader(there).visible_vaults([PAT, USER], SUBSCRIPTION)
    assert vaults == {} and "'myvault'" in unseen[HOST].reason


def test_a_vault_that_may_not_be_read_is_unseen_with_the_reason():
    there = azure()
    there.refuse["vaults.find"] = forbidden()
    vaults, unseen = VaultReader(there).visible_vaults([PAT], SUBSCRIPTION)
    assert vaults == {} and "no role that allows" in unseen[HOST].reason


@pytest.mark.parametrize("state, expected", [(SOFT_DELETED, SOFT_DELETED), (ABSENT, ABSENT)])
def test_a_secret_that_arm_does_not_show(state, expected):
    reader = VaultReader(azure(secrets=secrets(Secret(PAT, state))))
    assert reader.secret(vault(), PAT).state == expected


def test_a_vault_that_does_not_tell_of_deleted_secrets():
    asked = azure(secrets={})
    asked.refuse["secrets.is_deleted"] = forbidden()
    assert VaultReader(asked).secret(vault(), PAT) == Secret(PAT, ABSENT)


def test_secrets_by_their_key():
    assert set(VaultReader(azure()).secrets([USER, PAT], {HOST: vault()})) == {USER.key, PAT.key}


def test_roles_count_on_rbac_vaults_only():
    granted = (assignment(str(VAULT_ID)),)
    asked = azure(assignments=granted)
    assert VaultReader(asked).roles_of([(PRINCIPAL, vault())]).assignments == granted
    assert VaultReader(asked).roles_of([(PRINCIPAL, vault(False, [policy("get")]))]) == VaultRoles()


def test_roles_of_two_vaults_are_each_told_once():
    wide = (assignment("/subscriptions/11111111-1111-1111-1111-111111111111"),)
    reader = VaultReader(azure(assignments=wide))
    assert reader.assignments_of([(PRINCIPAL, vault()), (PRINCIPAL, replace(vault(), host="x"))]) == wide


def test_roles_that_may_not_be_listed_are_assigned_again():
    asked = azure(assignments=(assignment(str(VAULT_ID)),))
    asked.refuse["authorization.assignments_of"] = forbidden()
    assert VaultReader(asked).roles_of([(PRINCIPAL, vault())]) == VaultRoles()
    asked.refuse["authorization.assignments_of"] = ServiceError(500, "Broken", "no", "subject")
    with pytest.raises(ServiceError):
        VaultReader(asked).roles_of([(PRINCIPAL, vault())])


def test_vaults_that_must_be_there():
    there = azure()
    gone = SecretId("gone.vault.azure.net", "s")
    refused(lambda: VaultReader(there).present_vaults([PAT, gone], SUBSCRIPTION), "'gone'", kind=NotFound,
            runs="az keyvault list")
    refused(lambda: VaultReader(there).present_vaults([SecretId("vault.evil.example", "s")], SUBSCRIPTION),
            "vault.evil.example", kind=UserError, runs=".vault.azure.net")
    there.refuse["vaults.find"] = UserError("There are 2 of the name 'myvault'.", "Name it by its ID.")
    refused(lambda: VaultReader(there).present_vaults([PAT], SUBSCRIPTION), "'myvault'", kind=UserError, runs="ID")
