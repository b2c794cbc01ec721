"""How a cache rule gets on without the credentials that it has: with others, or with none."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.values.upstreams import REQUIRED, canonical_login_server, find_upstream


@dataclass(frozen=True)
class OtherCredentials:
    """:ivar hint: a sentence with the way on where no complete line can be written, with a blank before it."""

    fixes: tuple[Fix, ...] = ()
    hint: str = ""


def other_credentials(chain: ChainSnapshot, rule: Rule) -> OtherCredentials:
    """Another credential set for the rule's upstream, or none where the upstream allows that, else how to make one."""
    host, fixes = canonical_login_server(rule.source.login_server), chain.fixes
    other, upstream = chain.set_for(host, other_than=rule.credential_set), find_upstream(host)
    if other:
        return OtherCredentials((fixes.rule_with_set(rule, other.name),))
    if rule.credential_set and not (upstream and upstream.credentials == REQUIRED):
        return OtherCredentials((fixes.rule_without_set(rule),))
    return OtherCredentials(hint=f" The registry has no other credential set for '{host}', which demands credentials: "
                                 "store them in a key vault, and give them to the rule with: "
                                 + fixes.rule_with_secrets(rule))
