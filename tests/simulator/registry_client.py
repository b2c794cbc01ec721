"""A world with registries, a vault and upstreams, and a caller that speaks to it without a network."""
from __future__ import annotations

import base64
import json
import re
from urllib.parse import urlencode

from acrsim.app import App
from acrsim.protocol.http import Request, Response
from acrsim.protocol.tokens import issue
from acrsim.seed import assign, plant
from acrsim.services.key_vault.store import VAULT_TYPE, VaultStore
from acrsim.state.knobs import Knobs
from acrsim.state.resources import Resource
from acrsim.state.world import World

SERVER = "https://myregistry.azurecr.io"
TENANT = "11111111-1111-4111-8111-111111111111"
SUBSCRIPTION = "aaaaaaaa-0000-4000-8000-000000000001"
OWNER, READER, NOBODY = (f"0b000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/demo-rg"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry"
VAULT = f"{GROUP}/providers/{VAULT_TYPE}/mykeyvault"
VERSION = "2025-11-01"
PREVIEW = "2026-09-01-preview"
SECRETS = {"usernameSecretIdentifier": "https://mykeyvault.vault.azure.net/secrets/dockerhub-user",
           "passwordSecretIdentifier": "https://mykeyvault.vault.azure.net/secrets/dockerhub-pat"}

SEED = {
    "tenants": [{"id": TENANT, "domain": "contoso.onmicrosoft.com"}],
    "subscriptions": [{"id": SUBSCRIPTION, "name": "demo", "tenant": TENANT,
                       "groups": [{"name": "demo-rg", "location": "eastus"}]}],
    "principals": [
        {"name": "owner", "kind": "ServicePrincipal", "appId": OWNER.replace("0b", "0a", 1), "objectId": OWNER,
         "secret": "owner-secret", "roles": [{"role": "Owner", "scope": f"/subscriptions/{SUBSCRIPTION}"}]},
        {"name": "reader", "kind": "ServicePrincipal", "appId": READER.replace("0b", "0a", 1), "objectId": READER,
         "secret": "reader-secret", "roles": [{"role": "Reader", "scope": f"/subscriptions/{SUBSCRIPTION}"}]},
        {"name": "nobody", "kind": "ServicePrincipal", "appId": NOBODY.replace("0b", "0a", 1), "objectId": NOBODY,
         "secret": "nobody-secret"}],
    "registries": [
        {"name": "myregistry", "subscription": SUBSCRIPTION, "group": "demo-rg",
         "repositories": [{"repository": "own/app", "tags": ["1.0"]}]},
        {"name": "upstreamreg", "subscription": SUBSCRIPTION, "group": "demo-rg",
         "properties": {"roleAssignmentMode": "AbacRepositoryPermissions"},
         "repositories": [{"repository": "team/app", "tags": ["1.0"]}]}],
    "upstreams": [
        {"loginServer": "docker.io", "rateLimit": {"anonymous": 100, "account": 200},
         "accounts": [{"username": "dockeruser", "password": "pat"}],
         "images": [{"repository": "library/ubuntu", "tags": ["22.04"], "platforms": ["linux/amd64", "linux/arm64"]},
                    {"repository": "dockeruser/private", "tags": ["1"], "private": ["dockeruser"]}]},
        {"loginServer": "ghcr.io", "accounts": [{"username": "ghuser", "password": "ghpat"}],
         "images": [{"repository": "contoso/app", "tags": ["1.0"], "private": ["ghuser"]},
                    {"repository": "contoso/tool", "tags": ["2.0"]}]},
        {"loginServer": "mcr.microsoft.com",
         "images": [{"repository": "dotnet/sdk", "tags": ["8.0"]}, {"repository": "dotnet/runtime", "tags": ["8.0"]}]}],
}


class RegistryClient:
    """`world` and `app`, and calls as `owner` unless another object id is given."""

    def __init__(self, **knobs):
        self.world = World(Knobs(**knobs))
        self.app = App(self.world)
        plant(self.app, SEED)
        self.world.resources.put(Resource(VAULT, VAULT_TYPE, "mykeyvault", "eastus",
                                          properties={"enableRbacAuthorization": True, "accessPolicies": []}))
        self.vault = self.world.part(VaultStore)
        self.vault.write("mykeyvault", "dockerhub-user", "dockeruser")
        self.vault.write("mykeyvault", "dockerhub-pat", "pat")

    def plant(self, document: dict) -> None:
        plant(self.app, document)

    def arm(self, method: str, path: str, body: dict | bytes = b"", who: str = OWNER,
            version: str = VERSION) -> Response:
        """`path`: an ARM id, or what follows the registry's id when it begins without /subscriptions."""
        path = path if path.startswith("/subscriptions") else f"{REGISTRY}/{path}".rstrip("/")
        return self.get(f"https://management.azure.com{path}?api-version={version}", method, body,
                        self.arm_token(who))

    def arm_token(self, who: str = OWNER) -> str:
        return issue(self.world, self.world.directory.get(who), "https://management.azure.com")

    def user_assigned_identity(self, name: str) -> str:
        """The id of a new user-assigned identity."""
        identity_id = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
        principal = self.world.directory.create_managed_identity(name, TENANT, identity_id)
        self.world.resources.put(Resource(
            identity_id, "Microsoft.ManagedIdentity/userAssignedIdentities", name, "eastus",
            properties={"principalId": principal.object_id, "clientId": principal.app_id, "tenantId": TENANT}))
        return identity_id

    def get(self, url: str, method: str = "GET", body: dict | bytes | str = b"", token: str | None = None,
            basic: tuple[str, str] | None = None) -> Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if basic:
            headers["authorization"] = "Basic " + base64.b64encode(":".join(basic).encode()).decode()
        return self.app.handle(Request.to(method, url, headers, body))

    def refresh_token(self, who: str = OWNER, registry: str = "myregistry",
                      audience: str = "https://containerregistry.azure.net") -> Response:
        entra = issue(self.world, self.world.directory.get(who), audience)
        form = {"grant_type": "access_token", "service": f"{registry}.azurecr.io", "tenant": TENANT,
                "access_token": entra}
        return self.get(f"https://{registry}.azurecr.io/oauth2/exchange", "POST", urlencode(form))

    def access_token(self, *scopes: str, who: str = OWNER, registry: str = "myregistry") -> str:
        form = [("grant_type", "refresh_token"), ("service", f"{registry}.azurecr.io"),
                ("refresh_token", self.refresh_token(who, registry).json()["refresh_token"]),
                *(("scope", scope) for scope in scopes)]
        answer = self.get(f"https://{registry}.azurecr.io/oauth2/token", "POST", urlencode(form))
        assert answer.status == 200, answer.body
        return answer.json()["access_token"]

    def pull(self, repository: str, reference: str, who: str = OWNER, registry: str = "myregistry") -> Response:
        token = self.access_token(f"repository:{repository}:pull", who=who, registry=registry)
        return self.get(f"https://{registry}.azurecr.io/v2/{repository}/manifests/{reference}", token=token)

    def put_rule(self, name: str, source: str, target: str, credential_set: str | None = None,
                 identity: str | None = None, version: str = VERSION, who: str = OWNER) -> Response:
        body: dict = {"properties": {"sourceRepository": source, "targetRepository": target}}
        if credential_set:
            body["properties"]["credentialSetResourceId"] = f"{REGISTRY}/credentialSets/{credential_set}"
        if identity:
            body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}
        return self.arm("PUT", f"cacheRules/{name}", body, who, version)

    def put_set(self, name: str = "docker-hub", login_server: str = "docker.io", who: str = OWNER, **ids) -> Response:
        body = {"identity": {"type": "SystemAssigned"},
                "properties": {"loginServer": login_server,
                               "authCredentials": [{"name": "Credential1", **SECRETS, **ids}]}}
        return self.arm("PUT", f"credentialSets/{name}", body, who)

    def healthy_set(self, name: str = "docker-hub", login_server: str = "docker.io") -> str:
        """A credential set whose identity may read both secrets; its principal id."""
        principal_id = self.put_set(name, login_server).json()["identity"]["principalId"]
        for secret in ("dockerhub-user", "dockerhub-pat"):
            assign(self.world, principal_id, "ServicePrincipal", "Key Vault Secrets User", f"{VAULT}/secrets/{secret}")
        return principal_id

    def health(self, name: str = "docker-hub") -> dict:
        document = self.arm("GET", f"credentialSets/{name}").json()
        return document["properties"]["authCredentials"][0]["credentialHealth"]


def code(answer: Response) -> str:
    """ARM's or the data plane's error code."""
    document = answer.json()
    return document["error"]["code"] if "error" in document else document["errors"][0]["code"]


def message(answer: Response) -> str:
    document = answer.json()
    return document["error"]["message"] if "error" in document else document["errors"][0]["message"]


def rule_text(answer: Response) -> str:
    """What a refusal through a cache rule says before its correlation id (form: Azure/acr issue 891)."""
    found = re.fullmatch(r"(.*)\. CorrelationId: [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\. For more information, "
                         r"please visit https://aka\.ms/acr/cache", message(answer))
    assert found, message(answer)
    return found[1]


def granted(token: str) -> list[str]:
    """The actions that a registry's access token grants on its first repository."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["access"][0]["actions"]
