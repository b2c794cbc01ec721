"""What consumers may pull and push, by the registry's mode, conditions and groups."""
from __future__ import annotations

import pytest
from consumer_world import REGISTRIES, ROLES, ConsumerWorld

READER, WRITER = "Container Registry Repository Reader", "Container Registry Repository Writer"
NAMES = ["team/app", "team/web", "team-x/app", "base", "dotnet/runtime"]
KUBELET, VM, WEBAPP = (f"0c000000-0000-4000-8000-0000000000{n}" for n in (21, 31, 51))
NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"


def condition(*terms: str, write: bool = False) -> str:
    verbs = ["content/read", "metadata/read", *(["content/write", "metadata/write"] if write else [])]
    actions = " AND ".join(f"!(ActionMatches{{'Microsoft.ContainerRegistry/registries/repositories/{verb}'}})"
                           for verb in verbs)
    return f"(({actions}) OR ({' OR '.join(f'{NAME} {term}' for term in terms)}))"


def test_conditions_grant_exactly_the_repositories_they_name():
    azure = ConsumerWorld()
    text = condition("StringStartsWithIgnoreCase 'team/'", "StringEqualsIgnoreCase 'base'")
    assert azure.grant("abacregistry", VM, READER, text).status == 201
    granted = azure.granted("abacregistry", VM, NAMES)
    assert {name: granted.get(name, []) for name in NAMES} == {
        "team/app": ["pull"], "team/web": ["pull"], "team-x/app": [], "base": ["pull"], "dotnet/runtime": []}
    other = azure.granted("abacregistry", WEBAPP, NAMES)
    assert not any(other.values())


def test_changed_condition_counts_at_once_and_removal_takes_all():
    azure, name = ConsumerWorld(), "0f000000-0000-4000-8000-000000000001"
    azure.grant("abacregistry", VM, READER, condition("StringEquals 'base'"), name)
    assert azure.grant("abacregistry", VM, READER, condition("StringEquals 'team/app'"), name).status == 201
    granted = azure.granted("abacregistry", VM, ["base", "team/app"])
    assert (granted["base"], granted["team/app"]) == ([], ["pull"])
    assert azure.arm("DELETE", f"{REGISTRIES}/abacregistry/{ROLES}/{name}").status == 200
    assert not any(azure.granted("abacregistry", VM, ["base", "team/app"]).values())


def test_writer_may_push_where_its_condition_says():
    azure = ConsumerWorld()
    azure.grant("abacregistry", KUBELET, WRITER, condition("StringStartsWith 'team/'", write=True))
    assert azure.granted("abacregistry", KUBELET, ["team/app", "base"]) == {"team/app": ["pull", "push"], "base": []}


@pytest.mark.parametrize("registry, honoured, ignored", [("myregistry", "AcrPull", READER),
                                                         ("abacregistry", READER, "AcrPull")])
def test_each_mode_honours_its_own_roles(registry, honoured, ignored):
    azure = ConsumerWorld()
    assert azure.grant(registry, KUBELET, ignored).status == 201
    assert azure.granted(registry, KUBELET, ["base"]) == {"base": []}
    assert azure.grant(registry, KUBELET, honoured).status == 201
    assert azure.granted(registry, KUBELET, ["base"]) == {"base": ["pull"]}


def test_member_of_a_group_pulls_through_it():
    azure = ConsumerWorld()
    azure.grant("abacregistry", azure.principal("pullers").object_id, READER, kind="Group")
    assert azure.granted("abacregistry", "puller@contoso.onmicrosoft.com", ["base"]) == {"base": ["pull"]}


def test_registry_without_arm_audience_refuses_what_app_service_brings():
    azure = ConsumerWorld()
    assert azure.exchange("myregistry", WEBAPP, "https://management.azure.com/").status == 200
    assert azure.exchange("armlessregistry", WEBAPP, "https://management.azure.com/").status == 401
    assert azure.exchange("armlessregistry", WEBAPP).status == 200


def test_foreign_principal_gets_nothing():
    azure = ConsumerWorld()
    foreign = azure.principal("foreign-app").object_id
    assert azure.grant("myregistry", foreign, "AcrPull").status == 201
    assert azure.exchange("myregistry", "foreign-app").status == 401
