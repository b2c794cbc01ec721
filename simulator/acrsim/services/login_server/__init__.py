"""The data plane of a registry, at its login server: tokens, pulls and the catalog."""
