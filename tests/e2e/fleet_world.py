"""The fleet: its names, a manifest of all of it, and small manifests of parts of it."""
from __future__ import annotations

import json
import ssl
import urllib.request
from pathlib import Path
from typing import Iterable

from az_process import Principal
from demo_world import DEMO, OTHER
from sim_client import Sim

THIRD = "aaaaaaaa-0000-4000-8000-000000000003"
# Owner in two subscriptions, and no more than Contributor in the third.
TWO_OWNER = Principal("two-owner", "0a000000-0000-4000-8000-000000000007", "0b000000-0000-4000-8000-000000000007",
                      "two-owner-secret")
SUBSCRIPTIONS = {number: DEMO if number <= 4 else OTHER if number <= 7 else THIRD for number in range(1, 11)}
VAULTS = {number: 2 if number in (2, 4) else {DEMO: 1, OTHER: 3, THIRD: 4}[SUBSCRIPTIONS[number]]
          for number in range(1, 11)}
_VAULT_SUBSCRIPTIONS = {1: DEMO, 2: DEMO, 3: OTHER, 4: THIRD}
# Login server, what its repositories, sets and secrets are called.
UPSTREAMS = (("docker.io", "hub", "dockerhub"), ("ghcr.io", "gh", "ghcr"), ("quay.io", "quay", "quay"))
_PRINCIPAL = "0c000000-0000-4000-8000-000000000101"


def resource(subscription: str, kind: str, name: str) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/fleet-rg/providers/{kind}/{name}"


def registry_id(number: int) -> str:
    return resource(SUBSCRIPTIONS[number], "Microsoft.ContainerRegistry/registries", f"fleet{number:02}")


def vault_id(number: int) -> str:
    return resource(_VAULT_SUBSCRIPTIONS[number], "Microsoft.KeyVault/vaults", f"fleetvault{number}")


# The grants by the number of their registry: each of the twelve consumers once.
GRANTS = {
    1: [{"aks": "fleet-aks"}, {"vm": "fleet-vm"}],
    2: [{"containerapp": "fleet-app", "repositories": ["hub-01", "gh-01"]}],
    3: [{"identity": "fleet-identity"}, {"principalId": _PRINCIPAL, "principalType": "ServicePrincipal",
                                         "role": "push"}],
    5: [{"aks": resource(OTHER, "Microsoft.ContainerService/managedClusters", "fleet-spn-aks")},
        {"containerappJob": resource(OTHER, "Microsoft.App/jobs", "fleet-job")}],
    6: [{"containerInstance": resource(OTHER, "Microsoft.ContainerInstance/containerGroups", "fleet-aci")}],
    7: [{"vmss": resource(OTHER, "Microsoft.Compute/virtualMachineScaleSets", "fleet-vmss")},
        {"identity": resource(OTHER, "Microsoft.ManagedIdentity/userAssignedIdentities", "fleet-shared")}],
    8: [{"webapp": resource(THIRD, "Microsoft.Web/sites", "fleet-web")}],
    9: [{"functionapp": resource(THIRD, "Microsoft.Web/sites", "fleet-func")}],
}


def registry(number: int, rules: int = 40, grants: bool = True, named: bool = False, sets: int = 3) -> dict:
    """The registry `fleet<number>` with that many rules, spread over the first `sets` upstreams.

    :param named: whether the manifest gives each rule a name.
    """
    upstreams = UPSTREAMS[:sets]
    vault = VAULTS[number]
    document = {
        "registry": registry_id(number) if SUBSCRIPTIONS[number] != DEMO else f"fleet{number:02}",
        "credentialSets": [{"name": f"{word}-set", "loginServer": server, "vault": vault_id(vault),
                            "usernameSecret": f"{secret}-user", "passwordSecret": f"{secret}-pat"}
                           for server, word, secret in upstreams],
        "rules": [{**({"name": f"{word}-{place:02}-rule"} if named else {}),
                   "source": f"{server}/fleet/{word}-{place:02}", "target": f"{word}-{place:02}",
                   "credentialSet": f"{word}-set"}
                  for index in range(rules) for server, word, _ in [upstreams[index % len(upstreams)]]
                  for place in [index // len(upstreams) + 1]]}
    if grants and number in GRANTS:
        document["grants"] = GRANTS[number]
    return document


def write(folder: Path, registries: Iterable[dict], name: str = "cache.json") -> Path:
    """A manifest file. Its path."""
    path = folder / name
    path.write_text(json.dumps({"apiVersion": "acrcache/v1", "registries": list(registries)}), encoding="utf-8")
    return path


def by_hand(sim: Sim, method: str, path: str, api_version: str, body: dict | None = None) -> dict:
    """What somebody does to Azure without this extension, as `owner`. The answer's body."""
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"https": sim.proxy}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=sim.ca)))
    request = urllib.request.Request(
        f"https://management.azure.com{path}?api-version={api_version}", method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json",
                 "Authorization": f"Bearer {sim.token('owner', 'https://management.azure.com')}"})
    with opener.open(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else {}


def counted(report: dict) -> dict[str, int]:
    """How many changes of each word a report on many registries has."""
    words = [change["change"] for of_registry in report["registries"] for change in of_registry["changes"]]
    return {word: words.count(word) for word in dict.fromkeys(words)}
