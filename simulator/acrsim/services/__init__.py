"""One module a service. Each has `register(router, world)` and knows only http, world and authorization."""
