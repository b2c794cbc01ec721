from __future__ import annotations

from dataclasses import replace

from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import UNREADABLE, Secret
from unit.records import (HOST, PAT, PRINCIPAL, SECOND_ID, VAULT_ID, assignment, credential_set, estate, rule,
                          secret_scope, secrets, set_id, snapshot, vault)

MINE, OTHER = rule("My-Rule", "ghcr.io/a", "a", "Hub-Set"), rule("other", "ghcr.io/b", "b")
OBSERVED = snapshot(rules=(MINE, OTHER), credential_sets=(credential_set("Hub-Set"),))


def test_names_compare_without_case():
    assert OBSERVED.rule("my-rule") is MINE and OBSERVED.rule("none") is None
    assert OBSERVED.credential_set("HUB-SET").name == "Hub-Set" and OBSERVED.credential_set("none") is None
    assert OBSERVED.rules_using(set_id("hub-set")) == (MINE,) and OBSERVED.rules_using(set_id("none")) == ()
    assert OBSERVED.secret(PAT).state == "present"


def test_a_set_of_equal_name_in_another_registry_is_used_by_no_rule_of_this_one():
    assert OBSERVED.rules_using(set_id("hub-set", SECOND_ID)) == ()


def test_the_first_of_two_namesakes_counts():
    # A list that changed between two of its pages may name a rule twice.
    again = rule("MY-RULE", "ghcr.io/c", "c")
    assert snapshot(rules=(MINE, again)).rule("my-rule") is MINE


def test_the_roles_of_a_principal():
    mine, other = assignment(str(VAULT_ID)), assignment(secret_scope(PAT), principal="somebody")
    observed = snapshot(assignments=(mine, other))
    assert observed.assignments_of(PRINCIPAL.upper()) == (mine,) and observed.assignments_of("nobody") == ()


def test_the_targets_of_a_registry():
    assert OBSERVED.targets.with_target(OTHER.target) == [OTHER]


def test_the_vaults_of_an_estate_are_those_of_all_its_registries():
    second = vault(name="othervault")
    observed = estate(snapshot(), snapshot(SECOND_ID, vaults={HOST: vault(), second.host: second}))
    assert set(observed.vaults) == {HOST, second.host}


def test_what_is_unseen_is_told_once_each():
    unread = Secret(PAT, UNREADABLE, reason="no right")
    there = snapshot(secrets=secrets(unread))
    there = replace(there, unseen_sets=Unknown("no sets"), unseen_access=Unknown("no sets"),
                    unseen_vaults={HOST: Unknown("no vault")})
    assert there.unseen == ("no sets", "no vault", "You may not read the secret 'myvault/hub-pat': no right")
    assert snapshot().unseen == ()
