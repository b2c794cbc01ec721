"""What upstreams say to the stored credentials, as checks: sign-in, source, quota.

Sources: Docker's page on usage and limits (headers of the rate limit), artifact-cache-overview.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Iterable, Union

from azext_acrcache.domain.checks.check import (Answer, Question, failed, key_of, not_known, not_told, passed, skipped,
                                                warned)
from azext_acrcache.domain.checks.upstream_fixes import UpstreamFixes
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.rate_limits import RateLimit
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.upstreams import DOCKER_HUB

# Below this part of the limit a busy cluster is out of pulls within minutes.
_LOW = 0.1


@dataclass(frozen=True)
class UpstreamReply:
    """How an upstream answered one request. :ivar status: HTTP. :ivar message: its own words for a refusal."""

    status: int
    message: str = ""

    @property
    def words(self) -> str:
        return f"{self.status}: {self.message}" if self.message else str(self.status)


@dataclass(frozen=True)
class SignInReply:
    """What became of a sign-in with the stored credentials.

    :ivar accepted: None where the upstream has no sign-in at all.
    """

    accepted: bool | None
    reply: UpstreamReply = UpstreamReply(200)


@dataclass(frozen=True)
class SourceProbe:
    """What the upstream answered for one rule's source."""

    rule: Rule
    reply: Union[Known[UpstreamReply], Unknown]

    @property
    def subject(self) -> str:
        return f"{self.rule.name} ({self.rule.source})"


@dataclass(frozen=True)
class UpstreamProbe:
    """One upstream, asked in one way.

    :ivar subject: how reports name it.
    :ivar credential_set_name: None for rules without one; `credential_set` is None too where it does not exist.
    :ivar withheld: why the credentials of the rule could not be read; None where they could, or where it has none.
    :ivar blank, padded: secrets whose values are blank, or have white space before or behind them.
    :ivar sign_in: None where there was nothing to sign in with.
    :ivar rate_limit: Docker Hub's for this account, `Known(None)` where it names none; None where nobody asked.
    """

    subject: str
    login_server: str
    credential_set: CredentialSet | None = None
    credential_set_name: str | None = None
    withheld: Unknown | None = None
    blank: tuple[SecretId, ...] = ()
    padded: tuple[SecretId, ...] = ()
    sign_in: Union[Known[SignInReply], Unknown, None] = None
    rate_limit: Union[Known[Union[RateLimit, None]], Unknown, None] = None
    sources: tuple[SourceProbe, ...] = ()

    @property
    def anonymous(self) -> bool:
        return self.credential_set_name is None

    @property
    def authenticated(self) -> bool | None:
        """None where it can't be told."""
        return self.sign_in.value.accepted if isinstance(self.sign_in, Known) else None

    def to_report(self) -> dict[str, Any]:
        limit = self.rate_limit.value if isinstance(self.rate_limit, Known) else None
        return {"loginServer": self.login_server, "credentialSet": self.credential_set_name,
                "authenticated": self.authenticated, "rateLimit": limit.to_report() if limit else None}


def upstream_questions(registry: Registry, probes: Iterable[UpstreamProbe], lines: LineContext = LineContext()
                       ) -> list[Question]:
    """They may be asked alone, or after those of a chain: then a secret that is disabled is the only cause.

    :param lines: what every line of a fix keeps.
    """
    fixes = UpstreamFixes(registry, lines)
    questions = []
    for probe in probes:
        beneath, login = _beneath_login(probe), key_of("upstream/login", probe.subject)
        if probe.blank or probe.padded:
            questions.append(Question("upstream/credentials", probe.subject, partial(_credentials, fixes, probe),
                                      beneath))
            beneath = (*beneath, key_of("upstream/credentials", probe.subject))
        questions.append(Question("upstream/login", probe.subject, partial(_login, fixes, probe), beneath))
        if probe.login_server == DOCKER_HUB:
            questions.append(Question("upstream/quota", probe.subject, partial(_quota, fixes, probe), (login,)))
        questions += [Question("upstream/source", source.subject, partial(_source, fixes, probe, source), (login,))
                      for source in probe.sources]
    return questions


def unseen_sources(subjects: Iterable[str], unseen: Unknown) -> list[Question]:
    """Of rules that nobody can see. :param subjects: the rules that were named, or the registry."""
    return [Question("upstream/source", subject, partial(not_told, unseen)) for subject in dict.fromkeys(subjects)]


def _beneath_login(probe: UpstreamProbe) -> tuple[str, ...]:
    """What the caller needs of a chain to read the stored credentials."""
    if probe.credential_set_name is None:
        return ()
    keys = [key_of(f"credset/{what}", probe.credential_set_name) for what in ("exists", "secret-ids")]
    for secret in probe.credential_set.secrets if probe.credential_set else ():
        keys += [key_of("vault/exists", secret.vault_name), key_of("secret/exists", secret.subject),
                 key_of("secret/enabled", secret.subject)]
    return tuple(keys)


def _credentials(fixes: UpstreamFixes, probe: UpstreamProbe) -> Answer:
    """Only asked where something is wrong with them: what is right with them, the sign-in tells."""
    if probe.blank:
        names = " and ".join(f"'{secret.subject}'" for secret in probe.blank)
        return failed(f"Nothing but an empty value or blanks is in {names}. Put what belongs there into the file that "
                      "the command names, without a newline at the end.",
                      *(fixes.new_value(secret, f"{secret.name}.txt") for secret in probe.blank))
    names = " and ".join(f"'{secret.subject}'" for secret in probe.padded)
    return warned(f"White space, such as a newline, stands before or behind the value in {names}. Upstreams take it "
                  "for a part of the credentials. Store the value again without it.",
                  *(fixes.new_value(secret, f"{secret.name}.txt") for secret in probe.padded))


def _login(fixes: UpstreamFixes, probe: UpstreamProbe) -> Answer:
    host, name = probe.login_server, probe.credential_set_name
    if probe.withheld:
        before = "Not tried: " if probe.anonymous else "The stored credentials could not be tried: "
        return not_known(probe.withheld, before, ".")
    if isinstance(probe.sign_in, Unknown):
        return not_known(probe.sign_in)
    if probe.sign_in is None:
        return passed(f"'{host}' is asked without credentials.")
    sign_in = probe.sign_in.value
    if sign_in.accepted is None:
        return passed(f"'{host}' has no sign-in and does not look at the credentials of '{name}'.")
    if sign_in.accepted:
        return passed(f"'{host}' takes the credentials of '{name}'.")
    return failed(f"'{host}' does not take the credentials of '{name}' ({sign_in.reply.words}): the user name or the "
                  "password is wrong, has expired, or was stored with a newline at its end.",
                  *fixes.new_password(probe.credential_set))


def _quota(fixes: UpstreamFixes, probe: UpstreamProbe) -> Answer:
    unknown = probe.withheld or (probe.rate_limit if isinstance(probe.rate_limit, Unknown) else None)
    if unknown:
        return not_known(unknown, "The limit is that of the account: ", ".")
    limit = probe.rate_limit.value if isinstance(probe.rate_limit, Known) else None
    if probe.rate_limit is None:
        return skipped("The limit is that of the account, and there is none to ask with.")
    if limit is None:
        return passed("Docker Hub names no limit for this account, as with paid plans.")
    hours = limit.window_seconds // 3600 or 1
    left = f"{limit.remaining} of {limit.limit} pulls in {hours} h are left"
    if limit.remaining == 0:
        return failed(f"Docker Hub's limit is used up: {left}. Images that are not cached yet can't be pulled until "
                      "the window has passed, or with an account of a paid plan.",
                      *fixes.new_password(probe.credential_set))
    if limit.remaining <= limit.limit * _LOW:
        return warned(f"Docker Hub's limit is nearly used up: {left}.")
    return passed(f"Docker Hub: {left}.")


def _source(fixes: UpstreamFixes, probe: UpstreamProbe, source_probe: SourceProbe) -> Answer:
    rule, source = source_probe.rule, source_probe.rule.source
    if isinstance(source_probe.reply, Unknown):
        return not_known(source_probe.reply)
    reply = source_probe.reply.value
    if reply.status < 300:
        how = " (asked without the stored credentials)" if probe.withheld else ""
        return passed(f"'{source}' is there and can be read{how}.")
    if probe.withheld:
        return not_known(probe.withheld, f"'{source}' can't be read without credentials ({reply.words}), and the "
                                         "stored ones could not be tried: ", ".")
    if probe.anonymous:
        return failed(f"'{source}' can't be read without credentials ({reply.words}): it does not exist any more, is "
                      f"misspelt, or is private now. The cache rule '{rule.name}' has none.",
                      fixes.credentials_for(rule))
    return failed(f"The account of '{probe.credential_set_name}' can't read '{source}' ({reply.words}): there is no "
                  "such repository, or it has no right to it.", fixes.resolved_source(rule))
