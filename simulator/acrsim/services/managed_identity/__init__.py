"""Microsoft.ManagedIdentity, the identities of resources, and the endpoints that give them tokens."""
