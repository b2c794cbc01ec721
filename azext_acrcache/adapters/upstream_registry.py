"""The registries that images come from, all asked in the same way: by the challenge that each of them gives.

Sources: Docker's "Token authentication specification" for the challenge, Docker's page on usage and limits for the
image to ask with. A HEAD is not counted there.
"""
from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from azext_acrcache.adapters.distribution import DistributionResponse, ask_manifest, error_in, request, served
from azext_acrcache.adapters.rest import ServiceError
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.values.rate_limits import RateLimit
from azext_acrcache.domain.values.upstreams import DOCKER_HUB

_HOSTS = {DOCKER_HUB: "registry-1.docker.io"}
_LIMIT_IMAGE = ("ratelimitpreview/test", "latest")
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class UpstreamSignIn:
    """What became of a sign-in. `took` None: the registry has no sign-in at all."""

    took: bool | None
    status: int = 0
    message: str = ""


class UpstreamRegistry:
    """One upstream, with credentials or without.

    :param username, password: None for an anonymous caller. They go nowhere but to the registry and to the token
        service that it names.
    """

    def __init__(self, session: Session, login_server: str, username: SecretValue | None = None,
                 password: SecretValue | None = None):
        self._session, self.login_server = session, login_server
        self._host = _HOSTS.get(login_server, login_server)
        self._username, self._password = username, password
        self._subject = f"upstream '{login_server}'"

    def sign_in(self) -> UpstreamSignIn:
        """Whether the credentials are taken. Raises ServiceUnreachable."""
        answer = request(self._session.registries_http(), "GET", f"https://{self._host}/v2/", self._subject)
        if answer.status_code == 200:
            return UpstreamSignIn(None)
        token = self._authorization(answer)
        if isinstance(token, DistributionResponse):
            return UpstreamSignIn(False, token.status, self.discreet(token.message))
        confirmed = request(self._session.registries_http(), "GET", f"https://{self._host}/v2/", self._subject,
                            headers={"Authorization": token})
        if confirmed.status_code in (401, 403):
            return UpstreamSignIn(False, confirmed.status_code, self.discreet(error_in(confirmed)[1]))
        return UpstreamSignIn(True, confirmed.status_code)

    def manifest(self, repository: str, reference: str) -> DistributionResponse:
        """HEAD of a manifest, which no rate limit counts. Raises ServiceUnreachable."""
        return self._with_challenge(lambda authorization: ask_manifest(
            self._session.registries_http(), "HEAD", self._host, repository, reference, authorization, self._subject))

    def tags(self, repository: str) -> DistributionResponse:
        """Whether a repository's tags may be listed: it exists and can be read. Raises ServiceUnreachable."""
        return self._with_challenge(lambda authorization: served(request(
            self._session.registries_http(), "GET", f"https://{self._host}/v2/{repository}/tags/list", self._subject,
            params={"n": "1"}, headers={"Authorization": authorization} if authorization else {})))

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

    def _with_challenge(self, ask) -> DistributionResponse:
        """Asks without a token, then with the one that the answer demands."""
        first = ask(None)
        if first.status != 401:
            return first
        token = self._authorization(first)
        return token if isinstance(token, DistributionResponse) else ask(token)

    def _authorization(self, challenged) -> "str | DistributionResponse":
        """The header's value for a 401's challenge, or the answer by which the token service refused."""
        kind, _, rest = challenged.headers.get("www-authenticate", "").partition(" ")
        if kind.lower() == "basic" and self._username is not None:
            return self._basic()
        parts = dict(_CHALLENGE.findall(rest))
        if kind.lower() != "bearer" or urlsplit(parts.get("realm", "")).scheme != "https":
            # Without a token service that can be trusted nothing is sent anywhere.
            return challenged if isinstance(challenged, DistributionResponse) else served(challenged)
        params = {key: parts[key] for key in ("service", "scope") if parts.get(key)}
        headers = {"Authorization": self._basic()} if self._username is not None else {}
        answer = request(self._session.registries_http(), "GET", parts["realm"], self._subject, params=params,
                         headers=headers)
        if answer.status_code != 200:
            return served(answer)
        try:
            body = answer.json()
            token = body.get("token") or body.get("access_token")
        except (ValueError, AttributeError):
            token = None
        return f"Bearer {token}" if token else DistributionResponse(502, code="NO_TOKEN", message="the token service gave no token")

    def _basic(self) -> str:
        username = self._username.reveal() if self._username else ""
        password = self._password.reveal() if self._password else ""
        return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

    def discreet(self, message: str) -> str:
        """An upstream may repeat in an error what it was given."""
        for value in (self._password, self._username):
            if value is not None and value.reveal():
                message = message.replace(value.reveal(), "…")
        return message
