"""Which roles a registry honours: its `roleAssignmentMode`, as commands call it.

Source: container-registry-rbac-abac-repository-permissions.
"""
from __future__ import annotations

LEGACY, ABAC = "legacy", "abac"
