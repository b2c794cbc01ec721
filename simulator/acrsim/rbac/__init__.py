"""Azure RBAC: who may do what."""
