"""Every two faults at once: both are root causes, or the one that hides the other; never a third."""
from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Callable

import pytest

from azext_acrcache.domain.checks.snapshot import Access, ChainSnapshot
from azext_acrcache.domain.checks.verdict import verdict_of
from azext_acrcache.domain.state.health import Health
from azext_acrcache.domain.state.known import Known, mapped
from azext_acrcache.domain.state.observed import SOFT_DELETED, DeletedVault
from azext_acrcache.domain.values.secret_ids import SecretId
from unit import records
from unit.domain.checks.chain_world import chain, findings

Change = Callable[[ChainSnapshot], ChainSnapshot]


def _sets(**changed) -> Change:
    return lambda snapshot: replace(snapshot, all_credential_sets=mapped(
        snapshot.all_credential_sets, lambda sets: tuple(replace(each, **changed) for each in sets)))


def _rules(**changed) -> Change:
    return lambda snapshot: replace(snapshot, all_rules=mapped(
        snapshot.all_rules, lambda rules: tuple(replace(each, **changed) for each in rules)))


def _secret(key: str, **changed) -> Change:
    def change(snapshot: ChainSnapshot) -> ChainSnapshot:
        return replace(snapshot, secrets={each: mapped(secret, lambda known: replace(known, **changed))
                                          if each == key else secret for each, secret in snapshot.secrets.items()})
    return change


def _vault_gone(snapshot: ChainSnapshot) -> ChainSnapshot:
    gone = {records.HOST: Known(DeletedVault(records.VAULT_ID, "westeurope", "2030-01-01"))}
    return replace(snapshot, vaults={records.HOST: Known(None)}, secrets={}, deleted_vaults=gone)


def _firewall(snapshot: ChainSnapshot) -> ChainSnapshot:
    closed = {"networkAcls": {"defaultAction": "Deny", "bypass": "None"}}
    return replace(snapshot, vaults={
        host: mapped(vault, lambda known: known and replace(known, properties=closed))
        for host, vault in snapshot.vaults.items()})


FAULTS: dict[str, Callable[[ChainSnapshot], ChainSnapshot]] = {
    "rule/provisioned:hub-ubuntu": _rules(provisioning_state="Failed"),
    "rule/upstream:hub-ubuntu": _rules(credential_set=None),
    "credset/exists:gone": _rules(credential_set=records.set_id("gone")),
    "credset/provisioned:docker-io": _sets(provisioning_state="Failed"),
    "credset/identity:docker-io": _sets(principal_id=None),
    "credset/secret-ids:docker-io": _sets(password=SecretId("evil.example.com", "x")),
    "rule/credential-set:hub-ubuntu": _sets(login_server="ghcr.io"),
    "vault/exists:myvault": _vault_gone,
    "vault/network:myvault": _firewall,
    "vault/access:myvault/docker-io": lambda snapshot: replace(snapshot, access={
        reader: Access() for reader in snapshot.access}),
    "secret/exists:myvault/hub-pat": _secret(records.PAT.key, state=SOFT_DELETED),
    "secret/enabled:myvault/hub-user": _secret(records.USER.key, enabled=False),
}
UNHEALTHY = Health("Unhealthy", "Forbidden", "one of them, and nobody can tell which")


def root_causes(*faults: str) -> set[str]:
    snapshot = _sets(health=UNHEALTHY)(chain())
    for fault in faults:
        snapshot = FAULTS[fault](snapshot)
    return {key for key, finding in findings(snapshot).items() if finding.status == "fail"}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_one_cause(fault):
    # A rule that is wrong by itself leaves the set's health unexplained.
    shadows = {"credset/health:docker-io"} if fault.startswith("rule/") or fault == "credset/exists:gone" else set()
    assert root_causes(fault) == {fault} | shadows


@pytest.mark.parametrize("first, second", list(combinations(FAULTS, 2)))
def test_two_faults_are_never_three_causes(first, second):
    causes = root_causes(first, second)
    assert causes & {first, second}
    assert causes <= {first, second, "credset/health:docker-io"}
    for hidden in {first, second} - causes:
        # Only what can't be asked at all without the other may be hidden by it.
        assert {first, second} - {hidden} == causes - {"credset/health:docker-io"}


# Each command, and those that it can't stand before: a grant needs its vault, secrets and set, a rule its set.
VAULTS, SECRETS, SETS = ("az keyvault recover ", "az keyvault update "), ("az keyvault secret ",), ("az acr cred",)
GRANTS = ("az acrcache grant vault ",)
RULES = ("az acr cache ", "az acrcache bootstrap create ")
NOT_AFTER = ((VAULTS, ()), (SECRETS, VAULTS), (SETS, ()), (GRANTS, (*VAULTS, *SECRETS, *SETS)),
             (RULES, (*VAULTS, *SECRETS, *SETS, *GRANTS)))


def _premature(lines: list[str]) -> list[tuple[str, str]]:
    """Pairs of lines in which the first needs the second."""
    needed = [next(needs for starts, needs in NOT_AFTER if line.startswith(starts)) for line in lines]
    return [(line, later) for place, line in enumerate(lines) for later in lines[place + 1:]
            if needed[place] and later.startswith(needed[place])]


@pytest.mark.parametrize("first, second", list(combinations(FAULTS, 2)))
def test_the_fixes_of_two_faults_stand_in_an_order_in_which_they_run(first, second):
    snapshot = FAULTS[second](FAULTS[first](_sets(health=UNHEALTHY)(chain())))
    verdict = verdict_of(findings(snapshot).values())
    lines = [fix.command for finding in verdict.findings if finding.status == "fail" for fix in finding.answer.fix]
    assert not _premature(lines), "\n".join(lines)
