"""Registries, cache rules, credential sets and tokens against what Azure answered.

Covered: acr-cache-rules-and-credential-sets.json (all but the subscription's list of resources, which is another
service's), acr-network-rules.json (all), acr-registry-identity.json (all whose operation began in the recording),
acr-writable-cache-2026-09.json (all),
acr-data-plane-tokens.json (all but artifact streaming, which the simulator has not), acr-cache-2026-excerpts.json (the
registry), specs/observed (statuses, keys and words).
"""
from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlencode

import pytest
from acrsim.protocol.http import Request
from acrsim.protocol.tokens import issue
from comparison import differences
from recorded_world import OWNER, SUBSCRIPTION, recorded_app, replay
from recordings import recorded, shared

GROUP = "clitest.rg000001"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
SLOW = {"operation_seconds": 10}


def app(registry: str | None = None, **properties):
    vaults = [{"id": f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/cliimportkv73021", "location": "westus",
               "rbac": False, "secrets": {"SPusername": "u", "SPpassword": "p"}}]
    registries = [{"name": registry, "subscription": SUBSCRIPTION, "group": GROUP, "sku": "Premium",
                   "properties": properties,
                   "repositories": [{"repository": "microsoft", "tags": ["azure-cli"]}]}] if registry else []
    upstreams = [{"loginServer": "mcr.microsoft.com",
                  "images": [{"repository": "k8se/quickstart", "tags": ["latest"]}]}]
    return recorded_app([GROUP], {"vaults": vaults, "registries": registries, "upstreams": upstreams}, knobs=SLOW)


def replayed(name: str, only: range | None = None, identities: tuple[str, ...] = ()) -> dict[int, list[str]]:
    """What is unlike, by exchange; time passes only before an answer that says an operation is over."""
    azure = app()
    for item in identities:
        principal = azure.world.directory.create_managed_identity(item, azure.world.tenant_of(item), item)
        azure.world.resources.put(_identity(item, principal))
    calls, unlike = replay(azure), {}
    for exchange in recorded(name):
        is_poll = "/operationStatuses/" in exchange.url or "/operationResults/" in exchange.url
        if only and exchange.index not in only or "/resources?" in exchange.url:
            continue
        if is_poll and exchange.url not in calls.urls:
            continue
        if not is_poll or exchange.status == 200 and exchange.answer in (None, {"status": "Succeeded"}):
            azure.world.clock.advance(20)
        found = differences(exchange, calls.send(exchange))
        unlike.update({exchange.index: found} if found else {})
    return unlike


def _identity(identity_id: str, principal):
    from acrsim.state.resources import Resource
    return Resource(identity_id, "Microsoft.ManagedIdentity/userAssignedIdentities", identity_id.rsplit("/", 1)[-1],
                    "westus", properties={"principalId": principal.object_id, "clientId": principal.app_id})


def test_cache_rules_and_credential_sets():
    assert replayed("acr-cache-rules-and-credential-sets") == {}


def test_network_rules():
    assert replayed("acr-network-rules") == {}


def test_registry_with_writable_cache_repositories():
    assert replayed("acr-writable-cache-2026-09") == {}


def test_registry_made_for_a_container_app():
    """The registry's part of role-assignment-registry-201-409.json: made, read, an image imported."""
    assert replayed("role-assignment-registry-201-409", range(1, 9)) == {}


def test_registry_identity():
    name = "acr-registry-identity"
    ids = {key for exchange in recorded(name) for key in _assigned(exchange.body)}
    assert replayed(name, identities=tuple(sorted(ids))) == {}


def _assigned(body) -> list[str]:
    return list(((body or {}).get("identity") or {}).get("userAssignedIdentities") or {})


class TestDataPlane:
    """The recording names the registry in two ways: by its placeholder, and in headers by its real name."""
    name = "acr-data-plane-tokens"

    @pytest.fixture
    def azure(self):
        return app("clireg000002")

    def send(self, azure, exchange, token: str | None = None):
        body = exchange.body
        if isinstance(body, str):
            form = {key: values[0] for key, values in parse_qs(body).items()}
            form["service"] = "clireg000002.azurecr.io"
            for key in ("access_token", "refresh_token"):
                if key in form:
                    form[key] = token
            body = urlencode(form)
        headers = {"authorization": f"Bearer {token}"} if token and not body else {}
        return azure.handle(Request.to(exchange.method, exchange.url, headers, body or b""))

    def unlike(self, exchange, answer, ignore=frozenset()):
        for headers in (exchange.headers, answer.headers):
            if "www-authenticate" in headers:
                headers["www-authenticate"] = re.sub(r"\w+\.azurecr\.io", "registry", headers["www-authenticate"])
        return differences(exchange, answer, ignore)

    def test_challenge_exchange_and_token(self, azure):
        challenge, _, exchanged, token = recorded(self.name)[:4]
        assert self.unlike(challenge, self.send(azure, challenge)) == []
        entra = issue(azure.world, azure.world.directory.get(OWNER), "https://containerregistry.azure.net")
        refresh = self.send(azure, exchanged, entra)
        assert self.unlike(exchanged, refresh) == []
        access = self.send(azure, token, refresh.json()["refresh_token"])
        assert self.unlike(token, access) == []
        assert access.json()["access_token"].count(".") == 2

    def test_a_tag_and_its_referrers(self, azure):
        exchanges = recorded(self.name)
        entra = issue(azure.world, azure.world.directory.get(OWNER), "https://containerregistry.azure.net")
        refresh = self.send(azure, exchanges[2], entra).json()["refresh_token"]
        form = urlencode({"grant_type": "refresh_token", "service": "clireg000002.azurecr.io", "refresh_token": refresh,
                          "scope": "repository:microsoft:pull,metadata_read"})
        access = azure.handle(Request.to("POST", "https://clireg000002.azurecr.io/oauth2/token", {}, form))
        for exchange in exchanges:
            if "/_tags/" in exchange.url or "/referrers/" in exchange.url:
                answer = self.send(azure, exchange, access.json()["access_token"])
                assert self.unlike(exchange, answer) == [], exchange.url


def excerpts() -> dict[str, dict]:
    path = shared() / "recordings" / "acr-cache-2026-excerpts.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    return {item["operation"].split(" ")[0]: item for item in document["exchanges"]}


def body_of(text: str) -> dict:
    """The excerpts shorten systemData to dots."""
    return json.loads(text.replace("{...}", "{}"))


def test_registry_of_2026_is_answered_at_once_with_all_its_keys():
    item = excerpts()["PUT"]
    calls = replay(app())
    path = f"{GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/clireg000002"
    request = Request.to("PUT", f"https://management.azure.com{path}?api-version=2026-01-01-preview",
                         {"authorization": "Bearer " + calls.token("management.azure.com")},
                         json.loads(item["request"]["body"]))
    answer, recorded_body = calls.app.handle(request), body_of(item["response"]["body"])
    assert answer.status == item["response"]["status"]
    assert answer.json().keys() == recorded_body.keys()
    assert answer.json()["properties"].keys() == recorded_body["properties"].keys()
    for name, value in recorded_body["properties"].items():
        if name not in ("creationDate", "policies"):
            assert answer.json()["properties"][name] == value


OBSERVED = ("credential_set_create_201_2023-01-01-preview", "cache_rule_create_201_2023-01-01-preview",
            "credential_set_get_200_forbidden_2026-01-01-preview",
            "cache_rule_create_managed_identity_201_2026-01-01-preview")


def observed(name: str) -> dict:
    path = shared() / "specs" / "observed" / "azure-cli-recordings" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def observed_world():
    azure = app("clireg000002")
    azure.world.knobs.turn({"vault_identity_delay": 60})
    for name in ("cache-identity000003", "cache-identity2000004"):
        identity_id = (f"/subscriptions/{SUBSCRIPTION}/resourcegroups/{GROUP}/providers/Microsoft.ManagedIdentity/"
                       f"userAssignedIdentities/{name}")
        azure.world.resources.put(_identity(
            identity_id, azure.world.directory.create_managed_identity(name, azure.world.tenant_of(identity_id))))
    return azure, replay(azure).token("management.azure.com")


def call(azure, token: str, method: str, path: str, body: dict | bytes = b""):
    return azure.handle(Request.to(method, f"https://management.azure.com{path}",
                                   {"authorization": f"Bearer {token}"}, body))


def same_words(text: str) -> str:
    """A health message without the parts that are new in each answer."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)
    text = re.sub(r"directory '[^']*'", "directory '<name>'", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", "<time>", text)


def test_observed_sequence():
    """Set with an unknown identity, rule on the unhealthy set, set without access, rule with a managed identity."""
    azure, token = observed_world()
    first, second, third, fourth = (observed(name) for name in OBSERVED)
    for item in (first, second):
        answer = call(azure, token, "PUT", item["request"]["url"], item["request"]["body"])
        expected = item["response"]
        assert answer.status == expected["status"]
        assert "azure-asyncoperation" in answer.headers
        assert set(expected["body"]) <= set(answer.json())
        assert answer.json()["properties"].keys() == expected["body"]["properties"].keys()
        assert answer.json()["properties"]["provisioningState"] == "Creating"
    shown = call(azure, token, "GET", first["request"]["url"]).json()["properties"]["authCredentials"][0]
    theirs = first["response"]["body"]["properties"]["authCredentials"][0]
    assert shown["credentialHealth"]["errorCode"] == theirs["credentialHealth"]["errorCode"]
    assert same_words(shown["credentialHealth"]["errorMessage"]) == same_words(
        theirs["credentialHealth"]["errorMessage"])

    azure.world.clock.advance(61)
    answer = call(azure, token, "GET", third["request"]["url"])
    theirs = third["response"]["body"]
    assert set(answer.json()) == set(theirs)
    assert answer.json()["identity"]["type"] == theirs["identity"]["type"] == "systemAssigned"
    health = answer.json()["properties"]["authCredentials"][0]["credentialHealth"]
    assert health["errorCode"] == "Forbidden"
    assert same_words(health["errorMessage"]) == same_words(
        theirs["properties"]["authCredentials"][0]["credentialHealth"]["errorMessage"])
    for version in third["response"]["headers"]["api-supported-versions"].split(", "):
        assert version in answer.headers["api-supported-versions"].split(", ")

    answer = call(azure, token, "PUT", fourth["request"]["url"], fourth["request"]["body"])
    assert answer.status == fourth["response"]["status"]
    assert answer.json()["identity"]["type"] == "userAssigned"
    assert answer.json()["properties"].keys() == fourth["response"]["body"]["properties"].keys()
    poll = answer.headers["azure-asyncoperation"].removeprefix("https://management.azure.com")
    assert call(azure, token, "GET", poll).json() == fourth["poll"][0]["body"]
    later = fourth["later_patch"]
    patched = call(azure, token, "PATCH", later["url"], later["request_body"])
    assert patched.status == later["status"]
    assert patched.json()["properties"]["provisioningState"] == later["response_provisioningState"]
    assert patched.json()["identity"]["userAssignedIdentities"].keys() == \
        later["response_identity"]["userAssignedIdentities"].keys()
