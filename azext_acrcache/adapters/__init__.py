"""One module a service: its API version, its requests, its error texts turned into ours. The only rooms with SDKs."""
