"""`bootstrap apply` on a full registry and on many, and what reading and planning cost in Python alone.

The row with ARM's limits on takes 80 s whatever we do. Beside each figure of az stands what the simulator took for it:
its own CPU time, and how many requests a second that would allow on a core of its own (bench_simulator.py has that
ceiling by itself).
"""
from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

LATENCY, SIDE_BY_SIDE, RULES, REGISTRIES = 0.05, 8, 1000, 20
MEGABYTES = 200
COLUMNS = ("requests | writes | answered 429 | az's CPU, s | memory, MB | simulator, ms of CPU a request | its "
           "ceiling, requests/s |\n|---|---|---|---|---|---|---|---|---|---|")
# Python alone: what, rules a registry, registries, seconds allowed.
ALONE = (("read", 1000, 20, 6.0), ("plan", 1000, 1, 3.0), ("plan", 1000, 10, 3.0), ("plan", 10_000, 1, 3.0),
         ("plan unchanged", 1000, 10, 3.0), ("plan and prune", 1000, 10, 3.0))


@dataclass(frozen=True)
class Measured:
    """An az process. :ivar seconds: of the clock. :ivar cpu: seconds of az itself. :ivar simulator_cpu: seconds."""

    seconds: float
    cpu: float
    megabytes: float
    requests: list[dict]
    simulator_cpu: float

    @property
    def writes(self) -> int:
        return sum(entry["write"] for entry in self.requests)

    @property
    def refused(self) -> int:
        """Requests that were answered 429."""
        return sum(entry["status"] == 429 for entry in self.requests)

    def row(self, label: str, limit: str) -> str:
        each = self.simulator_cpu / len(self.requests)
        return (f"| {label} | {self.seconds:.1f} | {limit} | {len(self.requests)} | {self.writes} | {self.refused} | "
                f"{self.cpu:.1f} | {self.megabytes:.0f} | {each * 1000:.1f} | {1 / each:.0f} |")


def measure(bench) -> None:
    """:param bench: a `bench_stage.Bench`."""
    start = bench.median(lambda: bench.az("group exists -n nosuch-rg"))
    one_registry(bench, start)
    many_registries(bench)
    print("\n| start | seconds |\n|---|---|")
    for line in ("acr cache create -h", "acrcache bootstrap apply -h"):
        print(f"| az {line} | {bench.median(lambda line=line: bench.az(line)):.2f} |", flush=True)
    print(flush=True)
    python_alone()


def one_registry(bench, start: float) -> None:
    print(f"Limit of {RULES} rules: 1.2 x ({RULES}/{SIDE_BY_SIDE} x {LATENCY * 1000:.0f} ms, since a rule takes one "
          f"request: its PUT) + the start of az, `az group exists`. Memory: {MEGABYTES} MB are allowed.\n"
          "Simulator: what it took itself, and the requests a second which that allows.\n\n"
          f"| one registry | seconds | limit | {COLUMNS}", flush=True)
    rounds = ceil(RULES / SIDE_BY_SIDE)
    begin(bench, 1, latency=LATENCY)
    print(applied(bench, 1, RULES).row(f"{RULES} rules, {LATENCY * 1000:.0f} ms",
                                       f"{1.2 * rounds * LATENCY + start:.1f}"), flush=True)
    bench.sim.knobs(latency=0)
    again = min((applied(bench, 1, RULES) for _ in range(3)), key=lambda ran: ran.seconds)
    print(again.row(f"the same, unchanged, 0 ms; {15 + RULES // 100} requests allowed", "3.0"), flush=True)
    grown = {}
    for rules in (1, RULES // 10, RULES):
        begin(bench, 1)
        grown[rules] = applied(bench, 1, rules)
        print(grown[rules].row(f"{rules} rules, 0 ms", ""), flush=True)
    begin(bench, 1, latency=LATENCY, arm_throttle=True)
    limited = applied(bench, 1, RULES)
    print(limited.row(f"{RULES} rules, {LATENCY * 1000:.0f} ms, ARM's limits; 1 % answered 429 allowed",
                      f"{1.1 * (limited.writes - 200) / 10:.1f}"), flush=True)
    first, tenth, whole = (grown[rules] for rules in sorted(grown))
    requests = (len(whole.requests) - len(first.requests)) / (len(tenth.requests) - len(first.requests))
    print(f"\nFrom {RULES // 10} to {RULES} rules, beyond what 1 rule takes: requests x {requests:.1f}, CPU x "
          f"{(whole.cpu - first.cpu) / (tenth.cpu - first.cpu):.1f} (9 to 11 allowed).\n", flush=True)


def many_registries(bench) -> None:
    rules = RULES // REGISTRIES
    print(f"| {rules} rules each, {LATENCY * 1000:.0f} ms | seconds | one run/this | {COLUMNS}", flush=True)
    begin(bench, REGISTRIES, latency=LATENCY)
    together = applied(bench, REGISTRIES, rules)
    print(together.row(f"{REGISTRIES} registries, one run", ""), flush=True)
    begin(bench, REGISTRIES, latency=LATENCY)
    wide = applied(bench, REGISTRIES, rules, "--concurrency", "32")
    print(wide.row("the same with --concurrency 32", ""), flush=True)
    begin(bench, REGISTRIES, latency=LATENCY)
    in_turn = applied(bench, REGISTRIES, rules, "--concurrency", "1")
    print(in_turn.row("the same with --concurrency 1: all one after the other; 1/6 allowed",
                      f"1/{in_turn.seconds / together.seconds:.1f}"), flush=True)
    begin(bench, REGISTRIES, latency=LATENCY)
    runs = [applied(bench, 1, rules, first=number) for number in range(REGISTRIES)]
    total = sum(ran.seconds for ran in runs)
    summed = Measured(total, sum(ran.cpu for ran in runs), max(ran.megabytes for ran in runs),
                      [entry for ran in runs for entry in ran.requests], sum(ran.simulator_cpu for ran in runs))
    print(summed.row(f"{REGISTRIES} runs, each of one registry", f"1/{total / together.seconds:.1f}"), flush=True)


def begin(bench, registries: int, **knobs) -> None:
    """That many empty registries."""
    from bench_simulator import filled
    bench.sim.fresh()
    bench.sim.seed(filled(registries, 0))
    bench.sim.knobs(**knobs)


def applied(bench, registries: int, rules: int, *options: str, first: int = 0) -> Measured:
    """One run of az by itself, with what the system counted for it. Raises SystemExit where it fails."""
    from bench_simulator import cpu_seconds
    manifest = bench.folder / "manifest.yaml"
    manifest.write_text(manifest_text(range(first, first + registries), rules), encoding="utf-8")
    simulator = json.loads((bench.folder / "simulator" / "ready.json").read_text(encoding="utf-8"))["pid"]
    # The token, so that no run has to get one.
    bench.az("group exists -n nosuch-rg")
    mark, before = bench.sim.mark(), cpu_seconds(simulator)
    with (bench.folder / "output.txt").open("w+", encoding="utf-8") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            bench.az.command("acrcache", "bootstrap", "apply", "-f", str(manifest), "-o", "none", *options),
            env=bench.az.environment(), cwd=bench.az.home, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"az ended with {process.returncode}: {output.read()}")
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, bench.sim.requests(mark),
                    cpu_seconds(simulator) - before)


def manifest_text(registries: range, rules: int) -> str:
    lines = ["apiVersion: acrcache/v1", "registries:"]
    for registry in registries:
        lines += [f"  - registry: bench{registry:02}", "    rules:"]
        for rule in range(rules):
            lines += [f"      - source: mcr.microsoft.com/bench/r{rule:04}", f"        target: bench/r{rule:04}"]
    return "\n".join(lines) + "\n"


def python_alone() -> None:
    """Each row in a process of its own, since the peak of memory is a process's."""
    print("| Python alone | CPU, s | allowed | without garbage collector: against 1,000 rules | peak memory, MB | "
          "allowed |\n|---|---|---|---|---|---|", flush=True)
    smallest = 0.0
    for what, rules, registries, allowed in ALONE:
        ran = subprocess.run([sys.executable, __file__, what, str(rules), str(registries)], check=True,
                             capture_output=True, text=True)
        row = json.loads(ran.stdout)
        # The collector goes through all that exists again and again, which grows faster than the work itself.
        smallest = smallest or (row["uncollected"] if what == "plan" else 0.0)
        growth = f"x {row['uncollected'] / smallest:.1f}" if what == "plan" else ""
        print(f"| {what}: {registries} x {rules:,} rules | {row['cpu']:.2f} | {allowed:.1f} | {growth} | "
              f"{row['megabytes']:.0f} | {MEGABYTES} |", flush=True)


def alone(what: str, rules: int, registries: int) -> dict[str, float]:
    """CPU seconds of the quickest of three runs, of this process alone, and its peak of memory in MB."""
    work = reading(rules, registries) if what == "read" else planning(what, rules, registries)
    collected = min(seconds(work) for _ in range(3))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    gc.disable()
    return {"cpu": collected, "uncollected": min(seconds(work) for _ in range(2)), "megabytes": peak}


def seconds(work: Callable[[], object]) -> float:
    """Of this process alone: other work on the machine does not count."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def reading(rules: int, registries: int):
    from unit.manifest.large import large_manifest

    from azext_acrcache.manifest.reading import read_manifest
    from azext_acrcache.manifest.source import ManifestSource
    source = ManifestSource("cache.yaml", large_manifest(registries, rules).encode())
    return lambda: read_manifest([source], ".vault.azure.net")


def planning(what: str, rules: int, registries: int):
    """All that `bootstrap apply` does between its look-ups and its first write. Prunes a tenth of the rules."""
    import bench_engine

    from azext_acrcache.domain.plan.estate import Pruning, plan_estate
    from azext_acrcache.domain.plan.fingerprint import fingerprint
    from azext_acrcache.engine.report import planned
    desired, snapshot = bench_engine.estate(rules, registries, in_place=what != "plan")
    desired, pruning = replace(desired, whole=True), None
    if what == "plan and prune":
        pruning = Pruning({there.registry.id: wanted for wanted, there in zip(desired.registries, snapshot.registries)})
        desired = replace(desired, registries=tuple(replace(wanted, rules=wanted.rules[rules // 10:])
                                                    for wanted in desired.registries))

    def work() -> None:
        for registry in snapshot.registries:  # indexes are part of the cost
            for name in [name for name in vars(registry) if name not in registry.__dataclass_fields__]:
                del vars(registry)[name]
        plan = plan_estate(desired, snapshot, pruning)
        fingerprint(plan)
        reports = [planned(plan.of_registry(registry.registry.id)) for registry in snapshot.registries]
        if plan.pending == (what == "plan unchanged") or len(reports[0].changes) < rules:
            raise SystemExit(f"the plan has {len(reports[0].changes)} changes in the first registry")
    return work


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(alone(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
    else:
        python_alone()
