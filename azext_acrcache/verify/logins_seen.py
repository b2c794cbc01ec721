"""Looks at all ways to sign in to a registry, side by side."""
from __future__ import annotations

from typing import Callable

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.registry_content import claims_of
from azext_acrcache.adapters.registry_login import RegistryLogin
from azext_acrcache.adapters.rest import Refused, Unreachable
from azext_acrcache.domain.checks.check import NoAnswer
from azext_acrcache.domain.checks.login import LoginsSeen
from azext_acrcache.domain.observed import Registry
from azext_acrcache.engine.side_by_side import side_by_side
from azext_acrcache.verify.caller import caller_of, sign_in

_LIST_CREDENTIALS = "Microsoft.ContainerRegistry/registries/listCredentials/action"


def look_at_logins(azure: Azure, registry: Registry, now: float) -> LoginsSeen:
    """`now` in seconds since the epoch. Raises Unreachable where the registry does not answer at all."""
    content, login = azure.content_of(registry), RegistryLogin(azure.session, registry)
    admin_on = registry.properties.get("adminUserEnabled")
    anonymous_on = registry.properties.get("anonymousPullEnabled")
    signed_in, tokens, may, anonymous = side_by_side([
        lambda: sign_in(content),
        _or_reason(lambda: tuple(login.tokens())),
        _or_reason(lambda: login.may(_LIST_CREDENTIALS)) if admin_on else lambda: False,
        _or_reason(login.anonymous) if anonymous_on else lambda: 0])
    expires = claims_of(content.sign_in()).get("exp") if signed_in.ok else None
    return LoginsSeen(registry, signed_in, caller_of(content), now, expires, tokens, may, anonymous)


def _or_reason(look: Callable) -> Callable:
    def try_look():
        try:
            return look()
        except Refused as refused:
            return f"{refused.code}"
        except Unreachable as ex:
            return NoAnswer(f"no answer from {ex.subject}")
    return try_look
