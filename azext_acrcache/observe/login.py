"""Looks at all ways to sign in to a registry, side by side."""
from __future__ import annotations

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.registry_content import claims_of
from azext_acrcache.adapters.registry_login import RegistryLogin
from azext_acrcache.concurrency import Future
from azext_acrcache.domain.checks.login import LoginSnapshot
from azext_acrcache.domain.state.known import Known
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.observe.caller import caller_of, sign_in
from azext_acrcache.observe.known import known_or_refused

_LIST_CREDENTIALS = "Microsoft.ContainerRegistry/registries/listCredentials/action"


def observe_logins(azure: Azure, registry: Registry, now: float) -> LoginSnapshot:
    """`now` in seconds since the epoch.

    Raises ServiceUnreachable and ServiceError where the registry does not answer a sign-in at all.
    """
    content, login = azure.content_of(registry), RegistryLogin(azure.session, registry)
    tokens = Future(lambda: known_or_refused(lambda: tuple(login.tokens())))
    may_list = Future(lambda: known_or_refused(lambda: login.may(_LIST_CREDENTIALS))
                      if registry.properties.get("adminUserEnabled") else Known(False))
    anonymous = Future(lambda: known_or_refused(login.anonymous)
                       if registry.properties.get("anonymousPullEnabled") else Known(None))
    signed_in = sign_in(content)
    expires = claims_of(content.sign_in()).get("exp") if signed_in.ok else None
    return LoginSnapshot(registry, signed_in, caller_of(content), now, expires, tokens.result(), may_list.result(),
                         anonymous.result())
