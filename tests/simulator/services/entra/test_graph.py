"""Microsoft Graph: whom it finds, and whom it refuses."""
from __future__ import annotations

from consumer_world import REGISTRIES, ROLES, ConsumerWorld
from small_world import SmallWorld, code

VM = "0c000000-0000-4000-8000-000000000031"


def graph(small, path, who=None):
    return small.call("GET", f"https://graph.microsoft.com/v1.0{path}", who=who, audience="https://graph.microsoft.com")


def test_graph_finds_service_principals_by_app_id():
    small = SmallWorld()
    path = f"/servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '{small.nobody.app_id}')"
    assert [item["id"] for item in graph(small, path).json()["value"]] == [small.nobody.object_id]
    assert graph(small, f"/servicePrincipals/{small.nobody.object_id}").json()["appId"] == small.nobody.app_id
    assert code(graph(small, "/servicePrincipals/none")) == "Request_ResourceNotFound"
    assert graph(small, "/me").status == 400


def test_graph_is_closed_to_who_may_not_read_the_directory():
    small = SmallWorld()
    small.nobody.reads_directory = False
    refused = graph(small, "/servicePrincipals", small.nobody)
    assert (refused.status, code(refused)) == (403, "Authorization_RequestDenied")


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


def test_a_refusal_says_when_it_was_and_which_request():
    small = SmallWorld()
    url = "https://graph.microsoft.com/v1.0/servicePrincipals/none"
    ids = {"client-request-id": "0e000000-0000-4000-8000-000000000001"}
    error = small.call("GET", url, audience="https://graph.microsoft.com", headers=ids).json()["error"]
    assert set(error["innerError"]) == {"date", "request-id", "client-request-id"}
    assert error["innerError"]["client-request-id"] == ids["client-request-id"]
    for path, audience in (("/me", "https://graph.microsoft.com"), ("/users", "https://management.azure.com")):
        inner = small.call("GET", f"https://graph.microsoft.com/v1.0{path}", audience=audience).json()["error"]
        assert inner["innerError"]["request-id"] == inner["innerError"]["client-request-id"]
