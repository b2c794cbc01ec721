"""How a cache rule gets on without the credentials that it has: with others, or with none."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.observed import Rule
from azext_acrcache.domain.values.names import apart, credential_set_name_for
from azext_acrcache.domain.values.upstreams import REQUIRED, canonical_login_server, find_upstream


@dataclass(frozen=True)
class OtherCredentials:
    """:ivar fix: the line that gives the rule other credentials, or none.
    :ivar hint: what has to be there before the line can run, with a blank before it; empty where it runs as it is.
    """

    fix: Fix
    hint: str = ""


def other_credentials(chain: ChainSnapshot, rule: Rule, new_set: str | None = None) -> OtherCredentials:
    """Another credential set for the rule's upstream, or none where the upstream allows that, else how to make one.

    :param new_set: how one that has to be made is to be called; None for a name that the registry does not have.
    """
    host, fixes = canonical_login_server(rule.source.login_server), chain.fixes
    other, upstream = chain.set_for(host, other_than=rule.credential_set), find_upstream(host)
    if other:
        return OtherCredentials(fixes.rule_with_set(rule, other.name))
    if rule.credential_set and not (upstream and upstream.credentials == REQUIRED):
        return OtherCredentials(fixes.rule_without_set(rule))
    return OtherCredentials(fixes.rule_with_new_set(rule, new_set or _free_name(chain, host)),
                            f" The registry has no other credential set for '{host}', which demands credentials: "
                            "store them in a key vault, and name the vault and the two secrets in the command.")


def _free_name(chain: ChainSnapshot, login_server: str) -> str:
    """Without a name `bootstrap create` takes the set that the rule has, or one of the default name."""
    name = credential_set_name_for(login_server)
    taken = {credential_set.name.lower() for credential_set in chain.sets_by_id.values()}
    return apart(name, login_server) if name in taken else name
