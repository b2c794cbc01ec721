"""The types of principals, as role assignments name them (Microsoft.Authorization, principalType)."""
from __future__ import annotations

SERVICE_PRINCIPAL, USER, GROUP = "ServicePrincipal", "User", "Group"
PRINCIPAL_TYPES = (SERVICE_PRINCIPAL, USER, GROUP)
