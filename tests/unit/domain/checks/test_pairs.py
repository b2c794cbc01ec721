"""Every two faults at once: both are root causes, or the one that hides the other; never a third."""
from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Callable

import pytest

from azext_acrcache.domain.checks.snapshot import Access, ChainSnapshot
from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.state.observed import SOFT_DELETED, DeletedVault
from azext_acrcache.domain.values.secret_ids import SecretId

from unit import records
from unit.domain.checks.seen_world import findings, seen

PAT = str(records.PAT).lower()
USER = str(records.USER).lower()


def _snapshot(world: ChainSnapshot, **changed) -> ChainSnapshot:
    return replace(world, snapshot=replace(world.snapshot, **changed))


def _set(**changed) -> Callable[[ChainSnapshot], ChainSnapshot]:
    return lambda world: _snapshot(world, credential_sets=tuple(
        replace(one, **changed) for one in world.snapshot.credential_sets))


def _rule(**changed) -> Callable[[ChainSnapshot], ChainSnapshot]:
    return lambda world: _snapshot(world, rules=tuple(replace(one, **changed) for one in world.snapshot.rules))


def _secret(key: str, **changed) -> Callable[[ChainSnapshot], ChainSnapshot]:
    def change(world: ChainSnapshot) -> ChainSnapshot:
        known = dict(world.snapshot.secrets)
        if key in known:
            known[key] = replace(known[key], **changed)
        return _snapshot(world, secrets=known)
    return change


def _vault_gone(world: ChainSnapshot) -> ChainSnapshot:
    gone = {records.HOST: DeletedVault(records.VAULT_ID, "westeurope", "2030-01-01")}
    return replace(_snapshot(world, vaults={}, secrets={}), deleted_vaults=gone)


def _firewall(world: ChainSnapshot) -> ChainSnapshot:
    closed = {"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}
    known = world.snapshot.vaults
    return _snapshot(world, vaults={host: replace(vault, properties=closed) for host, vault in known.items()})


FAULTS: dict[str, Callable[[ChainSnapshot], ChainSnapshot]] = {
    "rule/provisioned:hub-ubuntu": _rule(provisioning_state="Failed"),
    "rule/upstream:hub-ubuntu": _rule(credential_set=None),
    "credset/exists:gone": _rule(credential_set=records.set_id("gone")),
    "credset/provisioned:docker-io": _set(provisioning_state="Failed"),
    "credset/identity:docker-io": _set(principal_id=None),
    "credset/secret-ids:docker-io": _set(password=SecretId("evil.example.com", "x")),
    "rule/credential-set:hub-ubuntu": _set(login_server="ghcr.io"),
    "vault/exists:myvault": _vault_gone,
    "vault/network:myvault": _firewall,
    "vault/access:myvault/docker-io": lambda world: replace(world, access={
        who: Access() for who in world.access}),
    "secret/exists:myvault/hub-pat": _secret(PAT, state=SOFT_DELETED),
    "secret/enabled:myvault/hub-user": _secret(USER, enabled=False),
}
SICK = Health("Unhealthy", "Forbidden", "one of them, and nobody can tell which")


def root_causes(*faults: str) -> set[str]:
    world = _set(health=SICK)(seen())
    for fault in faults:
        world = FAULTS[fault](world)
    return {key for key, finding in findings(world).items() if finding.status == "fail"}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_one_cause(fault):
    # A rule that is wrong by itself leaves the set's health unexplained.
    shadows = {"credset/health:docker-io"} if fault.startswith("rule/") or fault == "credset/exists:gone" else set()
    assert root_causes(fault) == {fault} | shadows


@pytest.mark.parametrize("one, other", list(combinations(FAULTS, 2)))
def test_two_faults_are_never_three_causes(one, other):
    found = root_causes(one, other)
    assert found & {one, other}
    assert found <= {one, other, "credset/health:docker-io"}
    for hidden in {one, other} - found:
        # Only what can't be asked at all without the other may be hidden by it.
        assert {one, other} - {hidden} == found - {"credset/health:docker-io"}
