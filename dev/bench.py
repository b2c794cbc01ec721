"""`make bench`: how long the commands take, against the documents' way, in front of a simulated Azure.

All figures of one table come from one run, in turn, so that ratios hold on a noisy machine. Writes nothing outside a
temporary folder; loopback only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import bench_apply
import bench_engine
import bench_grant
import bench_verify
from az_process import Az
from bench_stage import Bench
from extension_wheel import installed_extension
from image_pull import RegistryDoor

SECRETS = "https://mykeyvault.vault.azure.net/secrets"
MANY = [f"docker.io/bench/r{n:02}" for n in range(20)]
# registry; rules, set and vault beside the sign-in to the registry; its token; the repository; PUT of the set; a look
# at it; PUT of the rule; a look at it
DEPENDENT_REQUESTS = 8


def documents_way(az: Az, sources: list[str], targets: list[str]) -> None:
    """The steps of Azure's how-to, with what they need of one another."""
    az(
        f"acr credential-set create -r myregistry -n DocSet -l docker.io "
        f"-u {SECRETS}/dockerhub-user -p {SECRETS}/dockerhub-pat"
    )
    principal = az(
        "acr credential-set show -r myregistry -n DocSet --query identity.principalId -o tsv"
    ).stdout.strip()
    vault = az("keyvault show -n mykeyvault --query id -o tsv").stdout.strip()
    for secret in ("dockerhub-user", "dockerhub-pat"):
        az(
            f'role assignment create --role "Key Vault Secrets User" --assignee-object-id {principal} '
            f"--assignee-principal-type ServicePrincipal --scope {vault}/secrets/{secret}"
        )
    for source, target in zip(sources, targets):
        az(f"acr cache create -r myregistry -n {target.replace('/', '-')}-rule -s {source} -t {target} -c DocSet")
    exposed = az("acr login -n myregistry --expose-token").json
    RegistryDoor(exposed["loginServer"], exposed["accessToken"], az.sim.proxy, az.sim.ca).manifest("ubuntu", "22.04")


def our_way(az: Az, sources: list[str]) -> None:
    az(
        "acrcache",
        "bootstrap",
        "create",
        "-r",
        "myregistry",
        "--vault",
        "mykeyvault",
        "-u",
        "dockerhub-user",
        "-p",
        "dockerhub-pat",
        "-s",
        *sources,
    )


def one_rule(bench: Bench, latency: float, label: str, documents_runs: int, **knobs) -> None:
    ubuntu = ["docker.io/library/ubuntu"]
    bench.fresh(latency=latency)
    start = bench.median(lambda: bench.bare("version"))
    asking = bench.median(lambda: bench.az("group exists -n nosuch-rg")) - latency
    ours = bench.median(lambda: our_way(bench.az, ubuntu), lambda: bench.fresh(latency=latency, **knobs))
    again = bench.median(lambda: our_way(bench.az, ubuntu))
    requests = bench.az(
        "acrcache bootstrap create -r myregistry --vault mykeyvault -u dockerhub-user -p dockerhub-pat -s "
        + ubuntu[0]
    )
    runs, bench.runs = bench.runs, documents_runs
    documents = bench.median(
        lambda: documents_way(bench.az, ubuntu, ["ubuntu"]),
        lambda: bench.fresh(latency=latency, **{"retry_after": 1, **knobs}),
    )
    bench.runs = runs
    limit = start + DEPENDENT_REQUESTS * latency
    asking_limit = asking + DEPENDENT_REQUESTS * latency
    print(
        f"| {label} | {documents:.2f} | {ours:.2f} | {documents / ours:.1f} | {limit:.2f} | {ours / limit:.2f} | "
        f"{asking_limit:.2f} | {ours / asking_limit:.2f} | {again:.2f} | {len(requests.azure_requests)} | "
        f"{len(requests.writes)} |",
        flush=True,
    )


def many_rules(bench: Bench, latency: float) -> None:
    images = [{"repository": source.partition("/")[2], "tags": ["1"]} for source in MANY]

    def begin(**knobs) -> None:
        bench.fresh(latency=latency, **knobs)
        bench.sim.seed({"upstreams": [{"loginServer": "docker.io", "images": images}]})

    one = bench.median(lambda: our_way(bench.az, MANY[:1]), begin)
    ours = bench.median(lambda: our_way(bench.az, MANY), begin)
    begin(retry_after=1)
    begun = time.perf_counter()
    documents_way(
        bench.az,
        ["docker.io/library/ubuntu", *MANY[1:]],
        ["ubuntu", *(source.partition("/")[2] for source in MANY[1:])],
    )
    documents = time.perf_counter() - begun
    print(
        f"| 20 rules, {latency * 1000:.0f} ms | {documents:.2f} | {ours:.2f} | {documents / ours:.1f} | {one:.2f} | "
        f"{ours / one:.2f} |",
        flush=True,
    )


def start_up(bench: Bench) -> None:
    for label, az, line in (
        ("az version, without the extension", bench.bare, "version"),
        ("az version, with it", bench.az, "version"),
        ("az account -h, without", bench.bare, "account -h"),
        ("az account -h, with", bench.az, "account -h"),
        ("az acr cache create -h", bench.az, "acr cache create -h"),
        ("az acrcache bootstrap create -h", bench.az, "acrcache bootstrap create -h"),
    ):
        print(f"| {label} | {bench.median(lambda az=az, line=line: az(line)):.2f} |", flush=True)
    begun = time.perf_counter()
    installed_extension(bench.folder / "timed-extensions", bench.wheel)
    print(f"| az extension add | {time.perf_counter() - begun:.2f} |", flush=True)


def bootstrap(bench: Bench, documents_runs: int) -> None:
    print("Limit: the start of az + 8 dependent requests. Start A: `az version`. Start B: `az group exists`, the "
          "cheapest command that asks ARM anything, less its one request.\n")
    print("| one rule | documents | ours | ratio | limit A | ours/A | limit B | ours/B | again | requests again | "
          "writes again |\n|---|---|---|---|---|---|---|---|---|---|---|")
    for latency in (0, 0.05, 0.15):
        one_rule(bench, latency, f"{latency * 1000:.0f} ms, operations end at once", documents_runs)
    one_rule(bench, 0.05, "50 ms, Azure's pace: 0.5 to 1.5 s, Retry-After 10", 1, operation_seconds=[0.5, 1.5],
             retry_after=10)
    print("\n| many rules | documents | ours | ratio | one rule | ours/one rule |\n|---|---|---|---|---|---|")
    many_rules(bench, 0.05)
    print("\n| start | seconds |\n|---|---|")
    start_up(bench)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs of each of our commands; medians are printed")
    parser.add_argument("--documents-runs", type=int, default=3, help="runs of the documents' way")
    parser.add_argument("--only", choices=["engine", "bootstrap", "apply", "verify", "grant"],
                        help="one group of figures; default: all")
    asked = parser.parse_args()
    groups = {"bootstrap": lambda bench: bootstrap(bench, asked.documents_runs), "apply": bench_apply.measure,
              "verify": bench_verify.measure,
              "grant": bench_grant.measure}
    if asked.only in (None, "engine"):
        print("## engine\n", flush=True)
        bench_engine.measure()
    if asked.only == "engine":
        return 0
    with tempfile.TemporaryDirectory(prefix="acrcache-bench-") as place:
        bench = Bench(Path(place), asked.runs)
        try:
            print("\nSeconds; medians of one run.")
            for name, measure in groups.items():
                if asked.only in (None, name):
                    print(f"\n## {name}\n", flush=True)
                    measure(bench)
        finally:
            bench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
