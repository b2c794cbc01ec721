"""Which rules a manifest can say, and why others are left out."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.plan.export_rules import exported_rules
from azext_acrcache.domain.state.observed import Rule
from unit.records import PULLER, SECOND_ID, credential_set, rule, snapshot, wanted_set

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "Docker-IO")


def exported(*rules: Rule, sets=(wanted_set(),), **observed):
    return exported_rules(snapshot(rules=rules, **observed), sets)


def test_rules_by_name_with_what_they_sign_in_with():
    rules, warnings = exported(UBUNTU, rule("app-rule", "up.azurecr.io/team/*", "team/*", identity=PULLER),
                               rule("mcr-all", "mcr.microsoft.com/*", "mcr/*"))
    assert [(each.name, str(each.source), str(each.target), each.credential_set, each.identity) for each in rules] == [
        ("app-rule", "up.azurecr.io/team/*", "team/*", None, PULLER),
        ("mcr-all", "mcr.microsoft.com/*", "mcr/*", None, None),
        ("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io", None)]
    assert warnings == () and all(each.named for each in rules)


@pytest.mark.parametrize("left_out, reason", [
    (rule("aks-managed-mcr", "mcr.microsoft.com/*", "aks-managed-repository/*"), "AKS made it"),
    (rule("going", "ghcr.io/x", "x", state="Deleting"), "it is being deleted"),
    (rule("bare-hub", "docker.io/library/nginx", "nginx"), "it has no credential set"),
    (rule("gone-set", "ghcr.io/x", "x", "gone"), "its credential set 'gone' does not exist"),
    (rule("stranger", "ghcr.io/x", "x", "docker-io"), "logs in to 'docker.io', not to 'ghcr.io'"),
    (rule("moved-host", "k8s.gcr.io/pause", "pause"), "is called registry.k8s.io/pause in a manifest"),
    (rule("upper-case", "ghcr.io/Team/App", "app"), "upper case letters"),
    (rule("wild-source", "ghcr.io/team/*", "app"), "has a wildcard"),
    (rule("twin-rule", "ghcr.io/other", "taken"), "overlaps with 'taken' of the rule 'first'"),
])
def test_what_apply_would_refuse_or_change_is_left_out(left_out, reason):
    first = rule("first", "ghcr.io/taken", "taken")
    rules, warnings = exported(first, left_out)
    assert [each.name for each in rules] == ["first"]
    warning, = warnings
    assert warning.startswith(f"The cache rule '{left_out.name}' is left out: ") and reason in warning


def test_a_set_of_another_registry_and_one_that_is_left_out():
    foreign = Rule(UBUNTU.id, UBUNTU.source, UBUNTU.target, SECOND_ID.child("credentialSets", "docker-io"), (), "")
    _, warnings = exported(foreign)
    assert "is another registry's" in warnings[0]
    _, warnings = exported(UBUNTU, sets=(), credential_sets=(credential_set(),))
    assert "its credential set 'Docker-IO' is left out" in warnings[0]


def test_identities_that_a_manifest_does_not_say():
    one = rule("app-rule", "up.azurecr.io/app", "app", identity=PULLER)
    several = Rule(one.id, one.source, one.target, None, (PULLER, f"{PULLER}2"), "Succeeded")
    both = Rule(one.id, one.source, one.target, UBUNTU.credential_set, (PULLER,), "Succeeded")
    elsewhere = Rule(one.id, UBUNTU.source, one.target, None, (PULLER,), "Succeeded")
    for left_out, reason in ((several, "it has 2 identities"), (both, "an identity and a credential set"),
                             (elsewhere, "on Azure registries only")):
        rules, warnings = exported(left_out)
        assert rules == () and reason in warnings[0]


def test_a_failed_rule_is_exported_and_told():
    rules, warnings = exported(rule("failed", "ghcr.io/x", "x", state="Failed"))
    assert len(rules) == 1 and "writes it again" in warnings[0]
