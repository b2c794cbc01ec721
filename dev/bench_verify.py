"""`verify` in Python alone, then on a full registry: 1,000 rules, 10 credential sets, 3 vaults."""
from __future__ import annotations

import time

import bench_checks
from bench_stage import Bench
from demo_world import DEMO, GROUP

LATENCY, RULES, SETS, VAULTS, IMAGES = 0.05, 1000, 10, 3, 10_000


def measure(bench: Bench) -> None:
    bench_checks.measure()
    print(flush=True)
    bench.fresh(latency=LATENCY)
    bench.sim.seed(full_registry())
    ran = bench.az("acrcache verify chain -r fullregistry -o none", expect=None)
    took = bench.median(lambda: bench.az("acrcache verify chain -r fullregistry -o none", expect=None))
    print(f"| verify | seconds | allowed | requests | allowed |\n|---|---|---|---|---|\n"
          f"| chain: {RULES} rules, {SETS} sets, {VAULTS} vaults, 50 ms | {took:.2f} | {3 + 8 * LATENCY:.2f} | "
          f"{len(ran.azure_requests)} | 60 |", flush=True)
    images = bench.folder / "images.txt"
    images.write_text("\n".join(f"mcr.microsoft.com/full/r{n % 1500}:v{n}" for n in range(IMAGES)), encoding="utf-8")
    bench.sim.knobs(latency=0)
    begun = time.perf_counter()
    resolved = bench.az(f"acrcache verify resolve -r fullregistry --images {images} -o json", expect=None)
    took = time.perf_counter() - begun
    assert len(resolved.json) == IMAGES
    print(f"| resolve: {IMAGES} images, {RULES} rules | {took:.2f} | 2.00 | {len(resolved.azure_requests)} | |",
          flush=True)


def full_registry() -> dict:
    """A seed: rules of which a tenth uses credential sets, whose secrets lie in three vaults."""
    vaults = [f"benchvault{n}" for n in range(VAULTS)]
    sets = [{"name": f"bench-set-{n}", "loginServer": "docker.io",
             "username": f"https://{vaults[n % VAULTS]}.vault.azure.net/secrets/user-{n}",
             "password": f"https://{vaults[n % VAULTS]}.vault.azure.net/secrets/pat-{n}"} for n in range(SETS)]
    rules = [{"name": f"rule-{n:04}", "target": f"full/r{n}",
              **({"source": f"docker.io/full/r{n}", "credentialSet": f"bench-set-{n % SETS}"} if n % 10 == 0 else
                 {"source": f"mcr.microsoft.com/full/r{n}"})} for n in range(RULES)]
    secrets = {f"{kind}-{n}": "x" for n in range(SETS) for kind in ("user", "pat")}
    return {"vaults": [{"id": f"{GROUP}/providers/Microsoft.KeyVault/vaults/{name}", "location": "eastus",
                        "rbac": True, "secrets": secrets} for name in vaults],
            "registries": [{"name": "fullregistry", "subscription": DEMO, "group": "demo-rg", "sku": "Premium",
                            "credentialSets": sets, "cacheRules": rules}]}
