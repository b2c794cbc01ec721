"""One module a service; each has `register(router, world)`. The first route that matches a request answers it.

A module may also have `SEED_KEYS`, the sections of a seed document that it owns, and `seed(world, document)`.
"""
SERVICES: list[str] = [
    "entra", "subscriptions",
]
