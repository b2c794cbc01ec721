"""`grant pull` for 50 consumers of mixed kinds."""
from __future__ import annotations

from collections import Counter
from math import ceil

from bench_stage import Bench
from demo_world import DEMO, GROUP

LATENCY, SIDE_BY_SIDE = 0.05, 8
KINDS = {"aks": ("managedClusters", "Microsoft.ContainerService/managedClusters"),
         "vm": ("virtualMachines", "Microsoft.Compute/virtualMachines"),
         "vmss": ("scaleSets", "Microsoft.Compute/virtualMachineScaleSets"),
         "identity": ("identities", "Microsoft.ManagedIdentity/userAssignedIdentities"),
         "container-instance": ("containerGroups", "Microsoft.ContainerInstance/containerGroups")}
EACH = 10


def measure(bench: Bench) -> None:
    command = ["acrcache", "grant", "pull", "-r", "myregistry", "-o", "none"]
    for kind, (_, resource_type) in KINDS.items():
        command += [f"--{kind}", *(f"{GROUP}/providers/{resource_type}/bench-{kind}-{n}" for n in range(EACH))]

    def begin() -> None:
        bench.fresh()
        bench.sim.seed(consumers())
        bench.sim.knobs(latency=LATENCY)

    begin()
    start = bench.median(lambda: bench.az("group exists -n nosuch-rg")) - LATENCY
    took = bench.median(lambda: bench.az(*command), begin)
    begin()
    first = bench.az(*command)
    again = bench.az(*command)
    count = len(KINDS) * EACH
    rounds = 1 + ceil(count / SIDE_BY_SIDE) + ceil(count / SIDE_BY_SIDE)
    limit = start + rounds * LATENCY
    print(f"Limit: the start of az + the registry + {count} look-ups and {count} assignments, {SIDE_BY_SIDE} side "
          f"by side = {rounds} round trips.\n")
    print("| grant pull | seconds | limit | ratio | requests | again: requests | allowed | again: writes |\n"
          "|---|---|---|---|---|---|---|---|")
    print(f"| {count} consumers, 50 ms | {took:.2f} | {limit:.2f} | {took / limit:.2f} | "
          f"{len(first.azure_requests)} | {len(again.azure_requests)} | {count + 12} | {len(again.writes)} |",
          flush=True)
    assert Counter(entry["method"] for entry in first.writes)["PUT"] == count


def consumers() -> dict:
    """A seed: ten of each kind, each with an identity of its own."""
    own = [f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bench-own-{n}" for n in range(EACH)]
    asked = [f"{GROUP}/providers/{KINDS['identity'][1]}/bench-identity-{n}" for n in range(EACH)]
    identities = [{"id": one, "location": "eastus", "principalId": f"0e000000-0000-4000-8000-{n:012}",
                   "clientId": f"0f000000-0000-4000-8000-{n:012}"} for n, one in enumerate(own + asked)]
    place = {"subscription": DEMO, "group": "demo-rg"}

    def named(kind: str, **more) -> list[dict]:
        return [{"name": f"bench-{kind}-{n}", **place, **more} for n in range(EACH)]

    groups = [{**one, "identity": {"userAssigned": [own[n]]}} for n, one in enumerate(named("container-instance"))]
    return {"identities": identities, "managedClusters": named("aks"), "containerGroups": groups,
            "virtualMachines": named("vm", identity={"system": True}),
            "scaleSets": named("vmss", identity={"system": True})}
