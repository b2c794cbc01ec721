"""The section `registries` of a seed document: registries with what they hold.

    registries:
      - name: myregistry                # unique in all of Azure
        subscription: <id>
        group: demo-rg
        location: eastus                # default: eastus
        sku: Standard                   # default: Standard
        tags: {}
        identity: {type: SystemAssigned} or {type: UserAssigned, userAssignedIdentities: {<id>: {}}}
        properties: {roleAssignmentMode: AbacRepositoryPermissions, ...}   # as in a PUT
        adminPasswords: [first, second]                                     # when adminUserEnabled
        repositories: [<image, see upstreams/seed.py>]
        credentialSets: [{name, loginServer, username: <secret id>, password: <secret id>}]
        cacheRules: [{name, source, target, credentialSet: <name or ID>, identity: <user-assigned identity id>}]

A registry that exists already gets what the document adds.
"""
from __future__ import annotations

from ...state.resources import Resource
from ..upstreams.seed import image_entries
from .content import CACHE_RULE, CREDENTIAL_SET, REGISTRY, RegistryContent
from .registry_properties import new_properties, normal_properties

SEED_KEYS = {"registries"}


def seed(world, document: dict) -> None:
    """Plant the section. Raises KeyError for an entry without a part it needs, ValueError for an image that is none."""
    for entry in document.get("registries") or []:
        registry = _registry(world, entry)
        store = world.part(RegistryContent).of(registry.id)
        for name, tag, image in image_entries(entry.get("repositories") or []):
            store.ensure(name, world.clock.now()).add_image(image, world.clock.now(), tag)
        for item in entry.get("credentialSets") or []:
            _credential_set(world, registry, item)
        for item in entry.get("cacheRules") or []:
            _cache_rule(world, registry, item)


def _registry(world, entry: dict) -> Resource:
    registry_id = (f"/subscriptions/{entry['subscription']}/resourceGroups/{entry['group']}/providers/{REGISTRY}/"
                   f"{entry['name']}")
    registry = world.resources.get(registry_id)
    if registry is None:
        registry = Resource(registry_id, REGISTRY, entry["name"], entry.get("location", "eastus"),
                            entry.get("tags") or {}, properties=new_properties(entry["name"], world.clock.iso()))
    sku = entry.get("sku") or (registry.sku or {}).get("name", "Standard")
    registry.sku = {"name": sku, "tier": sku}
    registry.properties = normal_properties(registry.properties, sku, entry.get("properties") or {},
                                            world.clock.iso())
    registry.properties["provisioningState"] = "Succeeded"
    if "identity" in entry:
        registry.identity = _identity(world, registry, entry["identity"])
    if registry.properties["adminUserEnabled"]:
        passwords = entry.get("adminPasswords") or ["admin-password-1", "admin-password-2"]
        registry.internal["admin_passwords"] = dict(zip(("password", "password2"), passwords))
    return _stored(world, registry)


def _credential_set(world, registry: Resource, item: dict) -> None:
    found = Resource(f"{registry.id}/credentialSets/{item['name']}", CREDENTIAL_SET, item["name"])
    found.properties = {
        "loginServer": item["loginServer"],
        "authCredentials": [{"name": "Credential1", "usernameSecretIdentifier": item["username"],
                             "passwordSecretIdentifier": item["password"]}],
        "creationDate": world.clock.iso(), "provisioningState": "Succeeded"}
    found.identity = _identity(world, found, {"type": "SystemAssigned"})
    _stored(world, found)


def _cache_rule(world, registry: Resource, item: dict) -> None:
    rule = Resource(f"{registry.id}/cacheRules/{item['name']}", CACHE_RULE, item["name"])
    rule.properties = {"sourceRepository": item["source"], "targetRepository": item["target"],
                       "creationDate": world.clock.iso(), "provisioningState": "Succeeded"}
    if item.get("credentialSet"):
        name = item["credentialSet"]
        rule.properties["credentialSetResourceId"] = name if name.startswith("/") else \
            f"{registry.id}/credentialSets/{name}"
    if item.get("identity"):
        rule.identity = _identity(world, rule, {"type": "UserAssigned",
                                                "userAssignedIdentities": {item["identity"]: {}}})
    _stored(world, rule)


def _identity(world, resource: Resource, identity: dict) -> dict:
    if identity["type"] == "SystemAssigned":
        principal = world.directory.create_managed_identity(resource.name, world.tenant_of(resource.id), resource.id)
        # An identity of a seed has been there for ever: all of Azure knows it.
        principal.created_at = float("-inf")
        return {"principalId": principal.object_id, "tenantId": principal.tenant_id, "type": "systemAssigned"}
    assigned = {key: {name: world.resources.get(key).properties[name] for name in ("principalId", "clientId")}
                for key in identity["userAssignedIdentities"]}
    return {"type": "userAssigned", "userAssignedIdentities": assigned}


def _stored(world, resource: Resource) -> Resource:
    at = world.clock.iso()
    resource.system_data = {"createdBy": "seed", "createdByType": "Application", "createdAt": at,
                            "lastModifiedBy": "seed", "lastModifiedByType": "Application", "lastModifiedAt": at}
    return world.resources.put(resource)
