"""The provisioning states of rules and credential sets (containerregistry.json, an open enum)."""
from __future__ import annotations


def is_under_way(state: str) -> bool:
    """Whether an operation that makes or changes the resource has not ended."""
    return state.lower() in ("creating", "updating", "accepted", "running", "inprogress")


def is_deleting(state: str) -> bool:
    """Whether the resource is being deleted; it may still be listed."""
    return state.lower() == "deleting"


def has_failed(state: str) -> bool:
    """Whether the last operation ended without success; the resource can be written again."""
    return state.lower() in ("failed", "canceled", "cancelled")
