from __future__ import annotations

import pytest

from azext_acrcache.adapters.graph import Graph
from azext_acrcache.adapters.rest import Rest
from azext_acrcache.domain.values.errors import Conflict, HostNotTrusted, NotFound, ServiceError
from unit.user_errors import refused

PRINCIPALS, BY_IDS = "/v1.0/servicePrincipals", "/v1.0/directoryObjects/getByIds"
APP, OBJECT = "55555555-5555-5555-5555-555555555550", "55555555-5555-5555-5555-555555555551"
BODY = {"id": OBJECT, "appId": APP, "displayName": "my app", "servicePrincipalType": "Application"}
DENIED = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}


@pytest.fixture
def graph(session, client):
    made = Graph(session, lambda: session.subscription)
    made.__dict__["_rest"] = Rest(client, "https://graph.microsoft.com", gate=session.gate)
    return made


def test_by_application_id(graph, client):
    client.answer("GET", PRINCIPALS, body={"value": [BODY]})
    entry = graph.service_principal(APP)
    assert (entry.id, entry.name, entry.client_id) == (OBJECT, "my app", APP)
    assert client.sent[0][2] == {"$filter": f"servicePrincipalNames/any(c:c eq '{APP}')"}


def test_by_object_id(graph, client):
    client.answer("GET", PRINCIPALS, body={"value": []}).answer("GET", f"{PRINCIPALS}/{OBJECT}", body=BODY)
    assert graph.service_principal(OBJECT).client_id == APP


def test_there_is_none(graph, client):
    client.answer("GET", PRINCIPALS, body={"value": []})
    client.answer("GET", f"{PRINCIPALS}/{APP}", 404, {"error": {"code": "Request_ResourceNotFound"}})
    refused(lambda: graph.service_principal(APP), APP, kind=NotFound, runs="az ad sp create")


def test_who_may_not_ask_is_told_what_needs_no_asking(graph, client):
    client.answer("GET", PRINCIPALS, 403, DENIED)
    refused(lambda: graph.service_principal(APP), APP, kind=Conflict, runs="--assignee-object-id")


def test_many_at_once(graph, client):
    client.answer("POST", BY_IDS, body={"value": [{"@odata.type": "#microsoft.graph.user", "id": OBJECT.upper(),
                                                   "displayName": "Somebody"}]})
    entries = graph.entries([OBJECT, OBJECT.upper(), APP])
    assert (list(entries), entries[OBJECT].kind, entries[OBJECT].name) == ([OBJECT], "user", "Somebody")
    assert client.sent[0][3]["ids"] == [APP, OBJECT]


def test_more_than_graph_takes_at_once(graph, client):
    for _ in range(3):
        client.answer("POST", BY_IDS, body={"value": []})
    graph.entries(str(number) for number in range(2001))
    assert [len(body["ids"]) for *_, body in client.sent] == [1000, 1000, 1]


def test_refused_where_many_are_asked_for(graph, client):
    client.answer("POST", BY_IDS, 403, DENIED)
    with pytest.raises(ServiceError):
        graph.entries([OBJECT])


def test_a_look_up_of_many_changes_nothing_so_it_is_tried_again(graph, client):
    client.answer("POST", BY_IDS, 503).answer("POST", BY_IDS, body={"value": [BODY]})
    assert list(graph.entries([OBJECT])) == [OBJECT]


def test_who_is_gone_is_asked_one_by_one(graph, client):
    client.answer("GET", f"{PRINCIPALS}/{OBJECT}", 404, {"error": {"code": "Request_ResourceNotFound"}})
    client.answer("GET", f"/v1.0/users/{APP}", body={"id": APP})
    assert graph.gone([(OBJECT, "ServicePrincipal"), (APP, "User")]) == {OBJECT}


def test_who_may_not_be_looked_up_is_not_gone(graph, client):
    client.answer("GET", f"/v1.0/groups/{OBJECT}", 403, DENIED)
    with pytest.raises(ServiceError):
        graph.gone([(OBJECT, "Group")])


def test_the_token_for_graph_goes_to_graph_only(graph, client):
    for host in ("graph.microsoft.com.evil.example", "management.azure.com", "graph.windows.net"):
        with pytest.raises(HostNotTrusted):
            graph._rest.follow(f"https://{host}/v1.0/users", "Entra ID")
    assert client.sent == []
