"""What upstreams say to the stored credentials, as checks: sign-in, source, quota."""
from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Iterable

from azext_acrcache.domain.checks.check import Answer, CannotTell, Fix, Question, failed, key_of, passed, \
    skipped, warned
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.values.rate_limits import RateLimit
from azext_acrcache.domain.values.upstreams import DOCKER_HUB

# Below this part of the limit a busy cluster is out of pulls within minutes.
_LOW = 0.1


@dataclass(frozen=True)
class SourceProbe:
    """What the upstream answered for one rule's source; `status` None where nobody could ask, for `reason`."""

    rule: Rule
    status: int | None = None
    message: str = ""
    reason: str | None = None

    @property
    def subject(self) -> str:
        return f"{self.rule.name} ({self.rule.source})"


@dataclass(frozen=True)
class UpstreamProbe:
    """One upstream, asked in one way.

    :ivar subject: how reports name it. :ivar credential_set: None for a rule without one.
    :ivar unread: why the stored credentials are not in hand; None where they are, or where there are none.
    :ivar took: whether the upstream took them; None where none were shown, or it has no sign-in.
    :ivar silent: why there was no answer at all.
    :ivar quota: Docker Hub's limit for this account; None where it names none.
    """

    subject: str
    login_server: str
    credential_set: CredentialSet | None = None
    credential_set_name: str | None = None
    unread: str | None = None
    took: bool | None = None
    status: int = 0
    message: str = ""
    silent: str | None = None
    quota: RateLimit | None = None
    sources: tuple[SourceProbe, ...] = field(default=())

    @property
    def anonymous(self) -> bool:
        return self.credential_set_name is None

    @property
    def authenticated(self) -> bool | None:
        return None if self.anonymous or self.unread or self.silent else self.took

    def to_report(self) -> dict:
        return {"loginServer": self.login_server, "credentialSet": self.credential_set_name,
                "authenticated": self.authenticated, "rateLimit": self.quota.to_report() if self.quota else None}


def upstream_questions(registry: Registry, visits: Iterable[UpstreamProbe]) -> list[Question]:
    questions = []
    for visit in visits:
        login = key_of("upstream/login", visit.subject)
        questions.append(Question("upstream/login", visit.subject, lambda visit=visit: _login(visit)))
        if visit.login_server == DOCKER_HUB:
            questions.append(Question("upstream/quota", visit.subject, lambda visit=visit: _quota(visit), (login,)))
        questions += [Question("upstream/source", look.subject,
                               lambda visit=visit, look=look: _source(registry, visit, look), (login,))
                      for look in visit.sources]
    return questions


def _login(visit: UpstreamProbe) -> Answer:
    if visit.anonymous and visit.unread:
        return skipped(f"Not tried: {visit.unread}.")
    if visit.silent:
        return skipped(f"No answer from '{visit.login_server}': {visit.silent}")
    if visit.anonymous:
        return passed(f"'{visit.login_server}' is asked without credentials.")
    if visit.unread:
        return skipped(f"The stored credentials could not be tried: {visit.unread}.")
    if visit.took is None:
        return passed(f"'{visit.login_server}' has no sign-in and leaves the credentials of "
                      f"'{visit.credential_set_name}' aside.")
    if visit.took:
        return passed(f"'{visit.login_server}' takes the credentials of '{visit.credential_set_name}'.")
    if visit.status == 429 or visit.status >= 500:
        return skipped(f"The token service of '{visit.login_server}' answered {visit.status}: {visit.message}")
    return failed(f"'{visit.login_server}' does not take the credentials of '{visit.credential_set_name}' "
                  f"({visit.status}: {visit.message}): the user name or the password is wrong, has run out, or was "
                  "stored with a newline at its end.", *_new_password(visit.credential_set))


def _new_password(found: CredentialSet | None) -> list[Fix]:
    if found is None or found.password is None:
        return []
    secret = found.password
    line = ["az", "keyvault", "secret", "set", "--vault-name", secret.vault_name, "--name", secret.name, "--file",
            "new-password.txt", "--encoding", "utf-8"]
    return [Fix(shlex.join(line), f"Microsoft.KeyVault/vaults/secrets/setSecret/action on {secret.subject}")]


def _quota(visit: UpstreamProbe) -> Answer:
    if visit.unread or visit.silent:
        raise CannotTell(f"The limit is that of the account: {visit.unread or visit.silent}.")
    if visit.quota is None:
        return passed("Docker Hub names no limit for this account, as with paid plans.")
    hours = visit.quota.window_seconds // 3600 or 1
    left = f"{visit.quota.remaining} of {visit.quota.limit} pulls in {hours} h are left"
    if visit.quota.remaining == 0:
        return failed(f"Docker Hub's limit is used up: {left}. Images that are not cached yet can't be pulled until "
                      "the window has passed, or with an account of a paid plan.", *_new_password(visit.credential_set))
    if visit.quota.remaining <= visit.quota.limit * _LOW:
        return warned(f"Docker Hub's limit is nearly used up: {left}.")
    return passed(f"Docker Hub: {left}.")


def _source(registry: Registry, visit: UpstreamProbe, look: SourceProbe) -> Answer:
    source = look.rule.source
    if look.status is None:
        raise CannotTell(f"Not asked: {look.reason}.")
    if look.status < 300:
        how = " (asked without the stored credentials)" if visit.unread else ""
        return passed(f"'{source}' is there and can be read{how}.")
    said = f" ({look.status}: {look.message})" if look.message else f" ({look.status})"
    if look.status == 429 or look.status >= 500:
        raise CannotTell(f"'{visit.login_server}' can't say now{said}.")
    if visit.unread:
        raise CannotTell(f"'{source}' can't be read without credentials{said}, and the stored ones could not be tried: "
                         f"{visit.unread}.")
    if visit.anonymous:
        return failed(f"'{source}' can't be read without credentials{said}: it is gone, was misspelt, or has gone "
                      f"private. The cache rule '{look.rule.name}' has none.", _give_credentials(registry, look.rule))
    return failed(f"The account of '{visit.credential_set_name}' can't read '{source}'{said}: there is no such "
                  "repository, or it has no right to it.",
                  Fix(shlex.join(["az", "acrcache", "verify", "resolve", "--registry", str(registry.id), "--image",
                                  str(source.with_library())]),
                      f"Microsoft.ContainerRegistry/registries/cacheRules/read on {registry.name}"))


def _give_credentials(registry: Registry, rule: Rule) -> Fix:
    """The user's own vault and secrets can't be known here."""
    words = ["az", "acrcache", "bootstrap", "create", "--registry", str(registry.id), "--name", rule.name,
             "--source-repo", str(rule.source), "--target-repo", str(rule.target), "--vault", "MyVault",
             "--username-id",
             "MyUserSecret", "--password-id", "MyPasswordSecret"]
    return Fix(shlex.join(words), f"Microsoft.ContainerRegistry/registries/cacheRules/write on {registry.name}")
