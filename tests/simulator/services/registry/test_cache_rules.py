from __future__ import annotations

import pytest
from acrsim.protocol.http import Request, Response
from acrsim.seed import assign
from registry_client import GROUP, NOBODY, PREVIEW, READER, REGISTRY, RegistryClient, code, message


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient()


def test_create_poll_read_delete(azure):
    azure.world.knobs.turn({"operation_seconds": 5, "retry_after": 10})
    created = azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*")
    assert created.status == 201 and created.headers["retry-after"] == "10"
    assert created.json()["properties"]["provisioningState"] == "Creating"
    assert azure.arm("GET", "cacheRules/mcr-rule").json()["properties"]["provisioningState"] == "Creating"
    azure.world.clock.advance(6)
    assert azure.arm("GET", "cacheRules/mcr-rule").json()["properties"]["provisioningState"] == "Succeeded"
    assert [rule["name"] for rule in azure.arm("GET", "cacheRules").json()["value"]] == ["mcr-rule"]
    gone = azure.arm("DELETE", "cacheRules/mcr-rule")
    assert gone.status == 202 and "location" in gone.headers
    assert azure.arm("GET", "cacheRules/mcr-rule").json()["properties"]["provisioningState"] == "Deleting"
    azure.world.clock.advance(6)
    assert azure.arm("GET", "cacheRules/mcr-rule").status == 404
    assert azure.arm("DELETE", "cacheRules/mcr-rule").status == 204


REFUSED = [
    ("hub", "mcr.microsoft.com/a", "a", "GenericResourceNameWithHyphenInvalid"),
    ("n" * 51, "mcr.microsoft.com/a", "a", "GenericResourceNameWithHyphenInvalid"),
    ("under_score", "mcr.microsoft.com/a", "a", "GenericResourceNameWithHyphenInvalid"),
    ("hub-rule", "docker.io/library/ubuntu", "ubuntu", "EnforceDockerAuthentication"),
    ("other-rule", "cgr.dev/chainguard/nginx", "nginx", "UpstreamNotSupported"),
    ("upper-rule", "mcr.microsoft.com/A", "a", "InvalidRepositoryName"),
    ("tag-rule", "mcr.microsoft.com/a:1", "a", "InvalidRepositoryName"),
    ("middle-rule", "mcr.microsoft.com/a/*/b", "a/*", "InvalidRepositoryName"),
    ("mixed-rule", "mcr.microsoft.com/a/*", "a", "InvalidWildcard"),
    ("mixed-rule", "mcr.microsoft.com/a", "a/*", "InvalidWildcard"),
    ("own-rule", "mcr.microsoft.com/x", "own/app", "TargetRepositoryMatchesExistingRepository"),
    ("own-rule", "mcr.microsoft.com/*", "own/*", "TargetRepositoryPrefixMatchesExistingRegistries"),
    ("all-rule", "mcr.microsoft.com/*", "*", "TargetRepositoryPrefixMatchesExistingRegistries"),
]


@pytest.mark.parametrize("name, source, target, expected", REFUSED)
def test_refused_and_nothing_stored(azure, name, source, target, expected):
    answer = azure.put_rule(name, source, target)
    assert (answer.status, code(answer)) == (400, expected)
    assert azure.arm("GET", "cacheRules").json()["value"] == []


def test_words_of_the_refusals(azure):
    assert message(azure.put_rule("own-rule", "mcr.microsoft.com/*", "own/*")) == (
        "There are one or more target repositories in the registry which match the target repository prefix 'own/*'.")
    assert message(azure.put_rule("other-rule", "cgr.dev/a", "a")).startswith(
        "Unsupported upstream or login server 'cgr.dev' provided. Supported upstreams or login servers are: docker.io")


@pytest.mark.parametrize("first, second, refused", [
    ("a/*", "a/b/*", True), ("a/b/*", "a/*", True), ("a/*", "a/*", True), ("a/b", "a/b", True),
    ("a/*", "a/b", False), ("a/b", "a/*", False), ("a/*", "ab/*", False)])
def test_overlap(azure, first, second, refused):
    def put(name: str, target: str) -> Response:
        return azure.put_rule(name, "mcr.microsoft.com/x" + ("/*" if target.endswith("*") else ""), target)

    assert put("first-rule", first).status == 201
    answer = put("second-rule", second)
    assert (answer.status == 400) is refused
    if refused:
        assert "There's already a cache rule" in message(answer)


def test_the_limit_of_1000(azure):
    azure.plant({"registries": [{"name": "myregistry", "subscription": GROUP.split("/")[2], "group": "demo-rg",
                                 "cacheRules": [{"name": f"rule-{number:04}", "source": f"mcr.microsoft.com/r{number}",
                                                 "target": f"r{number}"} for number in range(1000)]}]})
    assert azure.put_rule("rule-1000", "mcr.microsoft.com/x", "x").status == 400
    assert azure.put_rule("rule-0999", "mcr.microsoft.com/r999", "r999").status == 201


def test_lists_are_paged(azure):
    azure.plant({"registries": [{"name": "myregistry", "subscription": GROUP.split("/")[2], "group": "demo-rg",
                                 "cacheRules": [{"name": f"rule-{number:04}", "source": f"mcr.microsoft.com/r{number}",
                                                 "target": f"r{number}"} for number in range(250)]}]})
    names, document = [], azure.arm("GET", "cacheRules").json()
    sizes = [len(document["value"])]
    names += [rule["name"] for rule in document["value"]]
    token = azure.arm_token()
    while "nextLink" in document:
        document = azure.get(document["nextLink"], token=token).json()
        sizes.append(len(document["value"]))
        names += [rule["name"] for rule in document["value"]]
    assert sizes == [100, 100, 50] and len(set(names)) == 250


def test_source_and_target_cannot_change(azure):
    azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/sdk", "sdk")
    assert azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/runtime", "sdk").status == 400
    assert azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/sdk", "other").status == 400
    patch = {"properties": {"sourceRepository": "mcr.microsoft.com/x"}}
    assert azure.arm("PATCH", "cacheRules/mcr-rule", patch).status == 400
    assert azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/sdk", "sdk").json()["properties"][
        "provisioningState"] == "Updating"


def test_credential_set_must_be_the_registrys_own(azure):
    assert code(azure.put_rule("hub-rule", "docker.io/library/ubuntu", "ubuntu", "missing-set")) == \
        "CredentialSetNotFound"
    body = {"properties": {"sourceRepository": "docker.io/library/ubuntu", "targetRepository": "ubuntu",
                           "credentialSetResourceId": REGISTRY.replace("myregistry", "upstreamreg")
                           + "/credentialSets/docker-hub"}}
    assert code(azure.arm("PUT", "cacheRules/hub-rule", body)) == "InvalidCredentialSetResourceId"


def test_patch_sets_and_removes_the_credential_set(azure):
    azure.put_set()
    azure.put_rule("hub-rule", "docker.io/library/ubuntu", "ubuntu", "docker-hub")
    kept = azure.arm("PATCH", "cacheRules/hub-rule", {"properties": {}}).json()
    assert kept["properties"]["credentialSetResourceId"].endswith("/docker-hub")
    removed = azure.arm("PATCH", "cacheRules/hub-rule", {"properties": {"credentialSetResourceId": None}})
    assert removed.status == 201 and "credentialSetResourceId" not in removed.json()["properties"]


def test_identity_belongs_to_previews(azure):
    identity = azure.user_assigned_identity("puller")
    stable = azure.put_rule("acr-rule", "upstreamreg.azurecr.io/team/app", "app", identity=identity)
    assert "identity" not in stable.json()
    preview = azure.put_rule("acr-rule", "upstreamreg.azurecr.io/team/app", "app", identity=identity, version=PREVIEW)
    assert preview.json()["identity"]["type"] == "userAssigned"
    assert set(preview.json()["identity"]["userAssignedIdentities"][identity]) == {"principalId", "clientId"}
    assert "identity" not in azure.arm("GET", "cacheRules/acr-rule").json()
    other = azure.user_assigned_identity("other")
    body = {"identity": {"type": "UserAssigned", "userAssignedIdentities": {other: {}}}}
    patched = azure.arm("PATCH", "cacheRules/acr-rule", body, version=PREVIEW).json()
    assert list(patched["identity"]["userAssignedIdentities"]) == [other]


def test_identity_needs_the_right_to_assign_it(azure):
    identity = azure.user_assigned_identity("puller")
    assign(azure.world, NOBODY, "ServicePrincipal", "Container Registry Cache Rule Administrator", REGISTRY)
    answer = azure.put_rule("acr-rule", "upstreamreg.azurecr.io/team/app", "app", identity=identity, version=PREVIEW,
                            who=NOBODY)
    assert (answer.status, code(answer)) == (403, "LinkedAuthorizationFailed")
    assign(azure.world, NOBODY, "ServicePrincipal", "Managed Identity Operator", identity)
    assert azure.put_rule("acr-rule", "upstreamreg.azurecr.io/team/app", "app", identity=identity, version=PREVIEW,
                          who=NOBODY).status == 201


def test_every_call_is_authorized(azure):
    assert azure.put_rule("mcr-rule", "mcr.microsoft.com/a", "a", who=READER).status == 403
    azure.put_rule("mcr-rule", "mcr.microsoft.com/a", "a")
    assert azure.arm("GET", "cacheRules/mcr-rule", who=READER).status == 200
    assert azure.arm("DELETE", "cacheRules/mcr-rule", who=READER).status == 403
    assert azure.arm("GET", "cacheRules", who=NOBODY).status == 403


def test_a_failed_operation_leaves_a_failed_rule(azure):
    token = azure.arm_token()
    request = Request.to("PUT", f"https://management.azure.com{REGISTRY}/cacheRules/mcr-rule?api-version=2025-11-01",
                         {"authorization": f"Bearer {token}"},
                         {"properties": {"sourceRepository": "mcr.microsoft.com/a", "targetRepository": "a"}})
    request.operation_fault = {"code": "InternalServerError", "message": "no luck"}
    created = azure.app.handle(request)
    assert created.status == 201
    assert azure.arm("GET", "cacheRules/mcr-rule").json()["properties"]["provisioningState"] == "Failed"
    assert azure.get(created.headers["azure-asyncoperation"], token=token).json()["status"] == "Failed"


def test_unknown_versions_are_refused(azure):
    answer = azure.arm("GET", "cacheRules", version="2022-12-01")
    assert (answer.status, code(answer)) == (400, "NoRegisteredProviderFound")


@pytest.mark.parametrize("survive, status", [(True, 400), (False, 201)])
def test_cached_content_after_the_rule_is_gone(azure, survive, status):
    azure.world.knobs.turn({"repositories_survive_rule_delete": survive, "import_seconds": 0})
    azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*")
    assert azure.pull("dotnet/sdk", "8.0").status == 200
    azure.arm("DELETE", "cacheRules/mcr-rule")
    assert azure.arm("GET", "cacheRules/mcr-rule").status == 404
    assert azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*").status == status


def test_a_rule_may_have_to_wait_for_its_credential_set():
    azure = RegistryClient(operation_seconds=(5, 5), clock_speed=0)
    azure.put_set()
    assert azure.put_rule("early-rule", "docker.io/library/ubuntu", "ubuntu", "docker-hub").status == 201
    azure.world.knobs.rule_needs_ready_set = True
    refused = azure.put_rule("late-rule", "docker.io/library/alpine", "alpine", "docker-hub")
    assert (refused.status, code(refused)) == (400, "CredentialSetNotReady")
    assert "docker-hub" in message(refused)
    azure.world.clock.advance(5)
    assert azure.put_rule("late-rule", "docker.io/library/alpine", "alpine", "docker-hub").status == 201


def test_a_rule_may_have_to_wait_until_its_credential_set_is_healthy():
    azure = RegistryClient(rule_needs_healthy_set=True)
    azure.put_set()
    refused = azure.put_rule("early-rule", "docker.io/library/ubuntu", "ubuntu", "docker-hub")
    assert (refused.status, code(refused)) == (400, "CredentialSetUnhealthy")
    assert "Forbidden" in message(refused)
    azure.arm("DELETE", "credentialSets/docker-hub")
    azure.healthy_set("docker-hub2")
    assert azure.put_rule("early-rule", "docker.io/library/ubuntu", "ubuntu", "docker-hub2").status == 201
