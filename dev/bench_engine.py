"""Planning and executing alone: pure Python in front of an Azure that answers at once, without any request.

Each row is measured in a process of its own, since the peak of memory is a process's. Run it alone with
`dev/bench_engine.py`, or as `make bench BENCH='--only engine'`.
"""
from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SUBSCRIPTION, TENANT = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
HOST, RULES_OF_A_SET = "benchvault.vault.azure.net", 100
# Rules a registry, registries, whether the rules are as wanted already, and seconds that planning and executing may
# take. Rules that are not as wanted lack their credential set, so that each is one request.
ROWS = ((1000, 1, False, 0.15), (1000, 1, True, 0.15), (10_000, 1, False, 2.0), (10_000, 1, True, 2.0),
        (1000, 10, False, 2.0), (1000, 10, True, 2.0))
MEGABYTES = 200


def measure() -> None:
    """Prints one table. The growth factor compares with the row of 1,000 rules in one registry."""
    print("Planning and executing without any request; the quickest of five runs. Growth: against 1,000 rules.\n\n"
          "| rules | plan, s | execute, s | allowed, s each | growth | peak memory, MB | allowed, MB |\n"
          "|---|---|---|---|---|---|---|", flush=True)
    smallest: dict[bool, float] = {}
    for rules, registries, in_place, allowed in ROWS:
        ran = subprocess.run([sys.executable, __file__, str(rules), str(registries), str(int(in_place))], check=True,
                             capture_output=True, text=True)
        row = json.loads(ran.stdout)
        both = row["plan"] + row["execute"]
        growth = both / smallest.setdefault(in_place, both)
        print(f"| {registries} x {rules:,}, {'unchanged' if in_place else 'each written'} | {row['plan']:.3f} | "
              f"{row['execute']:.3f} | {allowed:.2f} | {growth:.1f} | {row['megabytes']:.0f} | {MEGABYTES} |",
              flush=True)


def measured(rules: int, registries: int, in_place: bool, runs: int = 5) -> dict[str, float]:
    """Seconds of the quickest run, least disturbed by other processes, and the peak of memory in MB."""
    from azext_acrcache.domain.plan.estate import plan_estate
    from azext_acrcache.engine.executor import Executor
    from azext_acrcache.engine.report import result_of
    from azext_acrcache.execute.handlers import ActionHandlers
    desired, snapshot = estate(rules, registries, in_place)
    planning, executing = [], []
    for _ in range(runs):
        for registry in snapshot.registries:  # indexes are part of the cost
            for name in [name for name in vars(registry) if name not in registry.__dataclass_fields__]:
                del vars(registry)[name]
        begun = time.perf_counter()
        plan = plan_estate(desired, snapshot)
        planning.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        azure = SimpleNamespace(registries=InstantRegistries(), secrets_of=None)
        executor = Executor(plan, ActionHandlers(azure, snapshot.vaults, True), Silence(), 600)
        results = executor.run()
        outcomes = {result_of(plan.of_registry(registry.registry.id), results, False).outcome
                    for registry in snapshot.registries}
        executing.append(time.perf_counter() - begun)
        if outcomes != {"NoChange" if in_place else "Applied"}:
            raise SystemExit(f"the run came to {outcomes}")
    return {"plan": min(planning), "execute": min(executing),
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


class InstantRegistries:
    """Takes each write and has carried it out at once."""

    @staticmethod
    def write(_method, resource_id, body, _preview=False):
        from azext_acrcache.adapters.rest import Answer
        return Answer(200, {"id": str(resource_id), "properties": {**body["properties"],
                                                                   "provisioningState": "Succeeded"}}, {})


class Silence:
    def started(self, step) -> None: ...

    def waiting(self, step, waiting_for) -> None: ...

    def ended(self, step, result) -> None: ...


def estate(rules: int, registries: int, in_place: bool):
    """What is wanted and what is there: Healthy credential sets, and rules that use them or are to."""
    from azext_acrcache.domain.state.desired import DesiredEstate
    from azext_acrcache.domain.state.snapshots import EstateSnapshot
    pairs = [_registry(f"registry{number:04}", rules, in_place) for number in range(registries)]
    return DesiredEstate(tuple(desired for desired, _ in pairs)), EstateSnapshot(tuple(there for _, there in pairs))


def _registry(name: str, rules: int, in_place: bool):
    from azext_acrcache.domain.state.desired import (DesiredCredentialSet, DesiredRegistry, DesiredRule,
                                                     DesiredSecret)
    from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule, Vault
    from azext_acrcache.domain.state.snapshots import RegistrySnapshot
    from azext_acrcache.domain.values.arm_ids import REGISTRY, VAULT, ArmId
    from azext_acrcache.domain.values.registry_ref import RegistryRef
    from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
    from azext_acrcache.domain.values.secret_ids import SecretId
    registry_id = ArmId.of(SUBSCRIPTION, "bench-rg", REGISTRY, name)
    vault = Vault.from_rest({"id": str(ArmId.of(SUBSCRIPTION, "bench-rg", VAULT, "benchvault")), "properties": {
        "vaultUri": f"https://{HOST}/", "tenantId": TENANT, "enableRbacAuthorization": True}})
    wanted_sets, sets = [], []
    for number in range(rules // RULES_OF_A_SET):
        user, password = SecretId(HOST, f"user-{number}"), SecretId(HOST, f"password-{number}")
        wanted_sets.append(DesiredCredentialSet(f"set-{number}", "docker.io", DesiredSecret(user),
                                                DesiredSecret(password)))
        sets.append(CredentialSet.from_rest({
            "id": f"{registry_id}/credentialSets/set-{number}", "identity": {"principalId": f"principal-{number}"},
            "properties": {"loginServer": "docker.io", "provisioningState": "Succeeded", "authCredentials": [
                {"usernameSecretIdentifier": str(user), "passwordSecretIdentifier": str(password),
                 "credentialHealth": {"status": "Healthy"}}]}}))
    wanted_rules, existing = [], []
    for number in range(rules):
        set_name = f"set-{number % len(sets)}"
        wanted_rules.append(DesiredRule(f"rule-{number}", Source("docker.io", RepositoryPattern(f"team/app-{number}")),
                                        RepositoryPattern(f"hub/team/app-{number}"), set_name))
        existing.append(Rule.from_rest({"id": f"{registry_id}/cacheRules/rule-{number}", "properties": {
            "sourceRepository": f"docker.io/team/app-{number}", "targetRepository": f"hub/team/app-{number}",
            "provisioningState": "Succeeded",
            "credentialSetResourceId": f"{registry_id}/credentialSets/{set_name}" if in_place else None}}))
    there = RegistrySnapshot(Registry(registry_id, f"{name}.azurecr.io"), tuple(existing), tuple(sets), {HOST: vault},
                             tenant_id=TENANT)
    return DesiredRegistry(RegistryRef(name), tuple(wanted_rules), tuple(wanted_sets)), there


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1")))
    else:
        measure()
