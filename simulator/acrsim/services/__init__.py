"""One folder a service of Azure; each module listed here has `register(router, world)`.

The first route that matches a request answers it. A module may also have `SEED_KEYS`, the sections of a seed document
that it owns, and `seed(world, document)`. Modules that are not listed serve those that are.
"""
SERVICES: list[str] = [
    "entra.sign_in", "entra.graph",
    "authorization.role_assignments", "authorization.role_definitions", "authorization.permissions",
    "authorization.locks", "authorization.policy_tokens",
    "resources.operation_statuses", "resources.subscriptions", "resources.lookup", "resources.providers",
    "managed_identity.user_assigned_identities", "managed_identity.token_endpoints",
    "key_vault.vaults", "key_vault.deleted_vaults", "key_vault.secrets",
    "registry.registries", "registry.cache_rules", "registry.credential_sets", "registry.repository_tokens",
    "registry.private_endpoints", "registry.usages", "registry.image_import",
    "login_server.token_service", "login_server.pull", "login_server.push", "login_server.catalog",
    "consumers.location_operations", "consumers.managed_clusters", "consumers.run_commands",
    "consumers.virtual_machines", "consumers.scale_sets",
    "consumers.sites", "consumers.container_apps", "consumers.container_app_jobs", "consumers.container_groups",
    "foreign.any_host",
    "upstreams.docker_hub", "upstreams.ghcr", "upstreams.mcr", "upstreams.other_registries",
]
