"""The simulator's own ceiling: requests a second through its HTTPS proxy, so that a figure of ours is not one of its.

`.build/az/bin/python dev/bench_simulator.py` prints a Markdown table. The client is bare (http.client, kept
connections, each in a tunnel of its own, as az has them), so that the simulator is what is measured. Loopback only;
writes nothing outside a temporary folder.
"""
from __future__ import annotations

import argparse
import functools
import http.client
import json
import ssl
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Callable
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "e2e"))

import sim_client  # noqa: E402

ARM, VERSION = "management.azure.com", "2025-11-01"
SUBSCRIPTION = "aaaaaaaa-0000-4000-8000-000000000001"
OWNER = "0b000000-0000-4000-8000-000000000001"
REGISTRIES = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/bench-rg/providers/Microsoft.ContainerRegistry/registries"


def rule_path(registry: int, rule: int) -> str:
    return f"{REGISTRIES}/bench{registry:02}/cacheRules/rule-{rule:04}"


def rule_body(rule: int) -> dict:
    return {"properties": {"sourceRepository": f"mcr.microsoft.com/bench/r{rule:04}",
                           "targetRepository": f"bench/r{rule:04}"}}


def filled(registries: int, rules: int) -> dict:
    """A seed document: so many registries, each with so many rules beside the demo world."""
    return {"subscriptions": [{"id": SUBSCRIPTION, "name": "demo", "tenant": "11111111-1111-4111-8111-111111111111",
                               "groups": [{"name": "bench-rg", "location": "eastus"}]}],
            "registries": [{"name": f"bench{registry:02}", "subscription": SUBSCRIPTION, "group": "bench-rg",
                            "cacheRules": [{"name": f"rule-{rule:04}",
                                            "source": rule_body(rule)["properties"]["sourceRepository"],
                                            "target": rule_body(rule)["properties"]["targetRepository"]}
                                           for rule in range(rules)]} for registry in range(registries)]}


class Client:
    """One kept connection to ARM through the proxy, in the owner's name."""

    def __init__(self, sim: sim_client.Sim, token: str):
        proxy = urlsplit(sim.proxy)
        context = ssl.create_default_context(cafile=sim.ca)
        self._connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, context=context, timeout=60)
        self._connection.set_tunnel(ARM, 443)
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def ask(self, method: str, target: str, body: dict | None = None) -> dict:
        """The answer's JSON. Raises RuntimeError unless the status is 200 to 202."""
        self._connection.request(method, target, json.dumps(body) if body else None, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201, 202):
            raise RuntimeError(f"{method} {target}: {answer.status} {text.decode()}")
        return json.loads(text) if text else {}

    def close(self) -> None:
        self._connection.close()


def get_rule(client: Client, _number: int) -> None:
    client.ask("GET", f"{rule_path(0, 500)}?api-version={VERSION}")


def list_rules(client: Client, _number: int) -> None:
    """All pages of a registry's rules."""
    target = f"{REGISTRIES}/bench00/cacheRules?api-version={VERSION}"
    while target:
        link = client.ask("GET", target).get("nextLink")
        target = link.partition(ARM)[2] if link else ""


def put_rule(client: Client, number: int, registry: int = 0) -> None:
    client.ask("PUT", f"{rule_path(registry, number)}?api-version={VERSION}", rule_body(number))


def side_by_side(clients: list[Client], calls: int, call: Callable[[Client, int], None]) -> float:
    """Seconds that `calls` calls take, spread over the clients."""
    def work(at: int) -> None:
        try:
            for number in range(at, calls, len(clients)):
                call(clients[at], number)
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            failures.append(error)

    failures: list[Exception] = []
    threads = [threading.Thread(target=work, args=(at,)) for at in range(len(clients))]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - begun


def measure(sim: sim_client.Sim, connections: int, registries: int, rules: int) -> None:
    sim.fresh()
    begun = time.perf_counter()
    sim.seed(filled(1, rules))
    print(f"A registry of {rules} rules is planted in {time.perf_counter() - begun:.2f} s. {connections} connections, "
          "seconds and requests a second:\n\n| calls | seconds | requests/s |\n|---|---|---|", flush=True)
    clients = [Client(sim, sim.token(OWNER, f"https://{ARM}")) for _ in range(connections)]

    def row(label: str, calls: int, call: Callable[[Client, int], None], each: int = 1) -> None:
        seconds = side_by_side(clients, calls, call)
        print(f"| {label} | {seconds:.2f} | {calls * each / seconds:.0f} |", flush=True)

    pages = -(-rules // 100)
    row("connecting (TLS in a tunnel), first request", connections, get_rule)
    row(f"GET one of {rules} rules, 1000 times", 1000, get_rule)
    row(f"list of {rules} rules, {pages} pages, 10 times", 10, list_rules, pages)
    sim.fresh()
    sim.seed(filled(1, 0))
    row(f"PUT of {rules} rules into an empty registry", rules, put_rule)
    sim.fresh()
    sim.seed(filled(registries, rules - 100))
    row(f"GET one rule beside {registries} registries of {rules - 100} rules, 500 times", 500, get_rule)
    row(f"PUT of the last 100 rules of {rules} there", 100, functools.partial(_put_last, first=rules - 100))
    for client in clients:
        client.close()


def _put_last(client: Client, number: int, first: int) -> None:
    put_rule(client, first + number, registry=0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--registries", type=int, default=10)
    parser.add_argument("--rules", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="acrcache-bench-simulator-") as place:
        sim = sim_client.start(Path(place))
        try:
            measure(sim, options.connections, options.registries, options.rules)
        finally:
            sim.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
