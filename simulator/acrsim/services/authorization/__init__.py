"""Microsoft.Authorization: role assignments, role definitions, permissions and deny assignments."""
