"""A pull through a cache rule: what the registry asks the upstream, with which credentials, and how it answers.

Texts of the refusals: fact sheet, section 1.6 (Azure/acr issues 599, 754, 772, 891, 892).
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...oci.images import Manifest
from ...oci.repositories import Repository
from ...protocol.http import Reject
from ...state.resources import Resource
from ..registry.cache_rule_matching import source_of, split_source
from ..registry.content import CacheRulePaths, RegistryContent, serving_rule
from ..registry.credential_health import stored_credentials
from ..registry.host_names import registry_at
from ..registry.network_rules import can_fill_cache, is_restricted
from ..upstreams.store import (DENIED, FAILED, NOT_FOUND, TOO_MANY_REQUESTS, UNAUTHORIZED, Account, Upstream,
                               UpstreamRefusal, Upstreams)
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
        rule = serving_rule(self._world, registry, repository)
        held = self._held(registry, repository, reference)
        if rule is None or (held is not None and self._is_fresh(registry, repository, reference)):
            return held, False
        try:
            origin, found = self._ask(rule, repository, reference, counts=held is None)
        except UpstreamRefusal as refusal:
            if held is not None:
                # Guess: what is cached is served although the upstream cannot be asked.
                return held, False
            raise self._refused(refusal, rule, repository, reference) from refusal
        self._content.mark_checked(registry.id, repository, reference)
        if held is not None and held.digest == found.digest:
            return held, False
        self._content.begin_import(registry.id, repository, reference, found.digest, origin,
                                   for_good=can_fill_cache(registry))
        return self._held_as(registry, repository, reference, found)

    def referrers(self, registry: Resource, repository: str, digest: str,
                  artifact_type: str | None) -> list[dict] | None:
        """Descriptors of what is attached to a manifest, here and upstream; None for a repository that nobody has.

        They are asked for upstream each time (Azure/acr issue 891); what an upstream has is passed on, not kept.
        Raises Reject in the words of the cache rule where the upstream refuses.
        """
        held = self._content.of(registry.id).get(repository)
        here = held.referrers(digest, artifact_type) if held else None
        rule = serving_rule(self._world, registry, repository)
        if rule is None:
            return here
        try:
            origin = self._repository_of(rule, repository)
        except UpstreamRefusal as refusal:
            raise self._refused(refusal, rule, repository, digest, what="fetch referrers from") from refusal
        known = {item["digest"] for item in here or []}
        return [*(here or []), *(item for item in origin.referrers(digest, artifact_type)
                                 if item["digest"] not in known)]

    def _held_as(self, registry: Resource, repository: str, reference: str, found: Manifest) -> tuple[Manifest, bool]:
        """An import that takes no time is done at once."""
        now_held = self._held(registry, repository, reference)
        return found, now_held is None or now_held.digest != found.digest

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
        if not self._is_registry(rule, repository):
            upstream, source, account = self._upstream(rule, repository)
            with _without_account(upstream, account):
                return upstream.manifest(account, source, reference, self._world.clock.now(), counts)
        held = self._registry_repository(rule, repository)
        found = held.find(reference)
        if found is None:
            raise UpstreamRefusal(NOT_FOUND, f"{held.name}:{reference}")
        return held, found

    def _repository_of(self, rule: CacheRulePaths, repository: str) -> Repository:
        """The upstream's repository, for what is no pull and does not count as one. Raises UpstreamRefusal."""
        if self._is_registry(rule, repository):
            return self._registry_repository(rule, repository)
        upstream, source, account = self._upstream(rule, repository)
        with _without_account(upstream, account):
            return upstream.repository(account, source)

    @staticmethod
    def _is_registry(rule: CacheRulePaths, repository: str) -> bool:
        """Whether the source of the rule is another registry of ACR."""
        return split_source(source_of(rule, repository))[0].lower().endswith(".azurecr.io")

    def _upstream(self, rule: CacheRulePaths, repository: str) -> tuple[Upstream, str, Account | None]:
        """The upstream, its name for the repository, and the account of the rule. Raises UpstreamRefusal."""
        login_server, source = split_source(source_of(rule, repository))
        credentials = self._credentials(rule)
        upstream = self._world.part(Upstreams).at(login_server)
        if upstream.login_server == "docker.io" and "/" not in source and self._world.knobs.docker_adds_library:
            source = f"library/{source}"
        return upstream, source, upstream.sign_in(*credentials) if credentials else None

    def _registry_repository(self, rule: CacheRulePaths, repository: str) -> Repository:
        world = self._world
        login_server, source = split_source(source_of(rule, repository))
        credentials, registry = self._credentials(rule), registry_at(world, login_server)
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
        return held

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

    def _refused(self, refusal: UpstreamRefusal, rule: CacheRulePaths, repository: str, reference: str,
                 what: str = "pull from") -> Reject:
        """The registry's words for a refusal by the upstream, each with a correlation id (Azure/acr issue 891)."""
        if refusal.reason == NOT_FOUND:
            return manifest_unknown(reference)
        name, source = rule.resource.name, source_of(rule, repository)
        # Guess: that a failed request for referrers to an upstream that is down is told as one for a manifest is.
        status, code, text = {
            UNAUTHORIZED: (401, "UNAUTHORIZED",
                           f"authentication required with source registry for cache rule '{name}'"),
            DENIED: (403, "DENIED", f"requested access to {what} source '{source}' for cache rule '{name}' has been "
                                    "denied"),
            TOO_MANY_REQUESTS: (429, "TOOMANYREQUESTS",
                                f"too many requests to source registry for cache rule '{name}'"),
            FAILED: (424, "UNKNOWN", f"request to {what} source '{source}' for cache rule '{name}' has failed"),
        }[refusal.reason]
        return registry_error(status, code, f"{text}. CorrelationId: {self._world.new_guid()}. For more information, "
                                            "please visit https://aka.ms/acr/cache")


@contextmanager
def _without_account(upstream: Upstream, account: Account | None) -> Iterator[None]:
    """A repository that an anonymous caller may not see asks for credentials where the upstream has accounts."""
    try:
        yield
    except UpstreamRefusal as refusal:
        if refusal.reason == DENIED and account is None and upstream.accounts:
            raise UpstreamRefusal(UNAUTHORIZED, refusal.detail) from refusal
        raise


def manifest_unknown(reference: str) -> Reject:
    """404 in the words of Azure/acr issue 765."""
    if ":" in reference:
        return registry_error(404, "MANIFEST_UNKNOWN", f"manifest {reference} is not found", {"Digest": reference})
    return registry_error(404, "MANIFEST_UNKNOWN", f'manifest tagged by "{reference}" is not found', {"Tag": reference})
