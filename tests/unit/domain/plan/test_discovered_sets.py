"""How discovered rules sign in."""
from __future__ import annotations

from dataclasses import replace

from azext_acrcache.domain.plan.discovered_sets import VaultChoice, sign_ins
from unit.records import PULLER, credential_set, rule, snapshot, wanted_rule

VAULT = VaultChoice("myvault", "vault.azure.net")


def wanted(source: str):
    return replace(wanted_rule(source), credential_set=None)


def test_a_set_where_the_upstream_demands_it():
    signed = sign_ins([wanted("docker.io/library/a"), wanted("docker.io/b/c"), wanted("ghcr.io/x/y")], None, VAULT)
    assert [each.credential_set for each in signed.rules] == ["docker-io", "docker-io", None]
    only, = signed.sets
    assert (only.name, only.login_server) == ("docker-io", "docker.io") and signed.without_vault == ()
    assert [secret.id.subject for secret in only.secrets] == ["myvault/docker-io-username",
                                                              "myvault/docker-io-password"]


def test_without_a_vault_it_is_told():
    signed = sign_ins([wanted("docker.io/library/a"), wanted("dhi.io/b")], None, None)
    assert signed.without_vault == ("docker.io", "dhi.io") and all(not each.secrets for each in signed.sets)


def test_what_the_registry_has_is_taken():
    known = snapshot(rules=(rule("quay", "quay.io/a", "a", "of-rule"),
                            rule("up", "up.azurecr.io/a", "u", None, PULLER)),
                     credential_sets=(credential_set("hub"), credential_set("docker-io", "ghcr.io"),
                                      credential_set("dead", "nvcr.io", state="Deleting")))
    signed = sign_ins([wanted("docker.io/library/a"), wanted("quay.io/b"), wanted("ghcr.io/c"), wanted("nvcr.io/d"),
                       wanted("up.azurecr.io/e"), wanted("dhi.io/f")], known, VAULT)
    assert [each.credential_set for each in signed.rules] == ["hub", "of-rule", "docker-io", None, None, "dhi-io"]
    assert signed.rules[4].identity == PULLER and signed.notes == ()


def test_a_name_that_another_set_has():
    known = snapshot(credential_sets=(credential_set("docker-io", "ghcr.io"),))
    assert sign_ins([wanted("docker.io/library/a")], known, VAULT).sets[0].name.startswith("docker-io-")


def test_an_azure_registry_needs_an_identity():
    signed = sign_ins([wanted("up.azurecr.io/e")], None, None)
    assert signed.rules[0].identity is None and "up.azurecr.io" in signed.notes[0]
