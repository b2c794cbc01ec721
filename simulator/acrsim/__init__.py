"""Azure's wire behaviour for the artifact cache of Container Registry, on loopback."""
