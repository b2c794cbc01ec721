"""A registry's data plane: its token service and what repositories it holds.

Sources: Azure/acr docs/AAD-OAuth and Token-BasicAuth. /oauth2/token answers 200 also where a right is missing, so
the granted actions are read from the token itself.
"""
from __future__ import annotations

import base64
import json
import threading
from functools import partial
from typing import Iterable

from azext_acrcache.adapters.distribution import (DistributionResponse, ask, ask_manifest, ask_tags, error_in, json_of,
                                                  send)
from azext_acrcache.adapters.retries import REGISTRY, retry_after
from azext_acrcache.adapters.session import Session
from azext_acrcache.adapters.trusted_hosts import check_host_below
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.repositories import RepositoryPattern

_AUDIENCE = "https://containerregistry.azure.net"
_CATALOG = "registry:catalog:*"


class RegistryContent:
    """One registry's content, seen as the caller. All methods that ask the registry raise ServiceError,
    ServiceUnreachable, and HostNotTrusted for a login server that is no registry of this cloud.

    :param subscription: the registry's, for a token of the tenant that was signed in to.
    """

    def __init__(self, session: Session, login_server: str, subscription: str):
        self._session, self._login_server, self._subscription = session, login_server, subscription
        self._subject = f"registry '{login_server}'"
        self._lock, self._signing_in = threading.Lock(), threading.Lock()
        self._refresh_token: str | None = None
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

        results = gather([partial(look, target) for target in targets])
        return {target: holder for target, (known, holder) in zip(targets, results) if known}

    def access_token(self, scopes: Iterable[str]) -> str:
        """An access token of the registry for these scopes; it may grant less. Never print it."""
        form = [("grant_type", "refresh_token"), ("service", self._login_server), ("refresh_token", self.sign_in())]
        return self._token("access_token", "/oauth2/token", form + [("scope", scope) for scope in scopes])

    def sign_in(self) -> str:
        """The registry's refresh token for the signed-in identity, asked for once. Never print it."""
        check_host_below(self._login_server, self._session.registry_suffix, "your Entra ID token", self._subject)
        with self._signing_in:
            if self._refresh_token is None:
                self._refresh_token = self._token("refresh_token", "/oauth2/exchange", {
                    "grant_type": "access_token", "service": self._login_server,
                    "tenant": self._session.sign_in_tenant_of(self._subscription),
                    "access_token": self._entra_token()})
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
        """HEAD or GET of a manifest, as a pull begins. No answer is asked for twice: a refusal is the answer."""
        return ask_manifest(self._session, method, self._login_server, repository, reference,
                            f"Bearer {self.pull_token(repository)}", self._subject)

    def blob(self, repository: str, digest: str) -> DistributionResponse:
        """A small blob, such as an image's configuration. The token does not follow the redirect to storage."""
        return ask(self._session, "GET", f"https://{self._login_server}/v2/{repository}/blobs/{digest}", self._subject,
                   f"Bearer {self.pull_token(repository)}")

    def tags(self, repository: str) -> DistributionResponse:
        """Whether a repository's tags may be listed: it exists and can be read."""
        return ask_tags(self._session, self._login_server, repository, f"Bearer {self.pull_token(repository)}",
                        self._subject)

    def _repository(self, name: str, token: str) -> str | None:
        try:
            self._call("GET", f"/acr/v1/{name}", token=token)
        except ServiceError as error:
            if error.not_found:
                return None
            raise
        return name

    def _first_below(self, pattern: RepositoryPattern, token: str) -> str | None:
        # The catalog is in lexical order: what follows "prefix/" begins with it, if anything does.
        params = {"n": "1", **({"last": f"{pattern.path}/"} if pattern.path else {})}
        names = self._call("GET", "/acr/v1/_catalog", token=token, params=params).get("repositories") or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ServiceUnreachable(self._subject, "the answer is no list of repositories")
        return next((name for name in names if pattern.covers(name)), None)

    def _token(self, kind: str, path: str, form) -> str:
        token = self._call("POST", path, data=form).get(kind)
        if not isinstance(token, str):
            raise ServiceUnreachable(self._subject, f"the answer of {path} holds no {kind.replace('_', ' ')}")
        return token

    def _entra_token(self) -> str:
        return self._session.token_for(self._audience(), self._subscription)

    def _audience(self) -> str:
        # az's own setting, for clouds whose Entra does not know the public audience
        return self._session.cli_ctx.config.get("acr", "audience_resource", fallback=None) or _AUDIENCE

    def _call(self, method: str, path: str, *, token: str | None = None, data=None, params=None) -> dict:
        # The token service's POSTs change nothing, so they may be repeated.
        response = send(self._session, method, f"https://{self._login_server}{path}", self._subject, REGISTRY,
                        data=data, params=params, headers={"Authorization": f"Bearer {token}"} if token else {})
        if response.status_code >= 400:
            raise ServiceError(response.status_code, *error_in(response), self._subject,
                               retry_after(response.headers))
        if response.status_code >= 300:
            raise ServiceUnreachable(self._subject, "a redirect came in place of an answer, which is not followed with "
                                     f"a token (status {response.status_code})")
        return json_of(response, self._subject)


def granted_actions(token: str) -> dict[str, tuple[str, ...]]:
    """What an access token of a registry really allows: repository name (or `catalog`) to actions."""
    entries = claims_of(token).get("access")
    return {str(entry.get("name") or ""): tuple(entry.get("actions") or ())
            for entry in (entries if isinstance(entries, list) else ()) if isinstance(entry, dict)}


def claims_of(token: str) -> dict:
    """The claims of a JSON web token, unchecked: it came from its issuer. Empty for a token that is none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
