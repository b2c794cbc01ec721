"""Checks of cache rules.

Sources: artifact-cache-overview (which upstreams demand credentials, library/), wildcards-artifact-cache (overlap).
"""
from __future__ import annotations

from functools import partial
from typing import Iterator

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, not_known, passed, warned
from azext_acrcache.domain.checks.rule_credentials import other_credentials
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.repositories import Source
from azext_acrcache.domain.values.upstreams import (DOCKER_HUB, REQUIRED, canonical_login_server, find_upstream,
                                                    is_azure_registry)


def questions(chain: ChainSnapshot) -> Iterator[Question]:
    if isinstance(chain.all_rules, Unknown):
        for name in chain.query.rules or (chain.registry.name,):
            yield Question("rule/exists", name, partial(not_known, chain.all_rules))
        return
    for rule in chain.rules:
        name, exists = rule.name, (key_of("rule/exists", rule.name),)
        yield Question("rule/exists", name, partial(_exists, rule))
        yield Question("rule/provisioned", name, partial(_provisioned, chain, rule), exists)
        yield Question("rule/upstream", name, partial(_upstream, chain, rule), exists)
        if canonical_login_server(rule.source.login_server) == DOCKER_HUB and not rule.source.wildcard:
            yield Question("rule/library", name, partial(_library, chain, rule), exists)
        yield Question("rule/target", name, partial(_target, chain, rule), exists)
        if rule.credential_set:
            yield Question("rule/credential-set", name, partial(_credential_set, chain, rule, rule.credential_set),
                           (*exists, key_of("credset/exists", chain.set_subject(rule.credential_set))))


def _exists(rule: Rule) -> Answer:
    return passed(f"The cache rule '{rule.name}' fills '{rule.target}' from {rule.source}.")


def _provisioned(chain: ChainSnapshot, rule: Rule) -> Answer:
    state = rule.provisioning_state
    if provisioning.has_failed(state):
        return failed(f"The last change of the cache rule '{rule.name}' ended as {state}.",
                      chain.fixes.rule_again(rule))
    if provisioning.is_deleting(state):
        return failed(f"The cache rule '{rule.name}' is being deleted; create it again if it is still needed.",
                      chain.fixes.rule_again(rule))
    if provisioning.is_under_way(state):
        return warned(f"The cache rule '{rule.name}' is not ready yet ({state}); check again in a minute.")
    return passed(f"The cache rule '{rule.name}' is provisioned.")


def _upstream(chain: ChainSnapshot, rule: Rule) -> Answer:
    host = canonical_login_server(rule.source.login_server)
    upstream, anonymous = find_upstream(host), not rule.credential_set and not rule.identities
    if upstream is None:
        return warned(f"The cache rule '{rule.name}' draws from '{host}', which is not among the upstreams that "
                      "artifact cache is known to support.")
    if anonymous and upstream.credentials == REQUIRED:
        other = other_credentials(chain, rule)
        return failed(f"{upstream.title} demands credentials, and the cache rule '{rule.name}' has none.{other.hint}",
                      other.fix)
    if anonymous and is_azure_registry(host):
        return warned(f"The cache rule '{rule.name}' has neither an identity nor a credential set; '{host}' serves it "
                      "only if it allows anonymous pull.")
    how = "with an identity" if rule.identities else "with a credential set" if rule.credential_set else "anonymously"
    return passed(f"{upstream.title} is a supported upstream; the cache rule '{rule.name}' asks it {how}.")


def _library(chain: ChainSnapshot, rule: Rule) -> Answer:
    official = Source(DOCKER_HUB, rule.source.repository).with_library()
    if official.repository == rule.source.repository:
        return passed(f"The source of the cache rule '{rule.name}' names its namespace: {rule.source}.")
    fixes = chain.fixes
    return warned(f"The source of the cache rule '{rule.name}' is '{rule.source}'; an official image of Docker Hub is "
                  f"'{official}', and a rule without library/ has been seen to fail. Azure can't change a source: "
                  f"delete the rule and create it again; if '{rule.target}' was pulled before, that repository has to "
                  "be deleted in between.", fixes.no_rule(rule), fixes.rule_from(rule, str(official)))


def _target(chain: ChainSnapshot, rule: Rule) -> Answer:
    around = [other for other in chain.targets.around(rule.target) if other.id != rule.id]
    equal = [other for other in chain.targets.with_target(rule.target) if other.id != rule.id]
    overlapping = next((other for other in (*equal, *(around if rule.target.wildcard else ()))
                        if _is_in_the_way(chain, rule, other)), None)
    if overlapping:
        return failed(f"The target '{rule.target}' of the cache rule '{rule.name}' overlaps with "
                      f"'{overlapping.target}' of the cache rule '{overlapping.name}'.", chain.fixes.no_rule(rule))
    around = [other for other in around if other.target != rule.target]
    if around:
        return passed(f"The cache rule '{rule.name}' goes before '{around[0].name}', whose target "
                      f"'{around[0].target}' contains '{rule.target}' too.")
    return passed(f"No other cache rule fills '{rule.target}'.")


def _is_in_the_way(chain: ChainSnapshot, rule: Rule, other: Rule) -> bool:
    """Of two equal targets only the later is in the wrong, so that one overlap is one failure."""
    places = chain.rule_positions
    return other.target != rule.target or places[other.id] < places[rule.id] or other.id not in chain.rule_ids


def _credential_set(chain: ChainSnapshot, rule: Rule, set_id: ArmId) -> Answer:
    if isinstance(chain.all_credential_sets, Unknown):
        return not_known(chain.all_credential_sets)
    credential_set = chain.sets_by_id[set_id]
    of_rule, of_set = (canonical_login_server(host)
                       for host in (rule.source.login_server, credential_set.login_server))
    if of_rule == of_set:
        return passed(f"The cache rule '{rule.name}' uses the credential set '{credential_set.name}' for "
                      f"{credential_set.login_server}.")
    other = other_credentials(chain, rule)
    return failed(f"The cache rule '{rule.name}' draws from '{of_rule}', and its credential set "
                  f"'{credential_set.name}' is for '{of_set}'.{other.hint}", other.fix)
