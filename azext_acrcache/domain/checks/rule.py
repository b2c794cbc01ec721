"""Checks of cache rules.

Sources: artifact-cache-overview (which upstreams demand credentials, library/), wildcards-artifact-cache (overlap).
"""
from __future__ import annotations

from collections import defaultdict
from typing import Iterator, Mapping

from azext_acrcache.domain.state import provisioning
from azext_acrcache.domain.checks.check import Answer, Fix, Question, failed, key_of, passed, skipped, warned
from azext_acrcache.domain.guidance.fixes import Fixes
from azext_acrcache.domain.checks.snapshot import CREDENTIAL_SETS, RULES, ChainSnapshot
from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.values.upstreams import (DOCKER_HUB, REQUIRED, canonical_login_server, find_upstream,
                                                    is_azure_registry)


def questions(seen: ChainSnapshot) -> Iterator[Question]:
    if RULES in seen.unseen:
        for name in seen.asked.rules or (seen.registry.name,):
            yield Question("rule/exists", name, lambda: skipped(seen.unseen[RULES]))
        return
    targets = _Targets(seen)
    for rule in seen.rules:
        name, exists = rule.name, (key_of("rule/exists", rule.name),)
        yield Question("rule/exists", name, lambda rule=rule: passed(
            f"The cache rule '{rule.name}' fills '{rule.target}' from {rule.source}."))
        yield Question("rule/provisioned", name, lambda rule=rule: _provisioned(seen, rule), exists)
        yield Question("rule/upstream", name, lambda rule=rule: _upstream(seen, rule), exists)
        if canonical_login_server(rule.source.login_server) == DOCKER_HUB and not rule.source.wildcard:
            yield Question("rule/library", name, lambda rule=rule: _library(seen, rule), exists)
        yield Question("rule/target", name, lambda rule=rule: targets.answer(rule), exists)
        if rule.credential_set:
            yield Question("rule/credential-set", name, lambda rule=rule: _credential_set(seen, rule),
                           (*exists, key_of("credset/exists", rule.credential_set.name)))


def _provisioned(seen: ChainSnapshot, rule: Rule) -> Answer:
    state = rule.provisioning_state
    if provisioning.has_failed(state):
        return failed(f"The last change of the cache rule '{rule.name}' ended as {state}.", Fixes(seen).rule_again(rule))
    if provisioning.is_deleting(state):
        return failed(f"The cache rule '{rule.name}' is being deleted; make it again where it is still wanted.",
                      Fixes(seen).rule_again(rule))
    if provisioning.is_under_way(state):
        return warned(f"The cache rule '{rule.name}' is not ready yet ({state}); look again in a minute.")
    return passed(f"The cache rule '{rule.name}' is provisioned.")


def _upstream(seen: ChainSnapshot, rule: Rule) -> Answer:
    host = canonical_login_server(rule.source.login_server)
    upstream, bare = find_upstream(host), not rule.credential_set and not rule.identities
    if upstream is None:
        return warned(f"The cache rule '{rule.name}' draws from '{host}', which is not among the upstreams that "
                      "artifact cache is known to support.")
    if bare and upstream.credentials == REQUIRED:
        others = _sets_for(seen, rule)
        hint = "" if others else " Store them with az acrcache bootstrap create and --vault."
        return failed(f"{upstream.title} demands credentials, and the cache rule '{rule.name}' has none.{hint}",
                      *(Fixes(seen).rule_with_set(rule, other.name) for other in others[:1]))
    if bare and is_azure_registry(host):
        return warned(f"The cache rule '{rule.name}' has neither an identity nor a credential set; '{host}' serves it "
                      "only if it lets anybody pull.")
    how = "with an identity" if rule.identities else "with a credential set" if rule.credential_set else "anonymously"
    return passed(f"{upstream.title} is a supported upstream; the cache rule '{rule.name}' asks it {how}.")


def _library(seen: ChainSnapshot, rule: Rule) -> Answer:
    right = rule.source.with_library()
    if right.repository == rule.source.repository:
        return passed(f"The source of the cache rule '{rule.name}' names its namespace: {rule.source}.")
    mend = Fixes(seen)
    return warned(f"The source of the cache rule '{rule.name}' is '{rule.source}'; an official image of Docker Hub is "
                  f"'{right}', and a rule without library/ has been seen to fail. Azure can't change a source: delete "
                  f"the rule and make it again; if '{rule.target}' was pulled before, that repository has to be "
                  "deleted in between.", mend.no_rule(rule), mend.rule_from(rule, str(right)))


def _credential_set(seen: ChainSnapshot, rule: Rule) -> Answer:
    if CREDENTIAL_SETS in seen.unseen:
        return skipped(seen.unseen[CREDENTIAL_SETS])
    found = seen.sets_by_id[rule.credential_set]
    wanted, has = (canonical_login_server(host) for host in (rule.source.login_server, found.login_server))
    if wanted == has:
        return passed(f"The cache rule '{rule.name}' uses the credential set '{found.name}' for {found.login_server}.")
    return failed(f"The cache rule '{rule.name}' draws from '{wanted}', and its credential set '{found.name}' is for "
                  f"'{has}'.", *without(seen, rule))


def without(seen: ChainSnapshot, rule: Rule) -> tuple[Fix, ...]:
    """How a rule gets on without the set that it names: by another, or by none where the upstream allows that."""
    others, upstream = _sets_for(seen, rule), find_upstream(canonical_login_server(rule.source.login_server))
    if others:
        return (Fixes(seen).rule_with_set(rule, others[0].name),)
    if upstream and upstream.credentials == REQUIRED:
        return ()
    return (Fixes(seen).rule_without_set(rule),)


def _sets_for(seen: ChainSnapshot, rule: Rule) -> list[CredentialSet]:
    """Other sets for the rule's upstream, those that are Healthy first."""
    host = canonical_login_server(rule.source.login_server)
    return sorted((found for found in seen.snapshot.credential_sets if found.id != rule.credential_set
                   and canonical_login_server(found.login_server) == host),
                  key=lambda found: (not found.health.healthy, found.name.lower()))


class _Targets:
    """Which rules hold which targets. Built once, so that a thousand rules take no million comparisons."""

    def __init__(self, seen: ChainSnapshot):
        self._seen = seen
        self._order = {rule.id: place for place, rule in enumerate(seen.snapshot.rules)}
        equal: dict[tuple[str, bool], list[Rule]] = defaultdict(list)
        for rule in seen.snapshot.rules:
            equal[rule.target.path, rule.target.wildcard].append(rule)
        self._equal: Mapping[tuple[str, bool], list[Rule]] = equal

    def answer(self, rule: Rule) -> Answer:
        around = [other for path in _paths_above(rule.target.path) for other in self._equal.get((path, True), ())
                  if other.id != rule.id]
        same = [other for other in self._equal[rule.target.path, rule.target.wildcard] if other.id != rule.id]
        clashing = {other.id: other for other in (*same, *around) if other.target.collides(rule.target)}
        # Of two equal ones only the later is in the wrong, so that one overlap is one failure.
        clashing = [other for other in clashing.values()
                    if other.target != rule.target or self._order[other.id] < self._order[rule.id]
                    or other.id not in {one.id for one in self._seen.rules}]
        if clashing:
            other = clashing[0]
            return failed(f"The target '{rule.target}' of the cache rule '{rule.name}' overlaps with '{other.target}' "
                          f"of the cache rule '{other.name}'.", Fixes(self._seen).no_rule(rule))
        if around:
            return passed(f"The cache rule '{rule.name}' goes before '{around[0].name}', whose target "
                          f"'{around[0].target}' holds '{rule.target}' too.")
        return passed(f"No other cache rule fills '{rule.target}'.")


def _paths_above(path: str) -> Iterator[str]:
    """`a/b/c`: itself, `a/b`, `a` and the empty path: where a wildcard would reach it."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""
