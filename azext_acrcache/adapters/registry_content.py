"""A registry's data plane: its token service and what repositories it holds.

Sources: Azure/acr docs/AAD-OAuth and Token-BasicAuth. /oauth2/token answers 200 also where a right is missing, so
the granted actions are read from the token itself.
"""
from __future__ import annotations

import base64
import json
import threading
from functools import partial
from typing import Iterable, Iterator, Mapping, Sequence

from azext_acrcache.adapters.catalog_search import PAGE, CatalogSearch
from azext_acrcache.adapters.distribution import (DistributionResponse, ask, ask_manifest, ask_tags, error_in, json_of,
                                                  send)
from azext_acrcache.adapters.retries import REGISTRY, retry_after
from azext_acrcache.adapters.session import Session
from azext_acrcache.adapters.trusted_hosts import check_host_below
from azext_acrcache.concurrency import SIDE_BY_SIDE, gather
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.repositories import RepositoryPattern

_AUDIENCE = "https://containerregistry.azure.net"
_CATALOG = "registry:catalog:*"
# Characters of all scopes of one token. It comes back as about three times as many, and servers take headers of 8 KB.
_SCOPES = 2000


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

        More targets than are looked at side by side are looked for in the catalog, a hundred repositories a request.
        Raises ServiceError or ServiceUnreachable where the caller cannot sign in to the registry at all.
        """
        targets = list(dict.fromkeys(targets))
        listed = self._listed(targets) if len(targets) > SIDE_BY_SIDE else {}
        return {**listed, **self._looked_at([target for target in targets if target not in listed])}

    def _listed(self, targets: Sequence[RepositoryPattern]) -> dict[RepositoryPattern, str | None]:
        """What the catalog tells; nothing where the caller may not list it.

        It is read for as long as single looks would take, so that a large registry costs no more than twice that; what
        was not reached by then is left out.
        """
        token = self.access_token([_CATALOG])
        if not granted_actions(token).get("catalog"):
            return {}
        search = CatalogSearch(targets)
        for _ in range(-(-len(targets) // SIDE_BY_SIDE)):
            names, more = self._catalog(token, PAGE, search.after)
            search.add(names, more)
            if search.complete:
                break
        return search.holders()

    def _looked_at(self, targets: Sequence[RepositoryPattern]) -> dict[RepositoryPattern, str | None]:
        """What a look at each tells. A token travels in a header and names all that it grants, so several are used."""
        portions = [(portion, list(dict.fromkeys(map(_scope, portion)))) for portion in _portions(targets)]
        tokens = gather([partial(self.access_token, scopes) for _, scopes in portions])
        looks = [(target, partial(self._look, target, token, granted_actions(token)))
                 for (portion, _), token in zip(portions, tokens) for target in portion]
        answers = gather([look for _, look in looks])
        return {target: holder for (target, _), (known, holder) in zip(looks, answers) if known}

    def _look(self, target: RepositoryPattern, token: str, granted: Mapping[str, tuple[str, ...]]
              ) -> tuple[bool, str | None]:
        """Whether that is known, and what stands in the target's place."""
        if target.wildcard:
            return (True, self._first_below(target, token)) if granted.get("catalog") else (False, None)
        if "metadata_read" not in granted.get(target.path, ()):
            return False, None
        return True, self._repository(target.path, token)

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
        names, _ = self._catalog(token, 1, f"{pattern.path}/" if pattern.path else "")
        return next((name for name in names if pattern.covers(name)), None)

    def _catalog(self, token: str, count: int, after: str) -> tuple[list[str], bool]:
        """Names of repositories, `count` at most, that follow upon `after`, and whether there are more."""
        response = self._send("GET", "/acr/v1/_catalog", token=token,
                              params={"n": str(count), **({"last": after} if after else {})})
        names = json_of(response, self._subject).get("repositories") or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ServiceUnreachable(self._subject, "the answer is no list of repositories")
        # The link itself is not followed: it says no more than the last name does.
        return names, bool(names) and bool(response.headers.get("Link"))

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

    def _call(self, method: str, path: str, *, token: str | None = None, data=None) -> dict:
        return json_of(self._send(method, path, token=token, data=data), self._subject)

    def _send(self, method: str, path: str, *, token: str | None = None, data=None, params=None):
        """A good answer, of `requests`. Raises ServiceError and ServiceUnreachable."""
        # The token service's POSTs change nothing, so they may be repeated.
        response = send(self._session, method, f"https://{self._login_server}{path}", self._subject, REGISTRY,
                        data=data, params=params, headers={"Authorization": f"Bearer {token}"} if token else {})
        if response.status_code >= 400:
            raise ServiceError(response.status_code, *error_in(response), self._subject,
                               retry_after(response.headers))
        if response.status_code >= 300:
            raise ServiceUnreachable(self._subject, "a redirect came in place of an answer, which is not followed with "
                                     f"a token (status {response.status_code})")
        return response


def _scope(target: RepositoryPattern) -> str:
    return _CATALOG if target.wildcard else f"repository:{target.path}:metadata_read"


def _portions(targets: Sequence[RepositoryPattern]) -> Iterator[list[RepositoryPattern]]:
    """Targets that one token may name, all wildcards for the same few characters."""
    portion: list[RepositoryPattern] = []
    room = _SCOPES
    for target in targets:
        if portion and room < len(_scope(target)):
            yield portion
            portion, room = [], _SCOPES
        portion.append(target)
        room -= 0 if target.wildcard else len(_scope(target))
    if portion:
        yield portion


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
