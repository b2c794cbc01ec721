"""Cache rules and credential sets against the published specifications and their official examples.

Every operation of the two extracts is called with the parameters of its example; the answer's status must be one that
the specification has, its body must follow the schema, and it must have the keys of the example.
"""
from __future__ import annotations

import json

import pytest
from acrsim.protocol.http import Request
from recorded_world import SUBSCRIPTION, recorded_app, replay
from recordings import shared
from swagger import violations

STABLE, PREVIEW = "stable/2025-11-01", "preview/2026-09-01-preview"
EXAMPLES = [(STABLE, name) for name in (
    "CacheRuleCreate", "CacheRuleDelete", "CacheRuleGet", "CacheRuleList", "CacheRuleUpdate", "CredentialSetCreate",
    "CredentialSetDelete", "CredentialSetGet", "CredentialSetList", "CredentialSetUpdate")] + [
    (PREVIEW, "CacheRuleCreateUserAssignedMIAuthentication"), (PREVIEW, "CacheRuleCreateUserAssignedMIGoogle")]
METHODS = {"Create": "PUT", "Update": "PATCH", "Delete": "DELETE", "Get": "GET", "List": "GET"}
IDENTITIES = "12345678-1234-1234-1234-123456789012"


def folder(version: str):
    return (shared() / "specs" / "specification" / "containerregistry" / "resource-manager"
            / "Microsoft.ContainerRegistry" / "Registry" / version)


def specification(version: str) -> dict:
    return json.loads((folder(version) / "containerregistry.EXTRACT.json").read_text(encoding="utf-8"))


def example(version: str, name: str) -> dict:
    return json.loads((folder(version) / "examples" / f"{name}.json").read_text(encoding="utf-8"))


def azure(with_children: bool):
    """A registry as the examples have it; for reads, updates and deletes with the rule and the sets in it."""
    vault = "https://myvault.vault.azure.net/secrets"
    registry = {"name": "myRegistry", "subscription": SUBSCRIPTION, "group": "myResourceGroup"}
    registry["credentialSets"] = [{"name": name, "loginServer": "docker.io", "username": f"{vault}/username",
                                   "password": f"{vault}/password"} for name in ("myCredentialSet", "myCredentialSet2")]
    if with_children:
        registry["cacheRules"] = [{"name": "myCacheRule", "source": "docker.io/library/hello-world",
                                   "target": "cached-docker-hub/hello-world", "credentialSet": "myCredentialSet2"}]
    group = f"/subscriptions/{IDENTITIES}/resourceGroups/myResourceGroup"
    app = recorded_app(["myResourceGroup"], {"vaults": [], "registries": [registry]})
    from acrsim.state.resources import Resource
    identity_id = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/myUserAssignedIdentity"
    app.world.resources.put(Resource(identity_id, "Microsoft.ManagedIdentity/userAssignedIdentities",
                                     "myUserAssignedIdentity", "eastus",
                                     properties={"principalId": IDENTITIES, "clientId": IDENTITIES}))
    from acrsim.seed import assign
    from recorded_world import OWNER
    assign(app.world, OWNER, "User", "Managed Identity Operator", identity_id)
    return app


def operation(version: str, name: str):
    """(path template, method, operation) of the specification that an example belongs to."""
    kind, verb = ("cacheRules", name.removeprefix("CacheRule")) if name.startswith("CacheRule") else \
        ("credentialSets", name.removeprefix("CredentialSet"))
    method = next(found for word, found in METHODS.items() if verb.startswith(word))
    for path, methods in specification(version)["paths"].items():
        if path.rstrip("/").endswith(kind if verb == "List" else f"/{kind}/{{{kind[:-1]}Name}}"):
            return path, method, methods[method.lower()]
    raise LookupError(f"no operation for {name}")


def send(app, path: str, method: str, parameters: dict):
    body = next((value for name, value in parameters.items() if name.endswith("Parameters")), b"")
    for name, value in parameters.items():
        path = path.replace(f"{{{name}}}", str(value))
    return app.handle(Request.to(method, f"https://management.azure.com{path}?api-version={parameters['api-version']}",
                                 {"authorization": f"Bearer {replay(app).token('management.azure.com')}"}, body))


@pytest.mark.parametrize("version, name", EXAMPLES)
def test_official_example(version, name):
    path, method, described = operation(version, name)
    document = example(version, name)
    answer = send(azure(method != "PUT" and not name.startswith("CredentialSetDelete")), path, method,
                  document["parameters"])
    status = str(answer.status)
    assert status in described["responses"], answer.body
    for header in document["responses"].get(status, {}).get("headers", {}):
        assert header in answer.headers
    schema = described["responses"][status].get("schema")
    if schema is None:
        assert answer.body == b""
        return
    definitions = specification(version)["definitions"]
    assert violations(answer.json(), schema, definitions) == []
    examples = document["responses"]
    assert missing_keys(examples.get(status, examples["200"])["body"], answer.json()) == []


def missing_keys(theirs, ours, path: str = "") -> list[str]:
    """Keys of the example that our answer has not."""
    if isinstance(theirs, dict):
        return [item for name, value in theirs.items()
                for item in ([f"{path}.{name}"] if name not in ours else
                             missing_keys(value, ours[name], f"{path}.{name}"))]
    if isinstance(theirs, list) and theirs:
        return missing_keys(theirs[0], ours[0], f"{path}[]") if ours else [f"{path}[]"]
    return []


@pytest.mark.parametrize("version, api_version", [(STABLE, "2025-11-01"), (PREVIEW, "2026-09-01-preview")])
def test_every_answer_follows_the_schema(version, api_version):
    """Lists and single reads of a registry with all there is, in both versions."""
    app, definitions = azure(True), specification(version)["definitions"]
    base = (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/myResourceGroup/providers/Microsoft.ContainerRegistry/"
            "registries/myRegistry")
    for path, definition in (("cacheRules", "CacheRulesListResult"), ("cacheRules/myCacheRule", "CacheRule"),
                             ("credentialSets", "CredentialSetListResult"),
                             ("credentialSets/myCredentialSet", "CredentialSet")):
        answer = send(app, f"{base}/{path}", "GET", {"api-version": api_version})
        assert answer.status == 200
        assert violations(answer.json(), {"$ref": f"#/definitions/{definition}"}, definitions) == []


def test_the_validator_sees_what_is_wrong():
    definitions = specification(STABLE)["definitions"]
    reference = {"$ref": "#/definitions/CredentialHealth"}
    assert violations({"status": "Healthy"}, reference, definitions) == []
    assert violations({"status": "Fine"}, reference, definitions)
    assert violations({"state": "Healthy"}, reference, definitions)
    assert violations("Healthy", reference, definitions)
