"""What can be seen of the ways to sign in to a registry, without trying a password or switching anything on.

Sources: Azure/acr docs/Token-BasicAuth (anonymous tokens), containerregistry.json 2025-11-01 (tokens), role-based
access control's permissions API.
"""
from __future__ import annotations

from azext_acrcache.adapters.distribution import ask
from azext_acrcache.adapters.loading import CONTAINER_REGISTRY
from azext_acrcache.adapters.registries import API
from azext_acrcache.adapters.rest import Rest
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.access.roles import Permission
from azext_acrcache.domain.state.observed import Registry
from azext_acrcache.domain.state.repository_tokens import RepositoryToken

_PERMISSIONS_API = "2022-04-01"


class RegistryLogin:
    def __init__(self, session: Session, registry: Registry):
        self._session, self._registry = session, registry

    def anonymous(self) -> int:
        """The status by which the token service answers a request without any credentials.

        Raises ServiceUnreachable.
        """
        host = self._registry.login_server
        return ask(self._session, "GET", f"https://{host}/oauth2/token", f"registry '{host}'",
                   params={"service": host, "scope": "registry:catalog:*"}).status

    def tokens(self) -> list[RepositoryToken]:
        """The registry's repository tokens, never their passwords. Raises ServiceError."""
        return [RepositoryToken.from_rest(body) for body in
                self._rest().pages(f"{self._registry.id}/tokens", API, subject="repository tokens")]

    def may(self, action: str) -> bool:
        """Whether the caller has an action on the registry. Raises ServiceError."""
        entries = self._rest().pages(f"{self._registry.id}/providers/Microsoft.Authorization/permissions",
                                     _PERMISSIONS_API, subject="the caller's permissions")
        return any(Permission(tuple(entry.get("actions") or ()), tuple(entry.get("notActions") or ())).allows(action)
                   for entry in entries)

    def _rest(self) -> Rest:
        return self._session.rest(CONTAINER_REGISTRY, self._registry.id.subscription)
