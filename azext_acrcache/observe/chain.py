"""Looks at all chains of a registry at once, by lists: the number of requests grows with sets and vaults, not rules.

What the caller may not see is noted with the reason and never stops the rest.
"""
from __future__ import annotations

from dataclasses import replace

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.checks.snapshot import ChainQuery, ChainSnapshot
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import Registry, Rule
from azext_acrcache.domain.state.registry_network import RegistryNetwork
from azext_acrcache.domain.values.errors import NotFound
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.observe.chain_vaults import observe_vaults
from azext_acrcache.observe.known import known, known_or_refused
from azext_acrcache.observe.registries import find_registry


def observe_chains(azure: Azure, ref: RegistryRef, query: ChainQuery, line_context: LineContext) -> ChainSnapshot:
    """Raises NotFound for a registry or a named rule that does not exist, ServiceError and ServiceUnreachable where
    nothing of the registry can be found out."""
    registry, session = find_registry(azure, ref), azure.session
    rules_lookup = Future(lambda: known(lambda: tuple(azure.registries.rules(registry.id))))
    subnets_lookup = Future(lambda: _subnets(azure, registry))
    credential_sets = known(lambda: tuple(azure.registries.credential_sets(registry.id)))
    chain = ChainSnapshot(registry, query, all_credential_sets=credential_sets,
                          tenant_id=session.home_tenant_of(registry.id.subscription), vault_suffix=session.vault_suffix,
                          line_context=line_context, subnets=subnets_lookup.result())
    if query.rules is not None:
        return observe_vaults(azure, _with_rules(chain, rules_lookup.result()))
    # Vaults depend on the sets alone, so they need not wait for a thousand rules.
    return _with_rules(observe_vaults(azure, chain), rules_lookup.result())


def _subnets(azure: Azure, registry: Registry) -> Known[tuple[str, ...]] | Unknown:
    """Not asked for where the registry is open to all networks, so that most registries cost no request."""
    if registry.assumed or not RegistryNetwork.of(registry).restricted:
        return Known(())
    return known_or_refused(lambda: azure.registries.subnets(registry.id))


def _with_rules(chain: ChainSnapshot, rules: Known[tuple[Rule, ...]] | Unknown) -> ChainSnapshot:
    chain = replace(chain, all_rules=rules)
    if isinstance(rules, Known):
        existing = {rule.name.lower() for rule in chain.rules}
        for name in chain.query.rules or ():
            if name.lower() not in existing:
                registry = chain.registry.name
                raise NotFound(f"The registry '{registry}' has no cache rule '{name}'.", "See those that it has: "
                               f"az acrcache bootstrap list --registry {registry} --output table")
    return chain
