"""Grants of a manifest."""
from __future__ import annotations

import pytest

from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.state.desired import DesiredGrant
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.manifest.keys import CONSUMERS
from unit.manifest.documents import IDENTITY, REGISTRY, message, read_registry

OBJECT_ID = "00000000-0000-0000-0000-00000000000A"


def _grant(text: str) -> DesiredGrant:
    grant, = read_registry("grants:", f"- {{{text}}}").grants
    assert grant.place == "cache.yaml:5: registries[0].grants[0]"
    return grant


@pytest.mark.parametrize("key", CONSUMERS)
def test_every_kind_of_consumer(key):
    assert _grant(f"{key}: my-consumer") == DesiredGrant(ConsumerRef(CONSUMERS[key], "my-consumer"))


def test_a_consumer_by_id_and_a_slot():
    assert _grant(f"identity: {IDENTITY}").consumer == ConsumerRef(CONSUMERS["identity"], IDENTITY)
    assert _grant("webapp: my-app/staging").consumer == ConsumerRef(CONSUMERS["webapp"], "my-app/staging")


def test_a_principal_that_is_not_looked_up():
    assert _grant(f"principalId: {OBJECT_ID}, principalType: Group") == \
        DesiredGrant(principal_id=OBJECT_ID.lower(), principal_type="Group")


def test_push_repositories_and_identity():
    assert _grant("vm: my-vm, role: push, repositories: [ubuntu, dotnet/*, ubuntu], assignIdentity: System") == \
        DesiredGrant(ConsumerRef(CONSUMERS["vm"], "my-vm"), push=True, assign_identity="system",
                     repositories=(RepositoryPattern("ubuntu"), RepositoryPattern("dotnet", True)))
    assert _grant(f"vm: my-vm, role: pull, assignIdentity: {IDENTITY}").assign_identity == IDENTITY


@pytest.mark.parametrize("text, told", [
    (f"aks: {REGISTRY}", "; AKS clusters are Microsoft.ContainerService/managedClusters."),
    ("aks: a/b", "aks: 'a/b' is no name: AKS clusters are named by names or resource IDs."),
    ("aks: ' '", "aks: The name of the AKS cluster is empty."),
    (f"servicePrincipal: {IDENTITY}", "servicePrincipal: A service principal has no resource ID."),
    ("principalId: abc, principalType: User", "principalId: 'abc' is no object ID."),
    (f"principalId: {OBJECT_ID}", "principalType is missing"),
    ("aks: myaks, principalType: User", "principalId is missing"),
    ("vm: my-vm, repositories: [ubuntu, 'a:1']", "repositories[1]: The repository 'a:1' has a tag"),
    ("vm: my-vm, assignIdentity: puller", "assignIdentity: 'puller' is no resource ID."),
    ("aks: myaks, assignIdentity: system", "assignIdentity: AKS clusters can't be given an identity."),
    (f"principalId: {OBJECT_ID}, principalType: User, assignIdentity: system", "Principals can't be given")])
def test_what_is_refused(text, told):
    assert told in message("grants:", f"- {{{text}}}")


def test_the_same_grant_twice():
    assert message("grants:", "- aks: myaks", "- {aks: myaks, role: pull}") == \
        ("cache.yaml:6: registries[0].grants[1]: The same grant stands in cache.yaml:5: registries[0].grants[0] "
         "already.")
