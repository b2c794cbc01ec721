"""The registries that images come from: accounts, repositories, who may pull what, and rate limits.

Independent of HTTP: the other modules here speak each registry's protocol on top of this, and a pull through a
cache rule asks here as well, so that both count against the same limit.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field

from ...oci.images import Manifest
from ...oci.repositories import Repository, RepositoryStore

UNAUTHORIZED = "unauthorized"
DENIED = "denied"
NOT_FOUND = "not found"
TOO_MANY_REQUESTS = "too many requests"
FAILED = "failed"


class UpstreamRefusal(Exception):
    """Why an upstream did not answer: `reason` is one of the constants of this module."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass
class Account:
    """`paid`: no rate limit and no rate limit headers. `expired`: the password or token no longer signs in."""
    username: str
    password: str
    paid: bool = False
    expired: bool = False


@dataclass
class RateLimit:
    """Pulls of a manifest within `window` seconds. A limit that is None does not exist."""
    anonymous: int | None = None
    account: int | None = None
    window: int = 21600
    _pulls: dict[str, list[float]] = field(default_factory=dict)

    def limit_for(self, account: Account | None) -> int | None:
        if account is None:
            return self.anonymous
        return None if account.paid else self.account

    def remaining(self, account: Account | None, now: float) -> int | None:
        limit = self.limit_for(account)
        return None if limit is None else max(0, limit - len(self._recent(account, now)))

    def take(self, account: Account | None, now: float) -> bool:
        """Count a pull; False when none is left."""
        remaining = self.remaining(account, now)
        if remaining is None:
            return True
        if remaining == 0:
            return False
        self._recent(account, now).append(now)
        return True

    def retry_after(self, account: Account | None, now: float) -> int:
        """Seconds until the oldest pull falls out of the window."""
        pulls = self._recent(account, now)
        return math.ceil(pulls[0] + self.window - now) if pulls else self.window

    def _recent(self, account: Account | None, now: float) -> list[float]:
        key = account.username if account else ""
        self._pulls[key] = [at for at in self._pulls.get(key, []) if at > now - self.window]
        return self._pulls[key]


@dataclass
class Upstream:
    """`private` maps a repository to the usernames that may pull it; what is not in it is public.

    `down`: every pull fails with a server error.
    """
    login_server: str
    accounts: dict[str, Account] = field(default_factory=dict)
    content: RepositoryStore = field(default_factory=RepositoryStore)
    private: dict[str, set[str]] = field(default_factory=dict)
    rate_limit: RateLimit = field(default_factory=RateLimit)
    down: bool = False

    def sign_in(self, username: str, password: str) -> Account:
        account = self.accounts.get(username)
        if account is None or account.password != password or account.expired:
            raise UpstreamRefusal(UNAUTHORIZED, "incorrect username or password")
        return account

    def may_pull(self, account: Account | None, repository: str) -> bool:
        if repository not in self.content:
            return False
        readers = self.private.get(repository)
        return readers is None or (account is not None and account.username in readers)

    def repository(self, account: Account | None, repository: str) -> Repository:
        """A repository that the account may pull from."""
        if self.down:
            raise UpstreamRefusal(FAILED, f"{self.login_server} answers 503")
        if not self.may_pull(account, repository):
            raise UpstreamRefusal(DENIED, repository)
        return self.content.get(repository)

    def manifest(self, account: Account | None, repository: str, reference: str, now: float,
                 counts: bool = True) -> tuple[Repository, Manifest]:
        """A manifest and the repository that holds its blobs. `counts`: whether it uses up the rate limit."""
        held = self.repository(account, repository)
        if counts and not self.rate_limit.take(account, now):
            raise UpstreamRefusal(TOO_MANY_REQUESTS, repository)
        manifest = held.find(reference)
        if manifest is None:
            raise UpstreamRefusal(NOT_FOUND, f"{repository}:{reference}")
        return held, manifest


def normal_login_server(login_server: str) -> str:
    """Docker Hub goes by several names; the others have one."""
    name = login_server.lower()
    return "docker.io" if name in ("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com") else name


class Upstreams:
    """All upstreams of a world (`world.part(Upstreams)`); one that no seed describes is there and holds nothing."""

    view_name = "upstreams"

    def __init__(self, world):
        self._clock = world.clock
        self._by_login_server: dict[str, Upstream] = {}

    def at(self, login_server: str) -> Upstream:
        name = normal_login_server(login_server)
        return self._by_login_server.setdefault(name, Upstream(name))

    def view(self) -> dict:
        """{login server: {accounts, down, repositories: {name: [tag]}, private, remaining: {account or "": pulls}}}"""
        return {upstream.login_server: self._view_of(upstream) for upstream in self._by_login_server.values()}

    def _view_of(self, upstream: Upstream) -> dict:
        now = self._clock.now()
        return {"accounts": sorted(upstream.accounts), "down": upstream.down,
                "repositories": {item.name: sorted(item.tags) for item in upstream.content},
                "private": {name: sorted(readers) for name, readers in upstream.private.items()},
                "remaining": {account.username if account else "": upstream.rate_limit.remaining(account, now)
                              for account in (None, *upstream.accounts.values())}}
