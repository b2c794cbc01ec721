"""What ACR registries hold, and what their cache rules are fetching at the moment."""
from __future__ import annotations

import math
from dataclasses import dataclass

from ...oci.repositories import Repository, RepositoryStore
from ...state.resources import Resource
from .cache_rule_matching import serving, source_of
from .cache_rule_targets import CACHE_RULE, CacheRuleTargets

REGISTRY = "Microsoft.ContainerRegistry/registries"
CREDENTIAL_SET = REGISTRY + "/credentialSets"


@dataclass
class Import:
    """A manifest on its way from an upstream into a registry; it is there at `done_at` (simulated)."""
    repository: str
    reference: str
    digest: str
    origin: Repository
    done_at: float


class RegistryContent:
    """`world.part(RegistryContent)`: one RepositoryStore a registry, by resource id without case."""

    view_name = "repositories"

    def __init__(self, world):
        self._world = world
        self._stores: dict[str, RepositoryStore] = {}
        self._imports: dict[str, list[Import]] = {}
        self._checked: dict[tuple[str, str, str], float] = {}
        world.on_remove.append(self._removed)

    def of(self, registry_id: str) -> RepositoryStore:
        """The registry's repositories, with every import in it whose time has come."""
        store = self._stores.setdefault(registry_id.lower(), RepositoryStore())
        self._finish_imports(registry_id.lower(), store)
        return store

    def begin_import(self, registry_id: str, repository: str, reference: str, digest: str, origin: Repository,
                     for_good: bool = True) -> None:
        """Fetch a manifest in the background; one that is under way already is left alone.

        `for_good` False: its blobs are passed on, but it never becomes the registry's own.
        """
        # A copy, so that what the upstream drops meanwhile still arrives.
        now = self._world.clock.now()
        copy = Repository(repository, now, now)
        copy.copy_from(origin, digest, now)
        under_way = self._imports.setdefault(registry_id.lower(), [])
        if not any((item.repository, item.reference, item.digest) == (repository, reference, digest)
                   for item in under_way):
            done_at = now + self._world.knobs.import_seconds if for_good else math.inf
            under_way.append(Import(repository, reference, digest, copy, done_at))

    def blob(self, registry_id: str, repository: str, digest: str) -> bytes | None:
        """A blob of the repository, or of an image that is on its way into it."""
        held = self.of(registry_id).get(repository)
        sources = [held] if held else []
        sources += [item.origin for item in self._imports.get(registry_id.lower(), []) if item.repository == repository]
        for source in sources:
            if digest in source.blobs:
                return source.blobs[digest]
        return None

    def checked(self, registry_id: str, repository: str, reference: str) -> float | None:
        """When the upstream was last asked for this tag; None if never."""
        return self._checked.get((registry_id.lower(), repository, reference))

    def mark_checked(self, registry_id: str, repository: str, reference: str) -> None:
        self._checked[registry_id.lower(), repository, reference] = self._world.clock.now()

    def view(self) -> dict:
        """{registry id: {repository: {tags: {tag: digest}, manifests: [digest], importing: [reference]}}}"""
        return {registry.id: self._view_of(registry) for registry in self._world.resources.of_type(REGISTRY)}

    def _view_of(self, registry: Resource) -> dict:
        store = self.of(registry.id)
        shown: dict[str, dict] = {
            item.name: {"tags": {name: tag.digest for name, tag in sorted(item.tags.items())},
                        "manifests": list(item.manifests), "importing": []} for item in store}
        for one in self._imports.get(registry.id.lower(), []):
            entry = shown.setdefault(one.repository, {"tags": {}, "manifests": [], "importing": []})
            entry["importing"].append(one.reference)
        return shown

    def _finish_imports(self, registry_key: str, store: RepositoryStore) -> None:
        now = self._world.clock.now()
        for item in [one for one in self._imports.get(registry_key, []) if one.done_at <= now]:
            self._imports[registry_key].remove(item)
            target = store.ensure(item.repository, item.done_at)
            target.copy_from(item.origin, item.digest, item.done_at)
            if ":" not in item.reference:
                target.point(item.reference, item.digest, item.done_at)

    def _removed(self, resource: Resource) -> None:
        if resource.type.lower() == REGISTRY.lower():
            self._stores.pop(resource.id.lower(), None)
            self._imports.pop(resource.id.lower(), None)
        if resource.type.lower() == CACHE_RULE.lower() and not self._world.knobs.repositories_survive_rule_delete:
            store = self.of(resource.parent_id)
            rule = CacheRulePaths.of(resource)
            for name in store.names():
                if source_of(rule, name) is not None:
                    store.remove(name)


@dataclass(frozen=True)
class CacheRulePaths:
    """A cache rule as matching needs it: `source` with login server, `target`, and the resource behind it."""
    source: str
    target: str
    resource: Resource

    @classmethod
    def of(cls, resource: Resource) -> CacheRulePaths:
        return cls(resource.properties["sourceRepository"], resource.properties["targetRepository"], resource)


def serving_rule(world, registry: Resource, repository: str) -> CacheRulePaths | None:
    """The cache rule that fills a repository of the registry; None where there is none."""
    # Guess: a rule counts once its creation has succeeded, and until it is gone.
    rules = [CacheRulePaths.of(rule) for rule in world.part(CacheRuleTargets).matching(registry.id, repository)
             if rule.properties["provisioningState"] not in ("Creating", "Failed")]
    return serving(rules, repository)


def is_writable(world, registry: Resource, repository: str) -> bool:
    """Whether images may be pushed to or imported into the repository.

    What a cache rule fills is closed to them (Azure/acr issue 845) unless `writableCacheRepos` is Enabled.
    """
    return registry.properties["writableCacheRepos"] == "Enabled" or serving_rule(world, registry, repository) is None
