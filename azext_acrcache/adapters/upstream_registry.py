"""The registries that images come from, all asked in the same way: by the challenge that each of them gives.

Sources: Docker's "Token authentication specification" for the challenge, Docker's page on usage and limits for the
image to ask with. A HEAD is not counted there.
"""
from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Callable, Mapping

from azext_acrcache.adapters.distribution import DistributionResponse, Http, ask, ask_manifest, ask_tags
from azext_acrcache.adapters.trusted_hosts import check_registry_host, check_token_service
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.rate_limits import RateLimit
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.values.upstreams import DOCKER_HUB

_HOSTS = {DOCKER_HUB: "registry-1.docker.io"}
_LIMIT_IMAGE = ("ratelimitpreview/test", "latest")
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class UpstreamSignIn:
    """What became of a sign-in.

    :ivar accepted: whether the credentials were taken; None where the registry has no sign-in at all.
    :ivar status, message: of the answer that decided it. With 429 or a status from 500 on nothing is decided.
    """

    accepted: bool | None
    status: int = 0
    message: str = ""


class UpstreamRegistry:
    """One upstream, with credentials or without. All methods that ask it raise ServiceUnreachable, and HostNotTrusted
    where it names a token service that is not its own while there are credentials to send.

    :param login_server: a host, with or without a port.
    :param username, password: None for an anonymous caller. They go nowhere but to the registry and to its own token
        service.
    """

    def __init__(self, session: Http, login_server: str, username: SecretValue | None = None,
                 password: SecretValue | None = None):
        self._session, self.login_server = session, login_server
        self._host = _HOSTS.get(login_server, login_server)
        self._username, self._password = username, password
        self._subject = f"upstream '{login_server}'"

    def sign_in(self) -> UpstreamSignIn:
        """Whether the credentials are accepted."""
        challenged = self._greet(None)
        if challenged.status == 200:
            return UpstreamSignIn(None)
        authorization = self._authorization(challenged)
        if isinstance(authorization, DistributionResponse):
            return UpstreamSignIn(False, authorization.status, self.without_credentials(authorization.message))
        confirmed = self._greet(authorization)
        if confirmed.status in (401, 403, 429) or confirmed.status >= 500:
            return UpstreamSignIn(False, confirmed.status, self.without_credentials(confirmed.message))
        return UpstreamSignIn(True, confirmed.status)

    def manifest(self, repository: str, reference: str) -> DistributionResponse:
        """HEAD of a manifest, which no rate limit counts."""
        return self._with_challenge(lambda authorization: ask_manifest(
            self._session, "HEAD", self._host, repository, reference, authorization, self._subject))

    def tags(self, repository: str) -> DistributionResponse:
        """Whether a repository's tags may be listed: it exists and can be read."""
        return self._with_challenge(lambda authorization: ask_tags(
            self._session, self._host, repository, authorization, self._subject))

    def rate_limit(self) -> RateLimit | None:
        """Docker Hub's, for this account or address; None where the upstream names none.

        Raises ServiceUnreachable, and ServiceError for a refusal without a limit in it, which says nothing of one.
        """
        if self.login_server != DOCKER_HUB:
            return None
        answer = self.manifest(*_LIMIT_IMAGE)
        limit = RateLimit.from_headers(answer.headers)
        if limit is None and not answer.ok:
            raise ServiceError(answer.status, answer.code, answer.message, self._subject)
        return limit

    def without_credentials(self, message: str) -> str:
        """A message of the upstream, which may repeat what it was given, with the credentials taken out."""
        for value in (self._password, self._username):
            if value is not None and value.reveal():
                message = message.replace(value.reveal(), "…")
        return message

    def _greet(self, authorization: str | None) -> DistributionResponse:
        check_registry_host(self._host, self._subject)
        return ask(self._session, "GET", f"https://{self._host}/v2/", self._subject, authorization)

    def _with_challenge(self, look: Callable[[str | None], DistributionResponse]) -> DistributionResponse:
        """Looks without a token, then with the one that the answer demands."""
        check_registry_host(self._host, self._subject)
        first = look(None)
        if first.status != 401:
            return first
        authorization = self._authorization(first)
        return authorization if isinstance(authorization, DistributionResponse) else look(authorization)

    def _authorization(self, challenged: DistributionResponse) -> str | DistributionResponse:
        """The header's value for a 401's challenge, or the answer by which the token service refused."""
        kind, _, rest = challenged.headers.get("www-authenticate", "").partition(" ")
        if kind.lower() == "basic" and self._username is not None:
            return self._basic()
        challenge = dict(_CHALLENGE.findall(rest))
        realm = challenge.get("realm", "")
        if kind.lower() != "bearer" or not realm.lower().startswith("https://"):
            # Without a token service that can be trusted nothing is sent anywhere.
            return challenged
        if self._username is not None:
            check_token_service(realm, self._host, self._subject)
        return self._token(realm, {key: challenge[key] for key in ("service", "scope") if challenge.get(key)})

    def _token(self, realm: str, params: Mapping[str, str]) -> str | DistributionResponse:
        response = ask(self._session, "GET", realm, self._subject,
                       self._basic() if self._username is not None else None, params=params, redirects=0)
        if 300 <= response.status < 400:
            raise ServiceUnreachable(self._subject, f"its token service redirects (status {response.status}), which is "
                                     "not followed with credentials")
        if response.status != 200:
            return response
        try:
            body = json.loads(response.body)
            token = body.get("token") or body.get("access_token")
        except (ValueError, AttributeError):
            token = None
        if not isinstance(token, str) or not token:
            return DistributionResponse(502, code="NO_TOKEN", message="the token service gave no token")
        return f"Bearer {token}"

    def _basic(self) -> str:
        username = self._username.reveal() if self._username else ""
        password = self._password.reveal() if self._password else ""
        return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
