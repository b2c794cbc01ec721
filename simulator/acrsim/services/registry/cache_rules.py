"""Microsoft.ContainerRegistry/registries/cacheRules.

Sources: specifications 2025-11-01 and 2026-09-01-preview; recordings acr-cache-rules-and-credential-sets.json and
acr-cache-2026-excerpts.json.
"""
from __future__ import annotations

from ...arm import arm_route, page, require
from ...protocol.http import Headers, Request, Response, Router, arm_error
from ...rbac.authorization import allows
from ...state.resources import Resource
from .api_versions import CACHE_VERSIONS, SUPPORTED_HEADER, knows_additional_authentication, knows_rule_identity
from .cache_rule_targets import CacheRuleTargets
from .cache_rule_validation import check_credential_set, check_docker_credentials, check_new_rule
from .child_resources import answer, check_name, child_of, delete, properties_of, registry_of, text_of, unchangeable
from .content import CACHE_RULE, RegistryContent
from .request_bodies import CACHE_RULE_BODY, body_of

_RULES = CACHE_RULE.replace("registries/", "registries/{registry}/")
_RULE = _RULES + "/{rule}"


def register(router: Router, world) -> None:
    service = CacheRules(world)
    world.part(RegistryContent)
    world.part(CacheRuleTargets)
    for method, template, handler, verb in (
            ("GET", _RULES, service.list, "read"), ("GET", _RULE, service.get, "read"),
            ("PUT", _RULE, service.put, "write"), ("PATCH", _RULE, service.patch, "write"),
            ("DELETE", _RULE, service.delete, "delete")):
        arm_route(router, world, method, template, handler, f"{CACHE_RULE}/{verb}", CACHE_VERSIONS)


class CacheRules:
    def __init__(self, world):
        self._world = world

    def list(self, request: Request) -> Response:
        rules = self._world.resources.children(registry_of(self._world, request).id, CACHE_RULE)
        listed = page(request, rules, show=self._show(request))
        listed.headers.update(SUPPORTED_HEADER)
        return listed

    def get(self, request: Request) -> Response:
        rule = child_of(self._world, request)
        return Response(200, self._show(request)(rule), Headers(SUPPORTED_HEADER))

    def put(self, request: Request) -> Response:
        world, registry = self._world, registry_of(self._world, request)
        check_name(request.args["rule"])
        document = body_of(request, CACHE_RULE_BODY)
        properties = properties_of(document)
        source, target = text_of(properties, "sourceRepository"), text_of(properties, "targetRepository")
        existing = world.resources.get(request.args["resource_id"])
        if existing is None:
            check_new_rule(world, registry, source, target)
        for name, value in (("sourceRepository", source), ("targetRepository", target)):
            if existing is not None and existing.properties[name] != value:
                raise unchangeable("cache rule", name)
        credential_set_id = self._credential_set(registry, properties)
        check_docker_credentials(source, credential_set_id)
        identity = self._identity(request, document)
        rule = existing or Resource(request.args["resource_id"], CACHE_RULE, request.args["rule"])
        rule.properties = {
            **({"credentialSetResourceId": credential_set_id} if credential_set_id else {}),
            "sourceRepository": source, "targetRepository": target,
            "creationDate": existing.properties["creationDate"] if existing else world.clock.iso()}
        rule.identity = identity
        self._set_additional_authentication(request, rule, properties)
        return self._write(request, rule, "Updating" if existing else "Creating")

    def patch(self, request: Request) -> Response:
        registry, rule = registry_of(self._world, request), child_of(self._world, request)
        document = body_of(request, CACHE_RULE_BODY)
        properties = properties_of(document)
        for name in ("sourceRepository", "targetRepository"):
            if name in properties and properties[name] != rule.properties[name]:
                raise unchangeable("cache rule", name)
        changed = dict(rule.properties)
        if "credentialSetResourceId" in properties:
            # null removes it; recorded, for a rule on docker.io too.
            changed.pop("credentialSetResourceId", None)
            credential_set_id = self._credential_set(registry, properties)
            if credential_set_id:
                changed["credentialSetResourceId"] = credential_set_id
        if "identity" in document:
            rule.identity = self._identity(request, document)
        rule.properties = changed
        self._set_additional_authentication(request, rule, properties)
        return self._write(request, rule, "Updating")

    def delete(self, request: Request) -> Response:
        return delete(self._world, request)

    def _write(self, request: Request, rule: Resource, verb: str) -> Response:
        world = self._world
        rule.touch(require(world, request, f"{CACHE_RULE}/write", rule.id), world.clock.iso())
        world.resources.put(rule)
        return answer(world, request, rule, verb, self._show(request))

    def _credential_set(self, registry: Resource, properties: dict) -> str | None:
        credential_set_id = properties.get("credentialSetResourceId")
        if not credential_set_id:
            return None
        check_credential_set(self._world, registry, credential_set_id)
        return credential_set_id

    def _identity(self, request: Request, document: dict) -> dict | None:
        """The identity as it is stored and answered; user-assigned ones only, which replace what was there."""
        identity = document.get("identity")
        if not identity or str(identity.get("type")).lower() == "none":
            return None
        if not knows_rule_identity(request.param("api-version")):
            # Guess: a version that does not know the property drops it, as ARM does with most.
            return None
        kind = str(identity.get("type"))
        if kind.lower() != "userassigned":
            # Guess: in the words that Azure uses for credential sets (Azure/acr issue 790).
            raise arm_error(400, "InvalidIdentityType",
                            f"Resource type '{CACHE_RULE}' does not support creation of '{kind}' resource identity. "
                            "The supported types are 'UserAssigned'.")
        assigned = {key: self._assigned(request, key) for key in identity.get("userAssignedIdentities") or {}}
        if not assigned:
            raise arm_error(400, "InvalidIdentityType", "An identity of type 'UserAssigned' needs at least one entry "
                                                        "in 'userAssignedIdentities'.")
        return {"type": "userAssigned", "userAssignedIdentities": assigned}

    def _assigned(self, request: Request, identity_id: str) -> dict:
        world = self._world
        found = world.resources.get(identity_id)
        if found is None or "principalId" not in found.properties:
            # Guess: the code other providers answer for an identity that does not exist.
            raise arm_error(400, "FailedIdentityOperation",
                            f"Identity operation for resource '{request.args['resource_id']}' failed with error "
                            f"'Resource '{identity_id}' was not found.'.")
        caller = require(world, request, f"{CACHE_RULE}/write", request.args["resource_id"])
        provider = "Microsoft.ManagedIdentity/userAssignedIdentities"
        # The role Managed Identity Operator names the action with a star in between.
        if not any(allows(world, caller.object_id, found.id, action=f"{provider}/{name}")
                   for name in ("assign/action", "*/assign/action")):
            # Guess: ARM's usual answer to a missing right on a linked resource; not recorded for cache rules.
            raise arm_error(403, "LinkedAuthorizationFailed",
                            f"The client '{caller.app_id or caller.display_name}' with object id '{caller.object_id}' "
                            f"has permission to perform action '{CACHE_RULE}/write' on scope "
                            f"'{request.args['resource_id']}'; however, it does not have permission to perform "
                            f"action(s) '{provider}/assign/action' on the linked scope(s) '{identity_id}' "
                            "(respectively) or the linked scope(s) are invalid.")
        return {name: found.properties[name] for name in ("principalId", "clientId")}

    def _set_additional_authentication(self, request: Request, rule: Resource, properties: dict) -> None:
        name = "additionalAuthenticationProperties"
        if name in properties and knows_additional_authentication(request.param("api-version")):
            rule.properties.pop(name, None)
            if properties[name] is not None:
                rule.properties[name] = properties[name]

    def _show(self, request: Request):
        version = request.param("api-version")

        def show(rule: Resource) -> dict:
            document = rule.to_arm()
            document["properties"] = dict(document["properties"])
            if not knows_rule_identity(version):
                document.pop("identity", None)
            if not knows_additional_authentication(version):
                document["properties"].pop("additionalAuthenticationProperties", None)
            return document
        return show


def rules_that_use(world, credential_set: Resource) -> list[Resource]:
    """The cache rules that name a credential set."""
    rules = world.resources.children(credential_set.parent_id, CACHE_RULE)
    return [rule for rule in rules
            if rule.properties.get("credentialSetResourceId", "").lower() == credential_set.id.lower()]
