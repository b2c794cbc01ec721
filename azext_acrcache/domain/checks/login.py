"""The ways to sign in to a registry, as checks: which are on, which work for the caller, which should be off.

Sources: container-registry-authentication (the ways, three hours for a token of `az acr login`), azure-cli's acr_login
(the admin's password in place of a token), anonymous-pull-access (the whole registry, over every role and scope map).
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from typing import Any, Union

from azext_acrcache.domain.checks.check import Answer, Question, not_known, passed, skipped, warned
from azext_acrcache.domain.checks.sign_in import Caller, SignIn, refused_sign_in
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.repository_tokens import RepositoryToken

_SOON = 30 * 24 * 3600


@dataclass(frozen=True)
class LoginSnapshot:
    """What one look at a registry brings of the ways to sign in to it.

    :ivar now, token_expires: seconds since the epoch; the second of the registry's refresh token.
    :ivar may_list_credentials: whether the caller may read the admin user's passwords.
    :ivar anonymous_status: HTTP status of a token request without credentials; None where anonymous pull is off and
        none was made.
    """

    registry: Registry
    sign_in: SignIn
    caller: Caller
    now: float
    token_expires: float | None
    tokens: Union[Known[tuple[RepositoryToken, ...]], Unknown] = Known(())
    may_list_credentials: Union[Known[bool], Unknown] = Known(False)
    anonymous_status: Union[Known[Union[int, None]], Unknown] = Known(None)

    @property
    def admin_on(self) -> bool | None:
        """None where the caller may not read the registry."""
        return self._switch("adminUserEnabled")

    @property
    def anonymous_on(self) -> bool | None:
        """None where the caller may not read the registry."""
        return self._switch("anonymousPullEnabled")

    def _switch(self, name: str) -> bool | None:
        return None if self.registry.assumed else bool(self.registry.properties.get(name))


@dataclass(frozen=True)
class LoginMethod:
    """One way to sign in. `enabled` and `works` None: it can't be told, for the reason in `answer`."""

    way: str
    enabled: bool | None
    works: bool | None
    answer: Answer

    def to_report(self) -> dict[str, Any]:
        return {"way": self.way, "enabled": self.enabled, "works": self.works, "detail": self.answer.message}


def login_methods(snapshot: LoginSnapshot) -> list[LoginMethod]:
    """The six ways, in the order of the catalogue of checks."""
    return [method(snapshot) for method in (_entra, _exposed_token, _service_principal, _token, _admin, _anonymous)]


def login_questions(snapshot: LoginSnapshot, methods: list[LoginMethod]) -> list[Question]:
    return [Question(f"login/{method.way}", snapshot.registry.login_server, partial(_answer_of, method))
            for method in methods]


def _answer_of(method: LoginMethod) -> Answer:
    return method.answer


def _entra(snapshot: LoginSnapshot) -> LoginMethod:
    if not snapshot.sign_in.ok:
        return LoginMethod("entra", True, False, refused_sign_in(snapshot.registry, snapshot.sign_in))
    return LoginMethod("entra", True, True, passed(
        f"Works for the caller{_until(snapshot)}; its roles decide what it may pull."))


def _exposed_token(snapshot: LoginSnapshot) -> LoginMethod:
    if snapshot.sign_in.ok:
        return LoginMethod("exposed-token", True, True, passed(
            "`az acr login --expose-token` gives the caller's own refresh token" + _until(snapshot)
            + ", with the user name 00000000-0000-0000-0000-000000000000."))
    if snapshot.admin_on:
        return LoginMethod("exposed-token", True, False, warned(
            "`az acr login --expose-token` would give the admin user's password and not a token of the caller: Entra's "
            "token is refused and the admin user is on.", *_admin_off(snapshot.registry)))
    return LoginMethod("exposed-token", True, False, skipped(
        "There is no token to expose, since the registry refuses the caller's."))


def _service_principal(snapshot: LoginSnapshot) -> LoginMethod:
    if snapshot.caller.principal_type == "ServicePrincipal" and snapshot.sign_in.ok:
        return LoginMethod("service-principal", True, True, passed(
            "The caller is a service principal or an identity, and the registry takes its token; a service principal "
            "can also sign in with its application ID and secret."))
    return LoginMethod("service-principal", True, None, skipped(
        "Always on: application ID and secret of a service principal of the registry's tenant. Not tried, since the "
        "caller is not a service principal whose token the registry takes."))


def _token(snapshot: LoginSnapshot) -> LoginMethod:
    if isinstance(snapshot.tokens, Unknown):
        return LoginMethod("token", None, None,
                           not_known(snapshot.tokens, "The registry's tokens could not be listed. "))
    enabled = [token for token in snapshot.tokens.value if token.enabled]
    if not enabled:
        return LoginMethod("token", False, False, passed("The registry has no repository token that is enabled."))
    working = [token for token in enabled if token.works_at(snapshot.now)]
    expired = [token.name for token in enabled if not token.works_at(snapshot.now)]
    ending = [token.name for token in working if _ends_soon(token, snapshot.now)]
    endless = [token.name for token in working if token.endless]
    parts = [f"{len(working)} of {len(enabled)} enabled tokens have a valid password"]
    parts += [f"expired or without a password: {', '.join(expired)}"] if expired else []
    parts += [f"expires within 30 days: {', '.join(ending)}"] if ending else []
    parts += [f"never expires: {', '.join(endless)}"] if endless else []
    message = "; ".join(parts) + ". Whether the caller has one can't be seen."
    renewed = [_new_password(snapshot.registry, name) for name in (*expired, *ending, *endless)]
    return LoginMethod("token", True, None, warned(message, *renewed) if renewed else passed(message))


def _admin(snapshot: LoginSnapshot) -> LoginMethod:
    if snapshot.admin_on is None:
        return LoginMethod("admin", None, None, skipped("Whether the admin user is on can't be told: you may not read "
                                                        "the registry."))
    if not snapshot.admin_on:
        return LoginMethod("admin", False, False, passed("The admin user is off."))
    may = snapshot.may_list_credentials
    who = f"the caller {'may' if may.value else 'may not'} read its passwords" if isinstance(may, Known) else \
        f"the caller's rights can't be told: {may.reason}"
    answer = warned("The admin user is on: one account for everybody, with push and pull on all repositories; "
                    f"{who}.", *_admin_off(snapshot.registry))
    return LoginMethod("admin", True, may.value if isinstance(may, Known) else None, _with_silence(answer, may))


def _anonymous(snapshot: LoginSnapshot) -> LoginMethod:
    if snapshot.anonymous_on is None:
        return LoginMethod("anonymous", None, None, skipped(
            "Whether anonymous pull is on can't be told: you may not read the registry."))
    if not snapshot.anonymous_on:
        return LoginMethod("anonymous", False, False, passed("Anonymous pull is off."))
    status = snapshot.anonymous_status
    works = status.value == 200 if isinstance(status, Known) else None
    tried = f"; it could not be tried: {status.reason}" if isinstance(status, Unknown) else \
        "" if works else f", but a request without credentials was answered {status.value}"
    answer = warned("Anonymous pull is on: anybody who reaches the registry pulls every repository, whatever roles "
                    f"say{tried}.", _update(snapshot.registry, "--anonymous-pull-enabled", "false"))
    return LoginMethod("anonymous", True, works, _with_silence(answer, status))


def _with_silence(answer: Answer, part: Known[Any] | Unknown) -> Answer:
    """The answer, marked where a part of it got no answer from a service."""
    return replace(answer, unanswered=isinstance(part, Unknown) and part.silent)


def _until(snapshot: LoginSnapshot) -> str:
    if snapshot.token_expires is None:
        return ""
    at = datetime.fromtimestamp(snapshot.token_expires, timezone.utc)
    return f" (until {at:%Y-%m-%d %H:%M} UTC, {max(0, round((snapshot.token_expires - snapshot.now) / 60))} min)"


def _ends_soon(token: RepositoryToken, now: float) -> bool:
    """No password of it outlives the next 30 days."""
    return not token.endless and all(expiry is not None and expiry < now + _SOON for expiry in token.expiries)


def _admin_off(registry: Registry) -> list[Fix]:
    return [_update(registry, "--admin-enabled", "false")]


def _update(registry: Registry, *words: str) -> Fix:
    return Fix(f"az acr update --name {registry.name} --subscription {registry.id.subscription} " + " ".join(words),
               f"Microsoft.ContainerRegistry/registries/write on {registry.name}")


def _new_password(registry: Registry, token: str) -> Fix:
    return Fix(f"az acr token credential generate --registry {registry.name} --subscription {registry.id.subscription} "
               f"--name {token} --password1 --expiration-in-days 90",
               f"Microsoft.ContainerRegistry/registries/generateCredentials/action on {registry.name}")
