"""Microsoft.ContainerRegistry: registries, cache rules and credential sets."""
from __future__ import annotations

from functools import partial
from typing import Iterable, Mapping, Sequence

from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
from azext_acrcache.adapters.resource_search import find_by_name, find_by_names, listed_or_visible, whole
from azext_acrcache.adapters.rest import Answer, Rest
from azext_acrcache.adapters.session import Session
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.state.registry_network import subnets_of
from azext_acrcache.domain.values.arm_ids import REGISTRY, ArmId
from azext_acrcache.domain.values.errors import NotFound, ServiceError, UserError
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.upstreams import is_azure_registry

API = "2025-11-01"
# The first that knows the identity of a cache rule; no stable version does.
API_WITH_RULE_IDENTITY = "2026-01-01-preview"
# The only one in use that shows service endpoints: networkRuleSet.virtualNetworkRules.
API_WITH_SERVICE_ENDPOINTS = "2026-09-01-preview"

_PROVIDER = "/providers/Microsoft.ContainerRegistry/registries"


class Registries:
    """All methods raise ServiceError and ServiceUnreachable. Source: containerregistry.json of the versions above."""

    def __init__(self, session: Session):
        self._session = session

    def find(self, name_or_id: str | ArmId, group: str | None, login_server: str | None = None) -> Registry:
        """By ID, or by name in a group, in the current subscription, or in the others of its tenant.

        Raises NotFound, and UserError for a name that stands twice. A caller who may not
        read the registry, yet knows its group, gets one that is `assumed`.

        :param login_server: where that is known too: it tells registries of one name apart.
        """
        if isinstance(name_or_id, ArmId):
            return self._get(name_or_id)
        if group:
            return _checked(self._get(ArmId.of(self._session.subscription, group, REGISTRY, name_or_id), login_server),
                            login_server)
        return self._found(RegistryRef(name_or_id, None, login_server), find_by_name(
            self._session, name_or_id, self._list, "container registry",
            lambda listed: not login_server or _login_server(listed) in (login_server, "")))

    def find_all(self, refs: Sequence[RegistryRef]) -> list[Registry | UserError]:
        """As `find`, for several: no subscription is listed twice for names. In place of a registry stands what `find`
        would raise."""
        names = [ref.registry for ref in refs if isinstance(ref.registry, str) and not (ref.group or ref.login_server)]
        search = Future(lambda: find_by_names(self._session, names, self._list))

        def look(ref: RegistryRef) -> Registry | UserError:
            try:
                if isinstance(ref.registry, ArmId) or ref.group or ref.login_server:
                    return self.find(ref.registry, ref.group, ref.login_server)
                return self._found(ref, search.result().only(ref.registry, "container registry"))
            except UserError as refusal:
                return refusal

        return gather([partial(look, ref) for ref in refs])

    def _found(self, ref: RegistryRef, body: Mapping | None) -> Registry:
        """From what a search brought. Raises NotFound."""
        if body is None:
            raise NotFound(f"There is no container registry '{ref.login_server or ref.registry}' in the subscriptions "
                           "that you are signed in to, or you may not read it.",
                           Advice("See those that you may read", AzLine.of("acr", "list").option("--query", "[].name")),
                           "If you may read cache rules only, give the group too: --resource-group MyGroup")
        rest = self._rest(ArmId.parse(body["id"])) if "properties" not in body else None
        registry = Registry.from_rest(whole(rest, body, API, f"registry '{body['name']}'") if rest else body)
        return _checked(registry, ref.login_server)

    def all(self, group: str | None = None) -> list[Registry]:
        """Those of the current subscription, or of one of its groups, that the caller may read, by name."""
        subscription = self._session.subscription
        rest = self._rest_in(subscription)
        listed = [body for body in self._list(subscription)
                  if not group or ArmId.parse(body["id"]).group.lower() == group.lower()]
        bodies = gather([partial(whole, rest, body, API, f"registry '{body['name']}'") for body in listed])
        return sorted(map(Registry.from_rest, bodies), key=lambda registry: registry.name.lower())

    def subnets(self, registry: ArmId) -> tuple[str, ...]:
        """IDs of the subnets that the registry lets in by their service endpoints (preview API)."""
        body = self._rest(registry).get(str(registry), API_WITH_SERVICE_ENDPOINTS,
                                        subject=f"network rules of the registry '{registry.name}'")
        return subnets_of(body.get("properties") or {})

    def rules(self, registry: ArmId, with_identities: bool = False) -> list[Rule]:
        """All rules. Where one draws from another Azure registry, its identity is read too (preview API)."""
        rest = self._rest(registry)
        version = API_WITH_RULE_IDENTITY if with_identities else API
        rules = [Rule.from_rest(body) for body in rest.pages(
            f"{registry}/cacheRules", version, subject=f"cache rules of '{registry.name}'")]
        if not with_identities and any(is_azure_registry(rule.source.login_server) for rule in rules):
            return self.rules(registry, with_identities=True)
        return rules

    def credential_sets(self, registry: ArmId) -> list[CredentialSet]:
        bodies = self._rest(registry).pages(f"{registry}/credentialSets", API,
                                            subject=f"credential sets of '{registry.name}'")
        return [CredentialSet.from_rest(body) for body in bodies]

    def credential_set(self, set_id: ArmId) -> CredentialSet | None:
        body = self._rest(set_id).find(str(set_id), API, subject=f"credential set '{set_id.name}'")
        return CredentialSet.from_rest(body) if body else None

    def exists(self, resource: ArmId) -> bool:
        return self._rest(resource).find(str(resource), API, subject=resource.name) is not None

    def write(self, method: str, resource: ArmId, body: dict | None, preview: bool = False) -> Answer:
        """PUT, PATCH or DELETE of a rule or a credential set; the operation it begins may still run."""
        return self._rest(resource).call(method, str(resource), API_WITH_RULE_IDENTITY if preview else API, body=body,
                                         subject=resource.name)

    def why_failed(self, resource: ArmId, status_url: str) -> str:
        """What the status of an operation says of its end."""
        try:
            error = self._rest(resource).follow(status_url, resource.name).body.get("error") or {}
        except ServiceError as refusal:
            return refusal.message
        return f"{error.get('code') or 'Failed'}: {error.get('message') or 'the service gave no reason'}"

    def _get(self, registry: ArmId, login_server: str | None = None) -> Registry:
        try:
            body = self._rest(registry).get(str(registry), API, subject=f"registry '{registry.name}'")
        except ServiceError as error:
            if error.forbidden:
                # Cache Rule Administrator and Credential Set Administrator have no registries/read.
                return Registry(registry, login_server or registry.name.lower() + self._session.registry_suffix,
                                assumed=True)
            if error.not_found:
                raise NotFound(f"There is no container registry '{registry.name}' in the resource group "
                               f"'{registry.group}' of the subscription {registry.subscription}.",
                               Advice("See those that you may read", AzLine.of("acr", "list")
                                      .option("--query", "[].{name:name, group:resourceGroup}")
                                      .option("--output", "table").subscription(registry))) from error
            raise
        return Registry.from_rest(body)

    def _list(self, subscription: str) -> Iterable[Mapping]:
        # The registry provider's own list, since ARM's index of resources lags behind a new registry.
        rest = self._rest_in(subscription)
        return listed_or_visible(rest, subscription, REGISTRY, rest.pages(
            f"/subscriptions/{subscription}{_PROVIDER}", API, subject="registries"))

    def _rest(self, resource: ArmId) -> Rest:
        return self._rest_in(resource.subscription)

    def _rest_in(self, subscription: str) -> Rest:
        return self._session.rest(CONTAINER_REGISTRY, subscription)


def _login_server(body: Mapping) -> str:
    return ((body.get("properties") or {}).get("loginServer") or "").lower()


def _checked(registry: Registry, login_server: str | None) -> Registry:
    """Raises NotFound for the namesake of the registry that was named by its login server."""
    if login_server and not registry.assumed and registry.login_server.lower() != login_server:
        raise NotFound(f"The registry '{registry.name}' in the resource group '{registry.id.group}' has the login "
                       f"server '{registry.login_server}', not '{login_server}'.",
                       Advice("See those that you may read", AzLine.of("acr", "list")
                              .option("--query", "[].{loginServer:loginServer, group:resourceGroup}")
                              .option("--output", "table")))
    return registry
