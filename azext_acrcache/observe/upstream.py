"""Goes to the upstreams of rules, side by side, and brings back what they said."""
from __future__ import annotations

from typing import Iterable

from azext_acrcache.concurrency import gather
from azext_acrcache.domain.checks.upstream import SourceProbe, UpstreamProbe
from azext_acrcache.domain.state.observed import CredentialSet, Rule
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.observe.upstream_sessions import UpstreamKey, UpstreamSession, UpstreamSessions


def observe_upstreams(doors: UpstreamSessions, rules: Iterable[Rule], credential_sets: Iterable[CredentialSet]
                    ) -> list[UpstreamProbe]:
    """One for each upstream and credential set; in it one look for each rule."""
    rules, sets = list(rules), {found.id: found for found in credential_sets}
    opened = doors.open(rules)
    greetings = gather([lambda door=door: _greet(door) for door in opened.values()])
    silent = {key: greeting.get("silent") for key, greeting in zip(opened, greetings)}
    refused = {key for key, greeting in zip(opened, greetings) if greeting.get("took") is False}
    looks = gather([lambda rule=rule: _look(doors, opened[UpstreamKey.of(rule)], rule, silent, refused)
                    for rule in rules])
    return [_visit(key, opened[key], greeting, sets, tuple(look for look in looks if UpstreamKey.of(look.rule) == key))
            for key, greeting in zip(opened, greetings)]


def _visit(key: UpstreamKey, door: UpstreamSession, greeting: dict, sets: dict, looks: tuple[SourceProbe, ...]) -> UpstreamProbe:
    return UpstreamProbe(key.subject, key.login_server, sets.get(key.credential_set),
                         key.credential_set.name if key.credential_set else None, door.reason, sources=looks,
                         **greeting)


def _greet(door: UpstreamSession) -> dict:
    """Signs in where there are credentials to sign in with, and asks for the rate limit."""
    if not door.has_credentials:
        return {}
    try:
        signed_in = door.upstream.sign_in()
        quota = door.upstream.rate_limit() if signed_in.accepted else None
    except ServiceUnreachable as ex:
        return {"silent": ex.reason}
    return {"took": signed_in.accepted, "status": signed_in.status, "message": signed_in.message, "quota": quota}


def _look(doors: UpstreamSessions, door: UpstreamSession, rule: Rule, silent: dict, refused: set) -> SourceProbe:
    if silent[door.key]:
        return SourceProbe(rule, reason=silent[door.key])
    if door.key in refused:
        return SourceProbe(rule, reason="the credentials were not taken")
    if rule.source.wildcard:
        return SourceProbe(rule, reason=f"'{rule.source}' names no single repository")
    try:
        found = doors.tags(door, rule.source.with_library().repository.path)
    except ServiceUnreachable as ex:
        return SourceProbe(rule, reason=f"no answer from {ex.subject}: {ex.reason}")
    except ServiceError as no:
        return SourceProbe(rule, reason=f"{no.subject} refused: {no.code}")
    return SourceProbe(rule, found.status, door.upstream.without_credentials(found.message))
