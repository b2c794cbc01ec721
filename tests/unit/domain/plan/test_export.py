"""From a registry to its manifest, and back: planning it again writes nothing."""
from __future__ import annotations

from azext_acrcache.domain.access.roles import ACR_PULL
from azext_acrcache.domain.plan.estate import plan_estate
from azext_acrcache.domain.plan.export import exported_estate, exported_registry
from azext_acrcache.domain.state.export_snapshot import ExportSnapshot
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.values.registry_ref import RegistryRef
from unit.azure_model import writes
from unit.domain.consumer_records import access, role
from unit.records import (HOST, PULLER, SECOND_ID, VAULT_ID, assignment, credential_set, estate, rule, snapshot)

RULES = (rule("ubuntu", "docker.io/nginx", "ubuntu", "docker-io"), rule("bare", "docker.io/library/redis", "redis"),
         rule("up-all", "up.azurecr.io/*", "up/*", identity=PULLER),
         rule("aks-managed-mcr", "mcr.microsoft.com/*", "a/*"))
FORBIDDEN = Unknown("You may not read it.")


def exported(registry_access=Known(access(mode=None)), ref=RegistryRef("myregistry"), **observed):
    chains = snapshot(**{"rules": RULES, "credential_sets": (credential_set(),),
                         "assignments": (assignment(str(VAULT_ID)),), **observed})
    return chains, exported_registry(ExportSnapshot(ref, chains, registry_access))


def test_planning_the_manifest_again_writes_nothing():
    chains, entry = exported()
    plan = plan_estate(exported_estate([entry]), estate(chains))
    assert writes(plan) == [] and [str(each.source) for each in entry.desired.rules] == [
        "docker.io/library/nginx", "up.azurecr.io/*"]
    assert {step.change.change for step in plan.steps if step.change} == {"NoChange"}


def test_everything_that_is_left_out_is_told_once():
    _, entry = exported(Known(access(role(ACR_PULL), mode=None)))
    assert [warning for warning in entry.warnings if "left out" in warning] == list(entry.warnings)
    assert len(entry.warnings) == 2 and len(entry.desired.grants) == 1


def test_what_may_not_be_read_is_no_part_of_the_manifest_and_told():
    _, entry = exported(FORBIDDEN, rules=(), unseen_rules=FORBIDDEN)
    assert (entry.desired.rules, entry.desired.grants) == ((), ()) and entry.desired.credential_sets
    assert entry.warnings == (
        "Cache rules are left out: do not apply this manifest with --prune. You may not read it.",
        "Grants are left out: do not apply this manifest with --prune. You may not read it.")
    chains, entry = exported(credential_sets=(), unseen_sets=FORBIDDEN)
    assert [(each.name, each.secrets) for each in entry.desired.credential_sets] == [("docker-io", ())]
    assert "ubuntu" in [each.name for each in entry.desired.rules], "its set is not taken from it"
    assert writes(plan_estate(exported_estate([entry]), estate(chains))) == []


def test_a_vault_of_another_subscription_is_named_by_id():
    _, near = exported()
    far_registry = snapshot(SECOND_ID, credential_sets=(credential_set(registry_id=SECOND_ID),))
    far = exported_registry(ExportSnapshot(RegistryRef(SECOND_ID), far_registry, Known(access(mode=None))))
    assert near.vault_ids == {} and far.vault_ids == {HOST: VAULT_ID}
    both = exported_estate([near, far])
    assert [each.registry.registry for each in both.registries] == ["myregistry", SECOND_ID]
    assert both.vault_ids == {HOST: VAULT_ID}
