"""How a cache rule gets on without the credentials that it has: with others, or with none."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.guidance.az_lines import AzLine
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
                                 f"store them in a key vault, and give them to the rule: {_with_new_set(chain, rule)}")


def _with_new_set(chain: ChainSnapshot, rule: Rule) -> AzLine:
    """In a vault and with secrets that only the user knows."""
    line = chain.line_context.line("acrcache", "bootstrap", "create").registry(chain.registry.id)
    line = line.option("--name", rule.name).option("--source-repo", str(rule.source))
    line = line.option("--target-repo", str(rule.target)).option("--vault", "MyVault")
    return line.option("--username-id", "MyUserSecret").option("--password-id", "MyPasswordSecret")
