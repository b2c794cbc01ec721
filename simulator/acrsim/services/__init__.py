"""One module a service; each has `register(router, world)`. The first route that matches a request answers it.

A module may also have `SEED_KEYS`, the sections of a seed document that it owns, and `seed(world, document)`.
"""
SERVICES: list[str] = [
    "entra", "graph",
    "role_assignments", "role_definitions", "permissions",
    "subscriptions", "resource_lookup", "providers", "user_assigned_identities", "managed_identity",
    "vaults", "deleted_vaults", "vault_secrets",
    "registries", "cache_rules", "credential_sets", "repository_tokens",
    "registry_tokens", "registry_pull", "registry_catalog",
    "located_operations", "managed_clusters", "virtual_machines", "scale_sets",
    "sites", "container_apps", "container_groups",
    "upstream_hub", "upstream_ghcr", "upstream_mcr", "upstream_generic",
]
