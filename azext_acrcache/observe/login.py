"""Looks at all ways to sign in to a registry, side by side."""
from __future__ import annotations

from typing import Callable

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.registry_content import claims_of
from azext_acrcache.adapters.registry_login import RegistryLogin
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.checks.check import NoAnswer
from azext_acrcache.domain.checks.login import LoginSnapshot
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.observe.caller import caller_of, sign_in

_LIST_CREDENTIALS = "Microsoft.ContainerRegistry/registries/listCredentials/action"


def observe_logins(azure: Azure, registry: Registry, now: float) -> LoginSnapshot:
    """`now` in seconds since the epoch. Raises ServiceUnreachable where the registry does not answer at all."""
    content, login = azure.content_of(registry), RegistryLogin(azure.session, registry)
    admin_on = registry.properties.get("adminUserEnabled")
    anonymous_on = registry.properties.get("anonymousPullEnabled")
    signed_in, tokens, may, anonymous = gather([
        lambda: sign_in(content),
        _or_reason(lambda: tuple(login.tokens())),
        _or_reason(lambda: login.may(_LIST_CREDENTIALS)) if admin_on else lambda: False,
        _or_reason(login.anonymous) if anonymous_on else lambda: 0])
    expires = claims_of(content.sign_in()).get("exp") if signed_in.ok else None
    return LoginSnapshot(registry, signed_in, caller_of(content), now, expires, tokens, may, anonymous)


def _or_reason(look: Callable) -> Callable:
    def try_look():
        try:
            return look()
        except ServiceError as refused:
            return f"{refused.code}"
        except ServiceUnreachable as ex:
            return NoAnswer(f"no answer from {ex.subject}")
    return try_look
