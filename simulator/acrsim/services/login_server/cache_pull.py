"""A pull through a cache rule: what the registry asks the upstream, with which credentials, and how it answers.

Texts of the refusals: fact sheet, section 1.6 (Azure/acr issues 599, 754, 772, 892).
"""
from __future__ import annotations

from ...oci.images import Manifest
from ...oci.repositories import Repository
from ...protocol.http import Reject
from ...state.resources import Resource
from ..registry.cache_rule_matching import serving, source_of, split_source
from ..registry.content import CACHE_RULE, CacheRulePaths, RegistryContent
from ..registry.credential_health import stored_credentials
from ..registry.host_names import registry_at
from ..registry.network_rules import can_fill_cache, is_restricted
from ..upstreams.store import DENIED, FAILED, NOT_FOUND, TOO_MANY_REQUESTS, UNAUTHORIZED, UpstreamRefusal, Upstreams
from .authentication import registry_error, sign_in
from .repository_access import ANONYMOUS, Caller, permitted

# A changed tag is noticed with a delay of at most five minutes (Azure/acr issue 860).
FRESH_SECONDS = 300


class CachePull:
    """Manifests of a registry, its own or through its cache rules."""

    def __init__(self, world):
        self._world = world
        self._content = world.part(RegistryContent)

    def manifest(self, registry: Resource, repository: str, reference: str) -> tuple[Manifest | None, bool]:
        """The manifest, or None; and whether it came from upstream and is not yet the registry's own.

        Raises Reject in the words of the cache rule where the upstream refuses.
        """
        rule = serving(self._rules(registry), repository)
        held = self._held(registry, repository, reference)
        if rule is None or (held is not None and self._is_fresh(registry, repository, reference)):
            return held, False
        try:
            origin, found = self._ask(rule, repository, reference, counts=held is None)
        except UpstreamRefusal as refusal:
            if held is not None:
                # Guess: what is cached is served although the upstream cannot be asked.
                return held, False
            raise _refused(refusal, rule, repository, reference) from refusal
        self._content.mark_checked(registry.id, repository, reference)
        if held is not None and held.digest == found.digest:
            return held, False
        self._content.begin_import(registry.id, repository, reference, found.digest, origin,
                                   for_good=can_fill_cache(registry))
        return self._held_as(registry, repository, reference, found)

    def _held_as(self, registry: Resource, repository: str, reference: str, found: Manifest) -> tuple[Manifest, bool]:
        """An import that takes no time is done at once."""
        now_held = self._held(registry, repository, reference)
        return found, now_held is None or now_held.digest != found.digest

    def _rules(self, registry: Resource) -> list[CacheRulePaths]:
        # Guess: a rule counts once its creation has succeeded, and until it is gone.
        return [CacheRulePaths.of(rule) for rule in self._world.resources.children(registry.id, CACHE_RULE)
                if rule.properties["provisioningState"] not in ("Creating", "Failed")]

    def _held(self, registry: Resource, repository: str, reference: str) -> Manifest | None:
        held = self._content.of(registry.id).get(repository)
        return held.find(reference) if held else None

    def _is_fresh(self, registry: Resource, repository: str, reference: str) -> bool:
        if ":" in reference:
            return True
        checked = self._content.checked(registry.id, repository, reference)
        return checked is not None and self._world.clock.now() - checked < FRESH_SECONDS

    def _ask(self, rule: CacheRulePaths, repository: str, reference: str, counts: bool) -> tuple[Repository, Manifest]:
        """The upstream's manifest. Raises UpstreamRefusal."""
        login_server, source = split_source(source_of(rule, repository))
        credentials = self._credentials(rule)
        if login_server.lower().endswith(".azurecr.io"):
            return self._ask_registry(rule, login_server, source, reference, credentials)
        upstream = self._world.part(Upstreams).at(login_server)
        if upstream.login_server == "docker.io" and "/" not in source and self._world.knobs.docker_adds_library:
            source = f"library/{source}"
        account = upstream.sign_in(*credentials) if credentials else None
        try:
            return upstream.manifest(account, source, reference, self._world.clock.now(), counts)
        except UpstreamRefusal as refusal:
            if refusal.reason == DENIED and account is None and upstream.accounts:
                raise UpstreamRefusal(UNAUTHORIZED, refusal.detail) from refusal
            raise

    def _ask_registry(self, rule: CacheRulePaths, login_server: str, source: str, reference: str,
                      credentials: tuple[str, str] | None) -> tuple[Repository, Manifest]:
        world = self._world
        registry = registry_at(world, login_server)
        # Guess: nothing is published on an upstream registry behind a firewall.
        if registry is None or is_restricted(registry):
            raise UpstreamRefusal(FAILED, login_server)
        caller = self._caller(registry, rule, credentials)
        if caller is None:
            raise UpstreamRefusal(UNAUTHORIZED, login_server)
        if "pull" not in permitted(world, registry, caller, source):
            raise UpstreamRefusal(UNAUTHORIZED if caller is ANONYMOUS else DENIED, source)
        held = self._content.of(registry.id).get(source)
        if held is None:
            raise UpstreamRefusal(DENIED, source)
        found = held.find(reference)
        if found is None:
            raise UpstreamRefusal(NOT_FOUND, f"{source}:{reference}")
        return held, found

    def _caller(self, upstream: Resource, rule: CacheRulePaths, credentials: tuple[str, str] | None) -> Caller | None:
        """As whom the rule comes to another ACR registry: its user-assigned identity, or its credential set."""
        identities = (rule.resource.identity or {}).get("userAssignedIdentities") or {}
        for identity in identities.values():
            return Caller("principal", identity["clientId"], identity["principalId"])
        return sign_in(self._world, upstream, *credentials) if credentials else ANONYMOUS

    def _credentials(self, rule: CacheRulePaths) -> tuple[str, str] | None:
        """What the rule's credential set holds; None without one. Raises UpstreamRefusal when it can't be read."""
        credential_set_id = rule.resource.properties.get("credentialSetResourceId")
        if credential_set_id is None:
            return None
        credential_set = self._world.resources.get(credential_set_id)
        credentials = stored_credentials(self._world, credential_set) if credential_set else None
        if credentials is None:
            # Guess: an unhealthy set shows at the client like a refusal by the upstream.
            raise UpstreamRefusal(UNAUTHORIZED, credential_set_id)
        return credentials


def _refused(refusal: UpstreamRefusal, rule: CacheRulePaths, repository: str, reference: str) -> Reject:
    name, source = rule.resource.name, source_of(rule, repository)
    if refusal.reason == UNAUTHORIZED:
        return registry_error(401, "UNAUTHORIZED",
                              f"authentication required with source registry for cache rule '{name}'")
    if refusal.reason == DENIED:
        return registry_error(403, "DENIED", f"requested access to pull from source '{source}' for cache rule "
                                             f"'{name}' has been denied")
    if refusal.reason == TOO_MANY_REQUESTS:
        return registry_error(429, "TOOMANYREQUESTS",
                              f"too many requests to source registry for cache rule '{name}'")
    if refusal.reason == FAILED:
        # Guess: the code of a 424; status and text are known.
        return registry_error(424, "UNKNOWN", f"request to pull from source '{source}' for cache rule '{name}' "
                                              "has failed")
    return manifest_unknown(reference)


def manifest_unknown(reference: str) -> Reject:
    """404 in the words of Azure/acr issue 765."""
    if ":" in reference:
        return registry_error(404, "MANIFEST_UNKNOWN", f"manifest {reference} is not found", {"Digest": reference})
    return registry_error(404, "MANIFEST_UNKNOWN", f'manifest tagged by "{reference}" is not found', {"Tag": reference})
