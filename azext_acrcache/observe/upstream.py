"""Goes to the upstreams of rules, side by side, and brings back what they said.

One sign-in for each upstream and credential set, and one request for each repository there: rules that draw from the
same repository in the same way share it.
"""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Iterable, Mapping, Union

from azext_acrcache.concurrency import gather
from azext_acrcache.domain.checks.upstream import SignInReply, SourceProbe, UpstreamProbe, UpstreamReply
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.rate_limits import RateLimit
from azext_acrcache.observe.known import no_answer, refusal, says_nothing
from azext_acrcache.observe.upstream_sessions import UpstreamKey, UpstreamSession, UpstreamSessions


@dataclass(frozen=True)
class SignInAttempt:
    """:ivar sign_in: None without credentials. :ivar rate_limit: None where nobody asked for it."""

    sign_in: Union[Known[SignInReply], Unknown, None] = None
    rate_limit: Union[Known[Union[RateLimit, None]], Unknown, None] = None

    @property
    def obstacle(self) -> Unknown | None:
        """Why no source is asked for in this way; None where it is."""
        if isinstance(self.sign_in, Unknown):
            return self.sign_in
        if self.sign_in is not None and self.sign_in.value.accepted is False:
            return Unknown("Not asked, since the credentials were not accepted.")
        return None


def observe_upstreams(registry: Registry, sessions: UpstreamSessions, rules: Iterable[Rule],
                      credential_sets: Iterable[CredentialSet], alone: Iterable[CredentialSet] = ()
                      ) -> list[UpstreamProbe]:
    """One probe for each upstream and credential set; in it the source of each rule.

    :param alone: sets to be tried at the upstream that they are for, whatever rules use them.
    """
    rules_by_key: dict[UpstreamKey, list[Rule]] = {UpstreamKey.of_set(credential_set): [] for credential_set in alone}
    for rule in rules:
        rules_by_key.setdefault(UpstreamKey.of(rule), []).append(rule)
    opened = sessions.open_keys(rules_by_key)
    attempts = dict(zip(rules_by_key, gather([partial(_sign_in, opened[key]) for key in rules_by_key])))
    lookups = list(dict.fromkeys((key, _repository(rule)) for key, group in rules_by_key.items() for rule in group
                                 if attempts[key].obstacle is None and not rule.source.wildcard))
    replies = dict(zip(lookups, gather([partial(_tags, sessions, opened[key], repository)
                                        for key, repository in lookups])))
    sets, subjects = {each.id: each for each in credential_sets}, _subjects(registry, rules_by_key)
    return [_probe(key, subjects[key], opened[key], attempts[key], sets,
                   tuple(_source(rule, attempts[key], replies.get((key, _repository(rule)))) for rule in group))
            for key, group in rules_by_key.items()]


def _subjects(registry: Registry, keys: Iterable[UpstreamKey]) -> dict[UpstreamKey, str]:
    """How reports name each: `docker-hub (docker.io)`, or the login server alone; by ID where a name is not enough."""
    by_name = {key: _subject(key, by_id=False) for key in keys}
    namesakes = Counter(by_name.values())
    return {key: subject if namesakes[subject] == 1 or (key.credential_set and _is_own(registry, key.credential_set))
            else _subject(key, by_id=True) for key, subject in by_name.items()}


def _subject(key: UpstreamKey, by_id: bool) -> str:
    if key.credential_set:
        return f"{key.credential_set if by_id else key.credential_set.name} ({key.login_server})"
    if key.identity:
        return f"{key.identity if by_id else key.identity.rpartition('/')[2]} ({key.login_server})"
    return key.login_server


def _is_own(registry: Registry, set_id: ArmId) -> bool:
    return set_id.parent == registry.id


def _probe(key: UpstreamKey, subject: str, session: UpstreamSession, attempt: SignInAttempt,
           sets: Mapping[ArmId, CredentialSet], sources: tuple[SourceProbe, ...]) -> UpstreamProbe:
    set_id = key.credential_set
    return UpstreamProbe(subject, key.login_server, sets.get(set_id) if set_id else None,
                         set_id.name if set_id else None, session.withheld, session.blank, session.padded,
                         attempt.sign_in, attempt.rate_limit, sources)


def _sign_in(session: UpstreamSession) -> SignInAttempt:
    """Signs in where there are credentials to sign in with, and asks for the rate limit."""
    if session.blank:
        return SignInAttempt(Unknown("Not asked, since the credentials are empty."))
    if not session.has_credentials:
        return SignInAttempt()
    try:
        answer = session.upstream.sign_in()
    except ServiceUnreachable as ex:
        return SignInAttempt(no_answer(ex))
    reply = UpstreamReply(answer.status, answer.message)
    if says_nothing(answer.status):
        return SignInAttempt(Unknown(f"'{session.key.login_server}' does not say whether it takes the credentials "
                                     f"({reply.words}).", silent=True))
    sign_in = Known(SignInReply(answer.accepted, reply))
    return SignInAttempt(sign_in, _rate_limit(session) if answer.accepted else None)


def _rate_limit(session: UpstreamSession) -> Known[RateLimit | None] | Unknown:
    try:
        return Known(session.upstream.rate_limit())
    except ServiceUnreachable as ex:
        return no_answer(ex)
    except ServiceError as refused:
        return refusal(refused)


def _repository(rule: Rule) -> str:
    return rule.source.with_library().repository.path


def _source(rule: Rule, attempt: SignInAttempt, reply: Known[UpstreamReply] | Unknown | None) -> SourceProbe:
    if attempt.obstacle:
        return SourceProbe(rule, attempt.obstacle)
    if rule.source.wildcard or reply is None:
        return SourceProbe(rule, Unknown(f"Not asked, since '{rule.source}' names no single repository."))
    return SourceProbe(rule, reply)


def _tags(sessions: UpstreamSessions, session: UpstreamSession, repository: str) -> Known[UpstreamReply] | Unknown:
    try:
        answer = sessions.tags(session, repository)
    except ServiceUnreachable as ex:
        return no_answer(ex)
    except ServiceError as refused:
        return refusal(refused)
    reply = UpstreamReply(answer.status, session.upstream.without_credentials(answer.message))
    if says_nothing(reply.status):
        return Unknown(f"'{session.key.login_server}' gave no answer about '{repository}' ({reply.words}).",
                       silent=True)
    return Known(reply)
