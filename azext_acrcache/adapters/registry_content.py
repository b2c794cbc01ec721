"""A registry's data plane: its token service and what repositories it holds.

Sources: Azure/acr docs/AAD-OAuth and Token-BasicAuth. /oauth2/token answers 200 also where a right is missing, so
the granted actions are read from the token itself.
"""
from __future__ import annotations

import base64
import json
import threading
from typing import Iterable

from azext_acrcache.adapters.distribution import DistributionResponse, ask_manifest, request, served
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.concurrency import gather

_AUDIENCE = "https://containerregistry.azure.net"
_CATALOG = "registry:catalog:*"
# Seconds to connect and to answer: from outside a private network no connection ever comes about.
_TIMEOUT = (5, 60)


class RegistryContent:
    """:param subscription: the registry's, for a token of its tenant."""

    def __init__(self, session: Session, login_server: str, subscription: str):
        self._session, self._login_server, self._subscription = session, login_server, subscription
        self._lock, self._signing_in = threading.Lock(), threading.Lock()
        self._http = self._refresh_token = None
        self._pull_tokens: dict[str, str] = {}

    def occupied(self, targets: Iterable[RepositoryPattern]) -> dict[RepositoryPattern, str | None]:
        """For each target the repository that stands in its place, or None; a target without answer is left out.

        Raises ServiceError or ServiceUnreachable where the caller cannot sign in to the registry at all.
        """
        targets = list(targets)
        scopes = [_CATALOG if target.wildcard else f"repository:{target.path}:metadata_read" for target in targets]
        token = self.access_token(dict.fromkeys(scopes))
        granted = granted_actions(token)

        def look(target: RepositoryPattern) -> tuple[bool, str | None]:
            if target.wildcard:
                if not granted.get("catalog"):
                    return False, None
                return True, self._first_below(target, token)
            if "metadata_read" not in granted.get(target.path, ()):
                return False, None
            return True, self._repository(target.path, token)

        answers = gather([lambda target=target: look(target) for target in targets])
        return {target: holder for target, (known, holder) in zip(targets, answers) if known}

    def access_token(self, scopes: Iterable[str]) -> str:
        """An access token of the registry for these scopes; it may grant less. Never print it."""
        form = [("grant_type", "refresh_token"), ("service", self._login_server), ("refresh_token", self.sign_in())]
        return self._call("POST", "/oauth2/token", data=form + [("scope", scope) for scope in scopes])["access_token"]

    def sign_in(self) -> str:
        """The registry's refresh token for the signed-in identity, asked for once. Never print it."""
        with self._signing_in:
            if self._refresh_token is None:
                entra = self._entra_token()
                self._refresh_token = self._call("POST", "/oauth2/exchange", data={
                    "grant_type": "access_token", "service": self._login_server,
                    "tenant": self._session.tenant_of(self._subscription), "access_token": entra})["refresh_token"]
            return self._refresh_token

    def caller_claims(self) -> dict:
        """What Entra's token says of the caller: `oid`, `idtyp` and the like."""
        return claims_of(self._entra_token())

    def pull_token(self, repository: str) -> str:
        """An access token to pull with, asked for once for each repository; `granted_actions` says what it allows."""
        with self._lock:
            token = self._pull_tokens.get(repository)
        if token is None:
            token = self.access_token([f"repository:{repository}:pull"])
            with self._lock:
                self._pull_tokens[repository] = token
        return token

    def manifest(self, method: str, repository: str, reference: str) -> DistributionResponse:
        """HEAD or GET of a manifest, as a pull begins. Never repeated: a refusal is the answer. Raises ServiceUnreachable."""
        return ask_manifest(self._session.registries_http(), method, self._login_server, repository, reference,
                            f"Bearer {self.pull_token(repository)}", f"registry '{self._login_server}'")

    def blob(self, repository: str, digest: str) -> DistributionResponse:
        """A small blob, such as an image's configuration. The token does not follow the redirect to storage.

        Raises ServiceUnreachable.
        """
        return served(request(self._session.registries_http(), "GET",
                              f"https://{self._login_server}/v2/{repository}/blobs/{digest}",
                              f"registry '{self._login_server}'",
                              headers={"Authorization": f"Bearer {self.pull_token(repository)}"}))

    def tags(self, repository: str) -> DistributionResponse:
        """Whether a repository's tags may be listed: it exists and can be read. Raises ServiceUnreachable, ServiceError."""
        return served(request(self._session.registries_http(), "GET",
                              f"https://{self._login_server}/v2/{repository}/tags/list",
                              f"registry '{self._login_server}'", params={"n": "1"},
                              headers={"Authorization": f"Bearer {self.pull_token(repository)}"}))

    def _repository(self, name: str, token: str) -> str | None:
        try:
            self._call("GET", f"/acr/v1/{name}", token=token)
        except ServiceError as refused:
            if refused.not_found:
                return None
            raise
        return name

    def _first_below(self, pattern: RepositoryPattern, token: str) -> str | None:
        # The catalog is in lexical order: what follows "prefix/" begins with it, if anything does.
        params = {"n": "1", **({"last": f"{pattern.path}/"} if pattern.path else {})}
        names = self._call("GET", "/acr/v1/_catalog", token=token, params=params).get("repositories") or []
        return next((name for name in names if pattern.covers(name)), None)

    def _entra_token(self) -> str:
        return self._session.token_for(self._audience(), self._subscription)

    def _audience(self) -> str:
        # az's own setting, for clouds whose Entra does not know the public audience
        return self._session.cli_ctx.config.get("acr", "audience_resource", fallback=None) or _AUDIENCE

    def _call(self, method: str, path: str, *, token: str | None = None, data=None, params=None) -> dict:
        import requests
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        subject = f"registry '{self._login_server}'"
        try:
            response = self._pool().request(method, f"https://{self._login_server}{path}", data=data, params=params,
                                            headers=headers, timeout=_TIMEOUT)
        except requests.RequestException as ex:
            raise ServiceUnreachable(subject, str(ex)) from ex
        try:
            body = response.json() if response.content else {}
        except ValueError:
            body = {}
        if response.status_code >= 400:
            errors = body.get("errors") or [{}]
            raise ServiceError(response.status_code, str(errors[0].get("code") or response.status_code),
                               str(errors[0].get("message") or response.reason), subject)
        return body

    def _pool(self):
        """Apart from the pool of the SDK clients, which do their own retries."""
        from urllib3.util.retry import Retry

        from azext_acrcache.adapters.connections import pool
        with self._lock:
            if self._http is None:
                # The token service's POSTs change nothing, so they may be repeated.
                self._http = pool(Retry(total=4, connect=1, backoff_factor=0.5,
                                        status_forcelist=(429, 500, 502, 503, 504),
                                        allowed_methods=frozenset({"GET", "HEAD", "POST"}), raise_on_status=False))
            return self._http


def granted_actions(token: str) -> dict[str, tuple[str, ...]]:
    """What an access token of a registry really allows: repository name (or `catalog`) to actions."""
    return {entry.get("name", ""): tuple(entry.get("actions") or ()) for entry in claims_of(token).get("access") or ()}


def claims_of(token: str) -> dict:
    """The claims of a JSON web token, unchecked: it came from its issuer. Empty for a token that is none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
