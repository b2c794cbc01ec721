from __future__ import annotations

import pytest

from azext_acrcache.adapters.registries import API, API_WITH_RULE_IDENTITY, Registries
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.errors import NotFound, ServiceError, UserError
from azext_acrcache.domain.values.registry_ref import RegistryRef
from unit.records import PULLER, REGISTRY_ID, SECOND_ID, SUBSCRIPTION, set_id
from unit.user_errors import refused

from .strict_client import ARM, FakeSession

LIST = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerRegistry/registries"
OTHER = "99999999-9999-9999-9999-999999999999"
BODY = {"id": str(REGISTRY_ID), "name": "myregistry", "properties": {"loginServer": "myregistry.azurecr.io"}}
RULES = f"{REGISTRY_ID}/cacheRules"


def rule_body(name: str, source: str, **more) -> dict:
    return {"id": f"{RULES}/{name}", "properties": {"sourceRepository": source, "targetRepository": name}, **more}


def test_by_id(session, client):
    client.answer("GET", str(REGISTRY_ID), 200, BODY, **{"api-version": API})
    assert Registries(session).find(REGISTRY_ID, None).login_server == "myregistry.azurecr.io"


def test_by_name_and_group(session, client):
    client.answer("GET", str(REGISTRY_ID), 200, BODY)
    assert Registries(session).find("myregistry", "my-rg").id == REGISTRY_ID


def test_by_name_in_the_current_subscription(session, client):
    client.answer("GET", LIST, 200, {"value": [{"id": "x", "name": "another"}, BODY]})
    assert Registries(session).find("MyRegistry", None).id == REGISTRY_ID


def test_by_name_in_another_subscription(client):
    client.answer("GET", LIST, 200, {"value": []})
    client.answer("GET", LIST.replace(SUBSCRIPTION, OTHER), 200, {"value": [BODY]})
    client.answer("GET", LIST.replace(SUBSCRIPTION, "closed"), 403, {})
    client.answer("GET", "/subscriptions/closed/resources", 200, {"value": []})
    assert Registries(FakeSession(client, [OTHER, "closed"])).find("myregistry", None).name == "myregistry"


def test_by_name_for_somebody_with_rights_on_one_group_only(session, client):
    client.answer("GET", LIST, 403, {})
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/resources", 200,
                  {"value": [{"id": str(REGISTRY_ID), "name": "myregistry"}]})
    client.answer("GET", str(REGISTRY_ID), 200, BODY)
    assert Registries(session).find("myregistry", None, "myregistry.azurecr.io").id == REGISTRY_ID


def test_several_at_once_list_a_subscription_once(session, client):
    second = {**BODY, "id": str(SECOND_ID), "name": SECOND_ID.name}
    client.answer("GET", LIST, 200, {"value": [BODY, second]})
    client.answer("GET", str(REGISTRY_ID), 200, BODY).answer("GET", str(REGISTRY_ID), 200, BODY)
    answers = Registries(session).find_all([RegistryRef(SECOND_ID.name), RegistryRef("nosuch"), RegistryRef(REGISTRY_ID),
                                            RegistryRef("MyRegistry"), RegistryRef("myregistry", "my-rg")])
    assert [type(answer) for answer in answers] == [Registry, NotFound, Registry, Registry, Registry]
    assert answers[0].id == SECOND_ID and "nosuch" in answers[1].message
    assert [path for method, path, *_ in client.sent].count(LIST) == 1


TWINS = [{"id": str(REGISTRY_ID).replace("my-rg", group), "name": "myregistry",
          "properties": {"loginServer": login_server}}
         for group, login_server in (("my-rg", "myregistry.azurecr.io"), ("their-rg", "myregistry-a1b2.azurecr.io"))]


def test_two_of_one_name_are_refused_with_both_ids(session, client):
    client.answer("GET", LIST, 200, {"value": TWINS})
    refused(lambda: Registries(session).find("myregistry", None), TWINS[0]["id"], TWINS[1]["id"], kind=UserError,
            runs="--resource-group MyGroup")


@pytest.mark.parametrize("twin", TWINS)
def test_the_login_server_tells_two_of_one_name_apart(session, client, twin):
    client.answer("GET", LIST, 200, {"value": TWINS})
    there = Registries(session).find("myregistry", None, twin["properties"]["loginServer"])
    assert str(there.id) == twin["id"]


def test_a_login_server_that_the_registry_of_the_group_has_not(session, client):
    client.answer("GET", str(REGISTRY_ID), 200, BODY)
    refused(lambda: Registries(session).find("myregistry", "my-rg", "myregistry-a1b2.azurecr.io"), "'my-rg'",
            "myregistry-a1b2.azurecr.io", kind=NotFound, runs="az acr list")


def test_a_registry_that_may_not_be_read_keeps_the_login_server_that_was_named(session, client):
    client.answer("GET", str(REGISTRY_ID), 403, {})
    there = Registries(session).find("myregistry", "my-rg", "myregistry-a1b2.azurecr.io")
    assert there.assumed and there.login_server == "myregistry-a1b2.azurecr.io"


def test_a_registry_that_nobody_sees(session, client):
    client.answer("GET", LIST, 200, {"value": []}).answer("GET", str(REGISTRY_ID), 404, {})
    refused(lambda: Registries(session).find("myregistry", None), "'myregistry'", kind=NotFound, runs="az acr list")
    refused(lambda: Registries(session).find("myregistry", "my-rg"), "'myregistry'", "'my-rg'", kind=NotFound,
            runs="az acr list")


def test_who_may_write_rules_and_not_read_the_registry_goes_on(session, client):
    client.answer("GET", str(REGISTRY_ID), 403, {})
    found = Registries(session).find("myregistry", "my-rg")
    assert found.assumed and found.id == REGISTRY_ID and found.login_server == "myregistry.azurecr.io"


def test_all_of_the_subscription_or_of_a_group(session, client):
    other = {**BODY, "id": str(REGISTRY_ID).replace("my-rg", "other-rg").replace("myregistry", "Another"),
             "name": "Another"}
    for _ in range(2):
        client.answer("GET", LIST, 200, {"value": [BODY, other]})
    assert [registry.name for registry in Registries(session).all()] == ["Another", "myregistry"]
    assert [registry.id for registry in Registries(session).all("MY-RG")] == [REGISTRY_ID]


def test_all_for_somebody_with_rights_on_one_group_only(session, client):
    client.answer("GET", LIST, 403, {})
    client.answer("GET", f"/subscriptions/{SUBSCRIPTION}/resources", 200,
                  {"value": [{"id": str(REGISTRY_ID), "name": "myregistry"}]})
    client.answer("GET", str(REGISTRY_ID), 200, BODY)
    assert [registry.login_server for registry in Registries(session).all()] == ["myregistry.azurecr.io"]


def test_rules_in_the_stable_version(session, client):
    client.answer("GET", RULES, 200, {"value": [rule_body("ubuntu", "docker.io/library/ubuntu")]},
                  **{"api-version": API})
    assert [rule.name for rule in Registries(session).rules(REGISTRY_ID)] == ["ubuntu"]


def test_rules_on_an_azure_registry_are_read_with_their_identities(session, client):
    client.answer("GET", RULES, 200, {"value": [rule_body("app", "up.azurecr.io/app")]}, **{"api-version": API})
    client.answer("GET", RULES, 200,
                  {"value": [rule_body("app", "up.azurecr.io/app", identity={"userAssignedIdentities": {PULLER: {}}})]},
                  **{"api-version": API_WITH_RULE_IDENTITY})
    rule, = Registries(session).rules(REGISTRY_ID)
    assert rule.identities == (PULLER,)


def test_a_credential_set_or_none(session, client):
    client.answer("GET", str(set_id("hub-set")), 200,
                  {"id": str(set_id("hub-set")), "properties": {"loginServer": "docker.io"}})
    client.answer("GET", str(set_id("hub-set")), 404, {})
    registries = Registries(session)
    assert registries.credential_set(set_id("hub-set")).login_server == "docker.io"
    assert registries.credential_set(set_id("hub-set")) is None


@pytest.mark.parametrize("preview, version", [(False, API), (True, API_WITH_RULE_IDENTITY)])
def test_writing(session, client, preview, version):
    client.answer("PUT", f"{RULES}/x", 201, {"id": "x"}, **{"api-version": version})
    assert Registries(session).write("PUT", REGISTRY_ID.child("cacheRules", "x"), {"properties": {}},
                                     preview).status == 201


def test_existence(session, client):
    client.answer("GET", f"{RULES}/x", 200, {}).answer("GET", f"{RULES}/x", 404, {}).fail("GET", f"{RULES}/x", 500)
    registries, rule = Registries(session), REGISTRY_ID.child("cacheRules", "x")
    assert registries.exists(rule) and not registries.exists(rule)
    with pytest.raises(ServiceError):
        registries.exists(rule)


@pytest.mark.parametrize("status, body, words", [
    (200, {"status": "Failed", "error": {"code": "Bad", "message": "no"}}, "Bad: no"),
    (200, {"status": "Failed"}, "gave no reason"),
    (404, {"error": {"code": "Gone", "message": "too late"}}, "too late")])
def test_why_an_operation_failed_by_its_signed_url(session, client, status, body, words):
    client.answer("GET", "/status", status, body, t="1", c="a/b")
    assert words in Registries(session).why_failed(REGISTRY_ID, f"{ARM}/status?api-version=v&t=1&c=a%2Fb")


def test_service_endpoints_are_read_in_the_version_that_has_them(session, client):
    subnet = {"action": "Allow", "virtualNetworkSubnetResourceId": "/subnet"}
    client.answer("GET", str(REGISTRY_ID), 200, {**BODY, "properties": {"networkRuleSet": {
        "virtualNetworkRules": [subnet]}}}, **{"api-version": "2026-09-01-preview"})
    assert Registries(session).subnets(REGISTRY_ID) == ("/subnet",)
