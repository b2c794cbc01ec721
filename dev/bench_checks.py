"""What `verify` costs in Python alone, without az and without a request: judging chains, asking upstreams.

A service that answers at once stands in the place of Azure. Run by itself: `python dev/bench_checks.py`.
"""
from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from azext_acrcache.adapters.distribution import DistributionResponse  # noqa: E402  # the path is set above
from azext_acrcache.adapters.upstream_registry import UpstreamSignIn  # noqa: E402
from azext_acrcache.domain.access.roles import (KEY_VAULT_SECRETS_USER, READ_SECRET, Permission,  # noqa: E402
                                                RoleAssignment, RoleDefinition)
from azext_acrcache.domain.checks.chain import chain_questions  # noqa: E402
from azext_acrcache.domain.checks.snapshot import Access, ChainQuery, ChainSnapshot  # noqa: E402
from azext_acrcache.domain.checks.upstream import upstream_questions  # noqa: E402
from azext_acrcache.domain.checks.verdict import judge, verdict_of  # noqa: E402
from azext_acrcache.domain.state.known import Known  # noqa: E402
from azext_acrcache.domain.state.observed import PRESENT, CredentialSet, Registry, Rule, Secret, Vault  # noqa: E402
from azext_acrcache.domain.state.rule_index import RuleIndex  # noqa: E402
from azext_acrcache.domain.values.arm_ids import REGISTRY, VAULT, ArmId  # noqa: E402
from azext_acrcache.domain.values.image_references import ImageReference  # noqa: E402
from azext_acrcache.domain.values.secret_value import SecretValue  # noqa: E402
from azext_acrcache.observe.upstream import observe_upstreams  # noqa: E402
from azext_acrcache.observe.upstream_sessions import UpstreamSessions  # noqa: E402

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
REGISTRY_ID = ArmId.of(SUBSCRIPTION, "bench-rg", REGISTRY, "benchregistry")
SMALL, LARGE, UPSTREAM_PAIRS, ALLOWED = 1000, 10_000, 400, 1.0


def chains(count: int) -> ChainSnapshot:
    """`count` rules, each on a credential set of its own, a hundred sets to a key vault."""
    rules, sets = records(count, count)
    vaults = {credential_set.password.vault_host: _vault(credential_set.password.vault_host) for credential_set in sets}
    secrets = {secret.key: Known(Secret(secret, PRESENT, True)) for each in sets for secret in each.secrets}
    access = {(each.principal_id, each.password.vault_host): Access(Known(tuple(
        _assignment(vaults[secret.vault_host].secret_scope(secret), each.principal_id) for secret in each.secrets)))
        for each in sets}
    reader = RoleDefinition(KEY_VAULT_SECRETS_USER, "Key Vault Secrets User",
                            (Permission(data_actions=(READ_SECRET,)),))
    return ChainSnapshot(Registry(REGISTRY_ID, "benchregistry.azurecr.io"), ChainQuery(now=time.time()),
                         Known(rules), Known(sets), {host: Known(vault) for host, vault in vaults.items()}, {}, secrets,
                         access, {KEY_VAULT_SECRETS_USER: reader}, "tenant")


def records(rules: int, sets: int) -> tuple[tuple[Rule, ...], tuple[CredentialSet, ...]]:
    """Rules in turn on the credential sets, whose secrets lie in vaults of a hundred sets each."""
    def set_id(number: int) -> ArmId:
        return REGISTRY_ID.child("credentialSets", f"set-{number}")

    def secret(number: int, kind: str) -> str:
        return f"https://vault-{number // 100}.vault.azure.net/secrets/{kind}-{number}"

    return tuple(Rule.from_rest({"id": str(REGISTRY_ID.child("cacheRules", f"rule-{number}")), "properties": {
        "sourceRepository": f"docker.io/team/r{number}", "targetRepository": f"team/r{number}",
        "provisioningState": "Succeeded", "credentialSetResourceId": str(set_id(number % sets))}})
        for number in range(rules)), tuple(CredentialSet.from_rest({
            "id": str(set_id(number)), "identity": {"principalId": f"principal-{number}"},
            "properties": {"loginServer": "docker.io", "provisioningState": "Succeeded", "authCredentials": [{
                "usernameSecretIdentifier": secret(number, "user"), "passwordSecretIdentifier": secret(number, "pat"),
                "credentialHealth": {"status": "Healthy"}}]}}) for number in range(sets))


def judge_chains(snapshot: ChainSnapshot) -> None:
    report = verdict_of(judge(chain_questions(snapshot))).to_report(str(REGISTRY_ID))
    assert report["summary"]["fail"] == 0 and len(report["checks"]) > 10 * len(snapshot.rules)


def ask_upstreams(rules: tuple[Rule, ...], sets: tuple[CredentialSet, ...]) -> None:
    azure, registry = InstantAzure(), Registry(REGISTRY_ID, "benchregistry.azurecr.io")
    probes = observe_upstreams(registry, UpstreamSessions(azure, registry, sets), rules, sets)
    report = verdict_of(judge(upstream_questions(registry, probes))).to_report(str(REGISTRY_ID))
    assert report["summary"]["pass"] == len(rules) + 2 * len(sets)


def images(count: int) -> list[ImageReference]:
    return [ImageReference.parse(f"docker.io/team/r{number}:{number}") for number in range(count)]


def resolve_images(rules: tuple[Rule, ...], references: list[ImageReference]) -> None:
    index = RuleIndex(rules, "benchregistry.azurecr.io")
    for reference in references:
        index.resolve(reference)


class InstantAzure:
    """Key vaults and upstreams that answer at once, for the observer of upstreams."""

    class session:  # pylint: disable=invalid-name  # named as the attribute of the real one
        vault_suffix = ".vault.azure.net"

    def secrets_at(self, *_) -> "InstantAzure":
        return self

    def upstream(self, *_) -> "InstantAzure":
        return self

    def read(self, _) -> SecretValue:
        return SecretValue("x")

    def sign_in(self) -> UpstreamSignIn:
        return UpstreamSignIn(True, 200)

    def rate_limit(self) -> None:
        return None

    def tags(self, _) -> DistributionResponse:
        return DistributionResponse(200)

    def without_credentials(self, message: str) -> str:
        return message


def _vault(host: str) -> Vault:
    return Vault(ArmId.of(SUBSCRIPTION, "bench-rg", VAULT, host.partition(".")[0]), host, "tenant", True, ())


def _assignment(scope: str, principal: str) -> RoleAssignment:
    return RoleAssignment(f"{scope}/providers/Microsoft.Authorization/roleAssignments/a", scope, KEY_VAULT_SECRETS_USER,
                          principal)


def measure() -> None:
    print("| Python alone | 1,000 rules, seconds | allowed | 10,000 rules, seconds | growth | growth without garbage "
          "collector | memory, MB |\n|---|---|---|---|---|---|---|", flush=True)
    _row("chain: as many credential sets", judge_chains, lambda count: (chains(count),))
    _row("upstream: a set for each 2.5 rules", ask_upstreams,
         lambda count: records(count, count * UPSTREAM_PAIRS // SMALL))
    _row("resolve: ten images for each rule", resolve_images, lambda count: (records(count, 1)[0], images(count * 10)))


def _row(label: str, run: Callable, world: Callable[[int], tuple]) -> None:
    small, large = (_best(run, world, count) for count in (SMALL, LARGE))
    # The collector goes through all that exists again and again, which grows faster than the work itself.
    gc.disable()
    growth = _best(run, world, LARGE) / _best(run, world, SMALL)
    gc.enable()
    arguments = world(LARGE)
    tracemalloc.start()
    run(*arguments)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(f"| {label} | {small:.2f} | {ALLOWED:.2f} | {large:.2f} | {large / small:.1f} | {growth:.1f} | {peak:.0f} |",
          flush=True)


def _best(run: Callable, world: Callable[[int], tuple], count: int) -> float:
    return min(_seconds(run, world(count)) for _ in range(3))


def _seconds(run: Callable, arguments: tuple) -> float:
    # Of this process alone: other work on the machine does not count.
    begun = time.process_time()
    run(*arguments)
    return time.process_time() - begun


if __name__ == "__main__":
    measure()
