"""From registries as they are to what a manifest of them wants, and what no manifest can say.

Nothing is made up: applying the manifest to the same registry changes nothing, so that whatever would be changed, or be
refused, is left out and told.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Mapping

from azext_acrcache.domain.plan.export_credential_sets import exported_credential_sets, unlisted_credential_sets
from azext_acrcache.domain.plan.export_grants import exported_grants
from azext_acrcache.domain.plan.export_rules import exported_rules
from azext_acrcache.domain.state.desired import DesiredEstate, DesiredGrant, DesiredRegistry
from azext_acrcache.domain.state.export_snapshot import ExportSnapshot
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class ExportedRegistry:
    """:ivar warnings: what the manifest does not say, a sentence each.
    :ivar vault_ids: by host, of the key vaults that a name does not suffice for.
    """

    desired: DesiredRegistry
    warnings: tuple[str, ...] = ()
    vault_ids: Mapping[str, ArmId] = field(default_factory=dict)


def exported_registry(snapshot: ExportSnapshot) -> ExportedRegistry:
    """What a manifest says of a registry, and the rest in words."""
    chains = snapshot.chains
    sets, set_warnings = exported_credential_sets(chains)
    sets += unlisted_credential_sets(chains)
    rules, rule_warnings = exported_rules(chains, sets)
    warnings = [f"Cache rules are left out: do not apply this manifest with --prune. {chains.unseen_rules.reason}"] \
        if chains.unseen_rules else []
    if chains.unseen_sets:
        warnings.append(f"Of credential sets only the names are in the manifest. {chains.unseen_sets.reason}")
    warnings += [*set_warnings, *rule_warnings]
    grants: tuple[DesiredGrant, ...] = ()
    if isinstance(snapshot.access, Unknown):
        warnings.append("Grants are left out: do not apply this manifest with --prune. "
                        f"{snapshot.access.reason}")
    else:
        grants, grant_warnings = exported_grants(snapshot.access.value, snapshot.directory, snapshot.consumers)
        warnings += grant_warnings
    vault_ids = {host: vault.id for host, vault in chains.vaults.items()
                 if vault.id.subscription.lower() != chains.registry.id.subscription.lower()}
    return ExportedRegistry(DesiredRegistry(snapshot.ref, rules, sets, grants),
                            tuple(dict.fromkeys(warnings)), vault_ids)


def exported_estate(registries: Iterable[ExportedRegistry]) -> DesiredEstate:
    """One manifest for all of them. A key vault whose ID one registry needs is named by ID for all."""
    registries = tuple(registries)
    return DesiredEstate(tuple(exported.desired for exported in registries),
                         {host: vault for exported in registries for host, vault in exported.vault_ids.items()})
