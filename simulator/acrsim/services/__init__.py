"""One module a service; each has `register(router, world)`. The first route that matches a request answers it."""
SERVICES: list[str] = [
]
