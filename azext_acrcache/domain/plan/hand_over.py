"""Steps for what the caller can't do because it may not be read: each names who can go on, and with which line."""
from __future__ import annotations

from azext_acrcache.domain.guidance.az_lines import AzLine, PrintedLine
from azext_acrcache.domain.plan.actions import HandOver
from azext_acrcache.domain.plan.changes import BLOCKED, CACHE_RULE, CREDENTIAL_SET, VAULT_ACCESS, Change
from azext_acrcache.domain.plan.keys import VAULT_ACCESS as ACCESS_KEY
from azext_acrcache.domain.plan.keys import ResourceKey, credential_set_key, rule_key
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values.arm_ids import ArmId


def credential_set_hand_over(set_id: ArmId, reason: str, *lines: str) -> Step:
    """Of making or deleting a credential set."""
    return Step(credential_set_key(set_id), f"credential set '{set_id.name}'", HandOver(reason, lines),
                Change(CREDENTIAL_SET, BLOCKED, set_id.name, str(set_id), reason))


def rule_hand_over(rule_id: ArmId, reason: str, *lines: str, needs: tuple[ResourceKey, ...] = ()) -> Step:
    """Of making or deleting a cache rule."""
    return Step(rule_key(rule_id), f"cache rule '{rule_id.name}'", HandOver(reason, lines),
                Change(CACHE_RULE, BLOCKED, rule_id.name, str(rule_id), reason), after=needs)


def access_hand_over(set_id: ArmId, place: str, reason: str, *lines: str, after: tuple[ResourceKey, ...] = ()) -> Step:
    """Of giving or taking the access of a credential set's identity. :param place: the vault's host, or its name."""
    return Step(ResourceKey.of(place, ACCESS_KEY, str(set_id)), f"access to key vault '{place.partition('.')[0]}'",
                HandOver(reason, lines), Change(VAULT_ACCESS, BLOCKED, place.partition(".")[0], None, reason),
                after=after)


def take_down_line(set_id: ArmId) -> str:
    """Deletes a credential set with its access."""
    return PrintedLine(AzLine.of("acrcache", "bootstrap", "delete").registry(set_id.parent)
                       .option("--cred-set", set_id.name))


def take_down_rule_line(rule_id: ArmId) -> str:
    """Deletes a rule with what only it needs."""
    return PrintedLine(AzLine.of("acrcache", "bootstrap", "delete").registry(rule_id.parent)
                       .option("--name", rule_id.name))


def revoke_vault_line(set_id: ArmId) -> str:
    """Takes the access of the identity of a credential set to its secrets away."""
    return PrintedLine(AzLine.of("acrcache", "grant", "revoke").registry(set_id.parent)
                       .option("--cred-set", set_id.name))


def grant_vault_line(set_id: ArmId) -> str:
    """Gives the identity of a credential set access to its secrets."""
    return PrintedLine(AzLine.of("acrcache", "grant", "vault").registry(set_id.parent).option("--name", set_id.name))
