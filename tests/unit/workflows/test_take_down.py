from __future__ import annotations

from azext_acrcache.bootstrap.delete import choose
from azext_acrcache.domain.values.errors import NotFound

from unit.records import credential_set, rule, snapshot
from unit.user_errors import refused

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
BARE = rule("mcr-all", "mcr.microsoft.com/*", "mcr/*")
FOUND = snapshot(rules=(UBUNTU, BARE), credential_sets=(credential_set(), credential_set("other")))


def chosen(names, found=FOUND, named_set=None, unfinished=None) -> tuple[list[str], list[str]]:
    takedown = choose(found, names, named_set, unfinished or {})
    return [one.name for one in takedown.rules], [one.name for one in takedown.credential_sets]


def test_a_rule_brings_its_set():
    assert chosen(["ubuntu"]) == (["ubuntu"], ["docker-io"])
    assert chosen(["mcr-all"]) == (["mcr-all"], [])


def test_a_set_by_its_name():
    assert chosen([], named_set="OTHER") == ([], ["other"])
    assert chosen(["ubuntu"], named_set="docker-io") == (["ubuntu"], ["docker-io"])


def test_a_rule_named_twice_is_one():
    assert chosen(["ubuntu", "UBUNTU"]) == (["ubuntu"], ["docker-io"])


def test_a_takedown_that_was_cut_off_goes_on():
    assert chosen(["gone"], unfinished={"gone": "docker-io"}) == ([], ["docker-io"])
    assert chosen(["gone"], unfinished={"gone": "gone-too"}) == ([], [])


def test_an_old_note_says_nothing_of_a_rule_that_exists():
    assert chosen(["mcr-all"], unfinished={"mcr-all": "other"}) == (["mcr-all"], [])


def test_what_does_not_exist():
    refused(lambda: chosen(["none"]), "'none'", "'myregistry'", kind=NotFound,
            runs="az acrcache bootstrap list --registry myregistry")
    # Somebody else may have begun to delete that rule: what it left is named.
    refused(lambda: chosen(["none"]), "'none'", kind=NotFound,
            runs="az acrcache bootstrap delete --registry myregistry --cred-set other")
    refused(lambda: chosen([], named_set="none"), "'none'", "'myregistry'", kind=NotFound,
            runs="az acr credential-set list --registry myregistry")
