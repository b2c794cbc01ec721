from __future__ import annotations

from azext_acrcache.domain.plan.collisions import (check_against_existing, check_among_desired, check_form, check_limit,
                                                   check_unoccupied)
from azext_acrcache.domain.state.target_index import TargetIndex
from azext_acrcache.domain.values.errors import Conflict
from azext_acrcache.domain.values.repositories import RepositoryPattern
from unit.records import SUBSCRIPTION, rule, wanted_rule
from unit.user_errors import refused


def test_a_wildcard_source_needs_a_wildcard_target():
    refusal = refused(lambda: check_form(wanted_rule("ghcr.io/team/*", "team")), "ghcr.io/team/*", "'team'")
    assert "team/*" in refusal.recommendations[0]


def test_a_wildcard_target_needs_a_wildcard_source():
    refusal = refused(lambda: check_form(wanted_rule("ghcr.io/team/app", "team/*")), "ghcr.io/team/app", "'team/*'")
    assert "ghcr.io/team/app/*" in refusal.recommendations[0]


def test_forms_that_fit():
    check_form(wanted_rule("ghcr.io/team/*", "*"))
    check_form(wanted_rule("ghcr.io/team/app", "app"))


def test_two_rules_of_one_name():
    refused(lambda: check_among_desired([wanted_rule("ghcr.io/a", name="same"), wanted_rule("ghcr.io/b", name="SAME")]),
            "'SAME'", "ghcr.io/a", "ghcr.io/b", runs="--name")


def test_two_rules_of_one_target():
    refused(lambda: check_among_desired([wanted_rule("ghcr.io/a", "x", name="one11"),
                                         wanted_rule("ghcr.io/b", "x", name="two22")]),
            "'x'", "ghcr.io/a", "ghcr.io/b", runs="--target-repo")


def test_two_wildcards_of_which_one_holds_the_other():
    refused(lambda: check_among_desired([wanted_rule("ghcr.io/a/*", "*", name="one11"),
                                         wanted_rule("ghcr.io/b/*", "b/*", name="two22")]), "'*'", "'b/*'", "overlap")


def test_a_plain_target_inside_a_wildcard_fits():
    rules = [wanted_rule("ghcr.io/a/*", "a/*", name="one11"), wanted_rule("ghcr.io/b", "a/b", name="two22")]
    check_among_desired(rules)
    check_against_existing(rules[1], TargetIndex([rule("one11", "ghcr.io/a/*", "a/*")]))


def test_a_target_that_another_rule_holds():
    refused(lambda: check_against_existing(wanted_rule(), TargetIndex([rule("older", "ghcr.io/x/ubuntu", "ubuntu")])),
            "'ubuntu'", "'older'", "ghcr.io/x/ubuntu",
            runs="az acrcache bootstrap delete --registry myregistry --resource-group my-rg "
                 f"--subscription {SUBSCRIPTION} --name older")


def test_a_target_that_another_wildcard_holds():
    refused(lambda: check_against_existing(wanted_rule("ghcr.io/team/sub/*"),
                                           TargetIndex([rule("older", "ghcr.io/team/*", "team/*")])),
            "'team/sub/*'", "'team/*'", "'older'", runs="--target-repo")


def test_a_rule_does_not_collide_with_itself():
    existing = TargetIndex([rule("mine1", "docker.io/library/ubuntu", "ubuntu")])
    check_against_existing(wanted_rule(name="Mine1"), existing)


def test_a_repository_in_the_place_of_the_target():
    target = RepositoryPattern("team", True)
    refusal = refused(lambda: check_unoccupied(wanted_rule("ghcr.io/team/*"), {target: "team/app"}, "myregistry"),
                      "'team/app'", "'team/*'",
                      runs="az acr repository delete --name myregistry --repository team/app")
    assert "--target-repo ghcr-cache/team/*" in refusal.recommendations[0]


def test_free_and_unknown_places_are_no_reason_to_refuse():
    check_unoccupied(wanted_rule(), {RepositoryPattern("ubuntu"): None}, "myregistry")
    check_unoccupied(wanted_rule(), {}, "myregistry")


def test_the_limit_of_a_registry():
    check_limit(999, 1, "myregistry")
    check_limit(1000, 0, "myregistry")
    refused(lambda: check_limit(999, 2, "myregistry"), "'myregistry'", "999", "2", "1000", kind=Conflict,
            runs="az acrcache bootstrap list --registry myregistry")
