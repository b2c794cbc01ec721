"""How often vaults, secrets and roles are asked about, and what becomes of what may not be seen."""
from __future__ import annotations

from collections import Counter

import pytest

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import PRESENT, UNREADABLE, DeletedVault, Secret
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.observe.chain_vaults import observe_vaults
from unit import records

FORBIDDEN, SILENT = ServiceError(403, "AuthorizationFailed", "no right", "it"), ServiceUnreachable("it", "reset")
DELETED = DeletedVault(records.VAULT_ID, "westeurope", "2030-01-01")
DENIAL = Denial.from_rest({"id": "d1", "properties": {
    "scope": str(records.VAULT_ID), "permissions": [{"dataActions": ["Microsoft.KeyVault/*"]}],
    "principals": [{"id": "00000000-0000-0000-0000-000000000000"}]}})


class FakeAzure:
    """Vaults, secrets and roles of one vault that answer what they are told to, and count what they are asked."""

    def __init__(self, found=({"myvault": records.vault()}, ()), deleted=({}, ()), secret=PRESENT, assignments=(),
                 denials=()):
        self.vaults = self.authorization = self
        self._answers = {"find_all": found, "deleted": deleted, "secret": secret, "assignments": assignments,
                         "denials": denials}
        self.asked: Counter = Counter()

    def find_all(self, _):
        return self._answer("find_all")

    def deleted(self, _):
        return self._answer("deleted")

    def secret(self, _, secret):
        state = self._answer("secret")
        return Secret(secret, state, True, reason="not yours" if state == UNREADABLE else None)

    def assignments_reaching(self, *_):
        return self._answer("assignments")

    def denials(self, *arguments):
        return self._answer("denials", len(arguments))

    def definitions(self, *_):
        self.asked["definitions"] += 1
        return {records.SECRETS_USER.guid: records.SECRETS_USER}

    def _answer(self, what, about=""):
        self.asked[what, about] += 1
        if isinstance(self._answers[what], Exception):
            raise self._answers[what]
        return self._answers[what]


def observe(azure, count: int = 1) -> ChainSnapshot:
    sets = tuple(records.credential_set(f"set-{number}", principal=f"principal-{number}") for number in range(count))
    return observe_vaults(azure, ChainSnapshot(records.registry(), all_credential_sets=Known(sets)))


def test_sets_of_one_vault_share_its_look_ups():
    azure = FakeAzure(assignments=(records.assignment("/"),))
    snapshot = observe(azure, 20)
    assert dict(azure.asked) == {("find_all", ""): 1, ("deleted", ""): 1, ("secret", ""): 2, ("denials", 1): 1,
                                 ("assignments", ""): 20, "definitions": 1}
    assert snapshot.vault(records.HOST).host == records.HOST and len(snapshot.access) == 20


def test_groups_are_asked_for_only_where_somebody_is_denied():
    azure = FakeAzure(denials=(DENIAL,))
    assert observe(azure, 3).access_of("principal-1", records.HOST).denials == Known((DENIAL,))
    assert azure.asked["denials", 2] == 3


@pytest.mark.parametrize("found, deleted, vault, deleted_vault", [
    (({}, ()), ({}, ()), Known(None), Known(None)),
    (({}, ()), ({"myvault": DELETED}, ()), Known(None), Known(DELETED)),
    (({}, ("sub",)), ({}, ()), Unknown("You may not list key vaults in the subscription sub."), Known(None)),
    (FORBIDDEN, SILENT, Unknown("You may not read it: no right"), Unknown("No answer from it: reset", silent=True))])
def test_a_vault_that_was_not_found(found, deleted, vault, deleted_vault):
    snapshot = observe(FakeAzure(found, deleted))
    assert (snapshot.vaults[records.HOST], snapshot.deleted_vaults[records.HOST]) == (vault, deleted_vault)
    assert not snapshot.secrets and not snapshot.access


@pytest.mark.parametrize("secret, silent", [(UNREADABLE, False), (FORBIDDEN, False), (SILENT, True)])
def test_attributes_that_can_not_be_read(secret, silent):
    secret = observe(FakeAzure(secret=secret)).secret(records.PAT)
    assert isinstance(secret, Unknown) and secret.silent is silent


@pytest.mark.parametrize("part", ["assignments", "denials"])
def test_roles_that_can_not_be_read(part):
    access = observe(FakeAzure(**{part: FORBIDDEN})).access_of("principal-0", records.HOST)
    assert access.unknown == Unknown("You may not read it: no right")
