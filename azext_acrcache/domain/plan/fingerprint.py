"""A short name for what a plan would write, so that what was reviewed can be told from what would be done now."""
from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from typing import Any

from azext_acrcache.domain.plan.keys import ResourceKey
from azext_acrcache.domain.plan.step import Plan, Step
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.secret_value import SecretValue

# Hexadecimal digits that are shown: enough to tell plans apart, and short enough for a command line.
_DIGITS = 16


def fingerprint(plan: Plan) -> str:
    """Of the pending changes: equal for the same manifest against the same state, whatever the order of its entries.

    Neither times nor people count, and no value of a secret.
    """
    pending = sorted(json.dumps(_of_step(step), sort_keys=True) for step in plan.steps
                     if step.change and step.change.pending)
    return hashlib.sha256("\n".join(pending).encode("utf-8")).hexdigest()[:_DIGITS]


def _of_step(step: Step) -> list[Any]:
    return [str(step.key), step.change.change if step.change else None, type(step.action).__name__,
            _plain(step.action)]


def _plain(value: Any) -> Any:
    """As JSON has it, the same in every run."""
    if isinstance(value, SecretValue):
        return "a value"
    if isinstance(value, ArmId):
        return value.canonical
    if isinstance(value, ResourceKey):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.compare}
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        entries = [_plain(entry) for entry in value]
        return sorted(entries, key=str) if isinstance(value, (set, frozenset)) else entries
    if isinstance(value, str) and value.lower().startswith("/subscriptions/"):
        return value.lower()  # ARM answers the same ID in more than one spelling
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
