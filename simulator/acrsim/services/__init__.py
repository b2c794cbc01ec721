"""One module a service; each has `register(router, world)`. The first route that matches a request answers it.

A module may also have `SEED_KEYS`, the sections of a seed document that it owns, and `seed(world, document)`.
"""
SERVICES: list[str] = [
    "entra", "subscriptions",
    "registries", "cache_rules", "credential_sets", "registry_tokens", "registry_pull", "registry_catalog",
    "upstream_hub", "upstream_ghcr", "upstream_mcr", "upstream_generic",
]
