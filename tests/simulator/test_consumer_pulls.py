"""What the token service grants in a consumer's name, and how assignments, Graph and tokens serve it."""
from __future__ import annotations

import json

import pytest
from acrsim.server.control import Control
from acrsim.protocol.http import Request
from acrsim.state.knobs import Knobs
from acrsim.server.simulation import Simulation
from consumer_world import REGISTRIES, REGISTRY_AUDIENCE, ROLES, ConsumerWorld
from small_world import code

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


def test_two_runs_at_once_make_one_assignment():
    azure, name = ConsumerWorld(), "0f000000-0000-4000-8000-000000000002"
    first, second = (azure.grant("abacregistry", VM, READER, name=name) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    rival = azure.grant("abacregistry", VM, READER)
    assert (rival.status, code(rival)) == (409, "RoleAssignmentExists")
    assert len([item for item in azure.world.role_assignments.values() if item.principal_id == VM]) == 1


def test_orphans_are_listed_with_an_identity_that_nobody_finds():
    azure = ConsumerWorld()
    gone = "0c000000-0000-4000-8000-000000000006"
    listed = azure.arm("GET", f"{REGISTRIES}/abacregistry/{ROLES}").json()["value"]
    assert any(item["properties"]["principalId"] == gone for item in listed)
    found = azure.graph("/directoryObjects/getByIds", body={"ids": [gone, VM]}).json()["value"]
    assert [item["id"] for item in found] == [VM]


def test_graph_finds_by_either_id_in_its_own_tenant_only():
    azure = ConsumerWorld()
    app, object_id = "0d000000-0000-4000-8000-000000000001", "0c000000-0000-4000-8000-000000000001"
    assert azure.graph(f"/servicePrincipals(appId='{app}')").json()["id"] == object_id
    assert azure.graph(f"/servicePrincipals/{object_id}").json()["appId"] == app
    assert azure.graph(f"/servicePrincipals?$filter=appId eq '{app}'").json()["value"][0]["id"] == object_id
    foreign = azure.graph("/servicePrincipals(appId='0d000000-0000-4000-8000-000000000005')")
    assert (foreign.status, code(foreign)) == (404, "Request_ResourceNotFound")
    everyone = [object_id, "0c000000-0000-4000-8000-000000000003", "0c000000-0000-4000-8000-000000000004"]
    found = azure.graph("/directoryObjects/getByIds", body={"ids": everyone, "types": ["user", "group"]}).json()
    assert {item["@odata.type"] for item in found["value"]} == {"#microsoft.graph.user", "#microsoft.graph.group"}


def test_graph_tells_nothing_to_who_may_not_read_it():
    azure = ConsumerWorld()
    for answer in (azure.graph("/servicePrincipals(appId='0d000000-0000-4000-8000-000000000001')", "blind-owner"),
                   azure.graph("/directoryObjects/getByIds", "blind-owner", {"ids": [VM]}),
                   azure.graph("/users?$filter=displayName eq 'x'", "blind-owner")):
        assert (answer.status, code(answer)) == (403, "Authorization_RequestDenied")


def test_control_gives_a_token_in_anybodys_name():
    simulation = Simulation("consumers", Knobs())
    control = Control(simulation)

    def ask(body):
        return control.handle(Request.to("POST", "http://acrsim.local/token", {}, body))

    token = ask({"principal": KUBELET, "audience": REGISTRY_AUDIENCE}).json()["accessToken"]
    form = f"grant_type=access_token&service=myregistry.azurecr.io&access_token={token}"
    answer = simulation.app.handle(Request.to("POST", "https://myregistry.azurecr.io/oauth2/exchange",
                                              {"content-type": "application/x-www-form-urlencoded"}, form))
    assert answer.status == 200 and answer.json()["refresh_token"]
    for body in ({"principal": "nobody there", "audience": "x"}, {"principal": KUBELET}, {"audience": "x"},
                 {"principal": "pullers", "audience": "x"}):
        refused = ask(body)
        assert refused.status == 400 and json.loads(refused.body)["error"]
