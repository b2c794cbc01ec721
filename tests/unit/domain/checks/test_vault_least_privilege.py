from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.snapshot import Access
from azext_acrcache.domain.state.known import Known
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
