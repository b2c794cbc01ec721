"""The ways to sign in to a registry, as checks: which are on, which work for the caller, which should be off.

Sources: container-registry-authentication (the ways, three hours for a token of `az acr login`), azure-cli's acr_login
(the admin's password in place of a token), anonymous-pull-access (the whole registry, over every role and scope map).
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Callable

from azext_acrcache.domain.checks.check import Answer, Fix, NoAnswer, Question, failed, passed, skipped, warned
from azext_acrcache.domain.checks.pull import Caller, SignIn, why_not_signed_in
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.repository_tokens import RepositoryToken

_SOON = 30 * 24 * 3600


@dataclass(frozen=True)
class LoginSnapshot:
    """What a look at one registry brought; a reason (str) stands where the caller may not see.

    :ivar token_expires: of the registry's refresh token, in seconds since the epoch.
    :ivar may_list_credentials: whether the caller may read the admin user's passwords.
    :ivar anonymous_status: of a token request without credentials; 0 where anonymous pull is off and none was made.
    """

    registry: Registry
    sign_in: SignIn
    caller: Caller
    now: float
    token_expires: float | None
    tokens: tuple[RepositoryToken, ...] | str
    may_list_credentials: bool | str
    anonymous_status: int | str

    @property
    def admin_on(self) -> bool | None:
        return self._switch("adminUserEnabled")

    @property
    def anonymous_on(self) -> bool | None:
        return self._switch("anonymousPullEnabled")

    @property
    def silent(self) -> bool:
        """Whether one of the looks got no answer."""
        return any(isinstance(one, NoAnswer)
                   for one in (self.tokens, self.may_list_credentials, self.anonymous_status))

    def _switch(self, name: str) -> bool | None:
        return None if self.registry.assumed else bool(self.registry.properties.get(name))


@dataclass(frozen=True)
class LoginMethod:
    """One way to sign in. `enabled` and `works` None: it can't be told, for the reason in `answer`."""

    way: str
    enabled: bool | None
    works: bool | None
    answer: Answer

    def to_report(self) -> dict:
        return {"way": self.way, "enabled": self.enabled, "works": self.works, "detail": self.answer.message}


def login_methods(seen: LoginSnapshot) -> list[LoginMethod]:
    """The six ways, in the order of the catalogue of checks."""
    return [way(seen) for way in (_entra, _exposed_token, _service_principal, _token, _admin, _anonymous)]


def login_questions(seen: LoginSnapshot, ways: list[LoginMethod]) -> list[Question]:
    return [Question(f"login/{way.way}", seen.registry.login_server, _said(way)) for way in ways]


def _said(way: LoginMethod) -> Callable[[], Answer]:
    return lambda: way.answer


def _entra(seen: LoginSnapshot) -> LoginMethod:
    if not seen.sign_in.ok:
        return LoginMethod("entra", True, False, failed(*why_not_signed_in(seen.registry, seen.sign_in)))
    return LoginMethod("entra", True, True, passed("Works for the caller" + _until(seen) + "; what it may pull is for its "
                                                   "roles to say."))


def _exposed_token(seen: LoginSnapshot) -> LoginMethod:
    if seen.sign_in.ok:
        return LoginMethod("exposed-token", True, True, passed(
            "`az acr login --expose-token` gives the caller's own refresh token" + _until(seen)
            + ", with the user name 00000000-0000-0000-0000-000000000000."))
    if seen.admin_on:
        return LoginMethod("exposed-token", True, False, warned(
            "`az acr login --expose-token` would give the admin user's password and not a token of the caller: Entra's "
            "token is refused and the admin user is on.", *_admin_off(seen.registry)))
    return LoginMethod("exposed-token", True, False, skipped("There is no token to expose, since the registry refuses the "
                                                             "caller's."))


def _service_principal(seen: LoginSnapshot) -> LoginMethod:
    if seen.caller.principal_type == "ServicePrincipal" and seen.sign_in.ok:
        return LoginMethod("service-principal", True, True, passed(
            "The caller is a service principal or an identity, and the registry takes its token; a service principal "
            "can also sign in with its application ID and secret."))
    return LoginMethod("service-principal", True, None, skipped(
        "Always on: application ID and secret of a service principal of the registry's tenant. Not tried, since the "
        "caller is none that got in."))


def _token(seen: LoginSnapshot) -> LoginMethod:
    if isinstance(seen.tokens, str):
        return LoginMethod("token", None, None, skipped(f"The registry's tokens could not be listed: {seen.tokens}."))
    enabled = [token for token in seen.tokens if token.enabled]
    if not enabled:
        return LoginMethod("token", False, False, passed("The registry has no repository token that is enabled."))
    good = [token for token in enabled if token.works_at(seen.now)]
    over = [token.name for token in enabled if token not in good]
    ending = [token.name for token in good if _ends_soon(token, seen.now)]
    endless = [token.name for token in good if token.endless]
    parts = [f"{len(good)} of {len(enabled)} enabled tokens have a good password"]
    parts += [f"over or without a password: {', '.join(over)}"] if over else []
    parts += [f"ends within 30 days: {', '.join(ending)}"] if ending else []
    parts += [f"never ends: {', '.join(endless)}"] if endless else []
    message = "; ".join(parts) + ". Whether the caller holds one can't be seen."
    answer = warned(message, *(_renew(seen.registry, name) for name in (*over, *ending, *endless))) \
        if over or ending or endless else passed(message)
    return LoginMethod("token", True, None, answer)


def _admin(seen: LoginSnapshot) -> LoginMethod:
    if seen.admin_on is None:
        return LoginMethod("admin", None, None, skipped("Whether the admin user is on can't be told: you may not read the "
                                                        "registry."))
    if not seen.admin_on:
        return LoginMethod("admin", False, False, passed("The admin user is off."))
    may = seen.may_list_credentials
    who = f"the caller's rights can't be told: {may}"
    if isinstance(may, bool):
        who = f"the caller {'may' if may else 'may not'} read its passwords"
    return LoginMethod("admin", True, may if isinstance(may, bool) else None, warned(
        f"The admin user is on: one account for everybody, with push and pull on all repositories; {who}.",
        *_admin_off(seen.registry)))


def _anonymous(seen: LoginSnapshot) -> LoginMethod:
    if seen.anonymous_on is None:
        return LoginMethod("anonymous", None, None, skipped(
            "Whether anonymous pull is on can't be told: you may not read the registry."))
    if not seen.anonymous_on:
        return LoginMethod("anonymous", False, False, passed("Anonymous pull is off."))
    works = None if isinstance(seen.anonymous_status, str) else seen.anonymous_status == 200
    tried = f"; it could not be tried: {seen.anonymous_status}" if works is None else \
        "" if works else f", but a request without credentials was answered {seen.anonymous_status}"
    return LoginMethod("anonymous", True, works, warned(
        f"Anonymous pull is on: anybody who reaches the registry pulls every repository, whatever roles say{tried}.",
        _update(seen.registry, "--anonymous-pull-enabled", "false")))


def _until(seen: LoginSnapshot) -> str:
    if seen.token_expires is None:
        return ""
    at = datetime.fromtimestamp(seen.token_expires, timezone.utc)
    return f" (until {at:%Y-%m-%d %H:%M} UTC, {max(0, round((seen.token_expires - seen.now) / 60))} min)"


def _ends_soon(token: RepositoryToken, now: float) -> bool:
    """No password of it outlives the next 30 days."""
    return not token.endless and all(expiry is not None and expiry < now + _SOON for expiry in token.expiries)


def _admin_off(registry: Registry) -> list[Fix]:
    return [_update(registry, "--admin-enabled", "false")]


def _update(registry: Registry, *words: str) -> Fix:
    return Fix(f"az acr update --name {registry.name} --subscription {registry.id.subscription} " + " ".join(words),
               f"Microsoft.ContainerRegistry/registries/write on {registry.name}")


def _renew(registry: Registry, token: str) -> Fix:
    return Fix(f"az acr token credential generate --registry {registry.name} --subscription {registry.id.subscription} "
               f"--name {token} --password1 --expiration-in-days 90",
               f"Microsoft.ContainerRegistry/registries/generateCredentials/action on {registry.name}")
