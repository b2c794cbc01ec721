"""Goes to the upstreams of rules, side by side, and brings back what they said."""
from __future__ import annotations

from typing import Iterable

from azext_acrcache.adapters.rest import Refused, Unreachable
from azext_acrcache.domain.checks.upstream import SourceLook, UpstreamVisit
from azext_acrcache.domain.observed import CredentialSet, Rule
from azext_acrcache.engine.side_by_side import side_by_side
from azext_acrcache.verify.upstream_doors import Door, DoorKey, UpstreamDoors


def visit_upstreams(doors: UpstreamDoors, rules: Iterable[Rule], credential_sets: Iterable[CredentialSet]
                    ) -> list[UpstreamVisit]:
    """One for each upstream and credential set; in it one look for each rule."""
    rules, sets = list(rules), {found.id: found for found in credential_sets}
    opened = doors.open(rules)
    greetings = side_by_side([lambda door=door: _greet(door) for door in opened.values()])
    silent = {key: greeting.get("silent") for key, greeting in zip(opened, greetings)}
    refused = {key for key, greeting in zip(opened, greetings) if greeting.get("took") is False}
    looks = side_by_side([lambda rule=rule: _look(doors, opened[DoorKey.of(rule)], rule, silent, refused)
                          for rule in rules])
    return [_visit(key, opened[key], greeting, sets, tuple(look for look in looks if DoorKey.of(look.rule) == key))
            for key, greeting in zip(opened, greetings)]


def _visit(key: DoorKey, door: Door, greeting: dict, sets: dict, looks: tuple[SourceLook, ...]) -> UpstreamVisit:
    return UpstreamVisit(key.subject, key.login_server, sets.get(key.credential_set),
                         key.credential_set.name if key.credential_set else None, door.reason, sources=looks,
                         **greeting)


def _greet(door: Door) -> dict:
    """Signs in where there are credentials to sign in with, and asks for the rate limit."""
    if not door.has_credentials:
        return {}
    try:
        signed_in = door.upstream.sign_in()
        quota = door.upstream.rate_limit() if signed_in.took else None
    except Unreachable as ex:
        return {"silent": ex.reason}
    return {"took": signed_in.took, "status": signed_in.status, "message": signed_in.message, "quota": quota}


def _look(doors: UpstreamDoors, door: Door, rule: Rule, silent: dict, refused: set) -> SourceLook:
    if silent[door.key]:
        return SourceLook(rule, reason=silent[door.key])
    if door.key in refused:
        return SourceLook(rule, reason="the credentials were not taken")
    if rule.source.wildcard:
        return SourceLook(rule, reason=f"'{rule.source}' names no single repository")
    try:
        found = doors.tags(door, rule.source.with_library().repository.path)
    except Unreachable as ex:
        return SourceLook(rule, reason=f"no answer from {ex.subject}: {ex.reason}")
    except Refused as no:
        return SourceLook(rule, reason=f"{no.subject} refused: {no.code}")
    return SourceLook(rule, found.status, door.upstream.discreet(found.message))
