"""The provisioning states of rules and credential sets (containerregistry.json, an open enum)."""
from __future__ import annotations


def is_under_way(state: str) -> bool:
    return state.lower() in ("creating", "updating", "accepted", "running")


def is_going(state: str) -> bool:
    return state.lower() == "deleting"


def has_failed(state: str) -> bool:
    return state.lower() in ("failed", "canceled", "cancelled")
