"""What all upstream registries have in common: OCI distribution with Docker's bearer tokens.

A registry is described by a `Protocol`; `mount` adds its routes. Sources: the OCI distribution specification 1.1 and
Docker's page on registry token authentication.
"""
from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from ...oci.images import Manifest
from ...oci.repositories import Repository
from ...protocol.http import CLIENT_ADDRESS, Headers, Reject, Request, Response, Router
from ...protocol.tokens import TokenError, sign, verify
from .store import (DENIED, FAILED, NOT_FOUND, TOO_MANY_REQUESTS, Account, Upstream, UpstreamRefusal, Upstreams,
                    normal_login_server)

TOKEN_SECONDS = 300


@dataclass(frozen=True)
class Protocol:
    """`host` may hold `{label}` parts; `realm` and `service` may hold `{host}`.

    realm: the token service; None for a registry without sign-in.
    scope: a fixed scope instead of repository:<name>:pull.
    refuses_at_token: the token service answers 403 to bad credentials and for what an account may not pull; otherwise
    bad credentials get 401, a token comes without the right, and the registry refuses.
    blob_host: where a blob is redirected to; None serves it in place.
    """
    host: str
    login_server: str | None = None
    realm: str | None = None
    service: str = ""
    scope: str | None = None
    refuses_at_token: bool = False
    blob_host: str | None = None
    rate_limit_headers: bool = False


def error(status: int, code: str, message: str, detail=None, headers=None) -> Response:
    """The error body of the distribution specification."""
    entry = {"code": code, "message": message}
    if detail is not None:
        entry["detail"] = detail
    return Response(status, {"errors": [entry]}, Headers(headers))


def upstream_at(world, host: str, protocol: Protocol) -> Upstream:
    """The upstream that a host serves; one that no seed describes is there and holds nothing."""
    return world.part(Upstreams).at(protocol.login_server or normal_login_server(host))


def basic_credentials(request: Request) -> tuple[str, str] | None:
    """User name and password of a Basic header; None without one; 400 for one that cannot be read."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        username, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise Reject(error(400, "UNAUTHORIZED", "malformed basic authorization")) from problem
    return username, password


def requested_repositories(scopes: list[str]) -> list[str]:
    """The repositories named in scopes, each of which may hold several that are parted by blanks."""
    parts = [scope.split(":") for value in scopes for scope in value.split()]
    return [":".join(part[1:-1]) for part in parts if part[0] == "repository" and len(part) >= 3]


class UpstreamService:
    """The handlers of one protocol."""

    def __init__(self, world, protocol: Protocol):
        self._world = world
        self._protocol = protocol

    def base(self, request: Request) -> Response:
        if self._protocol.realm is not None:
            self._account(request, None)
        return Response(200, {}, Headers({"docker-distribution-api-version": "registry/2.0"}))

    def token(self, request: Request) -> Response:
        """GET with Basic or nothing, or POST with grant_type=password."""
        upstream = upstream_at(self._world, request.host, self._protocol)
        form = dict(request.form()) if request.method == "POST" else {}
        credentials = basic_credentials(request)
        if form.get("grant_type") == "password":
            credentials = form.get("username", ""), form.get("password", "")
        scopes = [form["scope"]] if "scope" in form else request.params("scope")
        try:
            account = upstream.sign_in(*credentials) if credentials else None
        except UpstreamRefusal as refusal:
            return self._bad_sign_in(refusal)
        wanted = requested_repositories(scopes)
        granted = [name for name in wanted if upstream.may_pull(account, name)]
        if self._protocol.refuses_at_token and len(granted) < len(wanted):
            return error(403, "DENIED", "requested access to the resource is denied")
        access = [{"type": "repository", "name": name, "actions": ["pull"] if name in granted else []}
                  for name in wanted]
        now = int(self._world.clock.wall())
        token = sign(self._world, {"aud": upstream.login_server, "sub": account.username if account else "",
                                   "access": access, "iat": now, "exp": now + TOKEN_SECONDS})
        return Response(200, {"token": token, "access_token": token, "expires_in": TOKEN_SECONDS,
                              "issued_at": self._world.clock.iso()})

    def manifest(self, request: Request) -> Response:
        repository, reference = request.args["repository"], request.args["reference"]
        account = self._account(request, repository)
        upstream, now = upstream_at(self._world, request.host, self._protocol), self._world.clock.now()
        try:
            # Docker Hub counts GET, not HEAD (Docker's page on usage and limits).
            _, found = upstream.manifest(account, repository, reference, now, counts=request.method == "GET")
        except UpstreamRefusal as refusal:
            return self._refused(refusal, request, upstream, account)
        headers = self._rate_limit_headers(upstream, account)
        return manifest_response(found, request.method, headers)

    def blob(self, request: Request) -> Response:
        repository, digest = request.args["repository"], request.args["digest"]
        account = self._account(request, repository)
        upstream = upstream_at(self._world, request.host, self._protocol)
        held = upstream.content.get(repository)
        if held is None or not upstream.may_pull(account, repository):
            return self._refused(UpstreamRefusal(DENIED, repository), request, upstream, account)
        if self._protocol.blob_host is None or digest not in held.blobs:
            return blob_response(held, digest, request.method)
        url_pass = sign(self._world, {"repository": repository, "aud": self._protocol.blob_host, "digest": digest,
                                      "login_server": upstream.login_server,
                                      "exp": self._world.clock.wall() + TOKEN_SECONDS})
        location = f"https://{self._protocol.blob_host}/{digest}?verify={url_pass}"
        return Response(307, None, Headers({"location": location}))

    def redirected_blob(self, request: Request) -> Response:
        """Where `blob` redirects to: no sign-in, the URL itself is the pass."""
        try:
            claims = verify(self._world, request.param("verify", ""), [request.host])
        except TokenError as problem:
            return Response(403, f"{problem}".encode(), Headers({"content-type": "text/plain"}))
        held = self._world.part(Upstreams).at(claims["login_server"]).content.get(claims["repository"])
        if held is None or claims["digest"] != request.args["digest"]:
            return Response(404)
        return blob_response(held, claims["digest"], request.method)

    def tags(self, request: Request) -> Response:
        repository = request.args["repository"]
        account = self._account(request, repository)
        upstream = upstream_at(self._world, request.host, self._protocol)
        if not upstream.may_pull(account, repository):
            return self._refused(UpstreamRefusal(DENIED, repository), request, upstream, account)
        return Response(200, {"name": repository, "tags": sorted(upstream.content.get(repository).tags)})

    def _account(self, request: Request, repository: str | None) -> Account | None:
        """Who asks, by the bearer token; 401 with a challenge where one is missing, bad or without the right."""
        if self._protocol.realm is None:
            return None
        token = request.bearer()
        if token is None:
            raise Reject(self._challenge(request, repository))
        upstream = upstream_at(self._world, request.host, self._protocol)
        try:
            claims = verify(self._world, token, [upstream.login_server])
        except TokenError as problem:
            raise Reject(self._challenge(request, repository, "invalid_token")) from problem
        granted = {entry["name"] for entry in claims["access"] if "pull" in entry["actions"]}
        if repository is not None and self._protocol.scope is None and repository not in granted:
            raise Reject(self._challenge(request, repository, "insufficient_scope"))
        return upstream.accounts.get(claims["sub"])

    def _challenge(self, request: Request, repository: str | None, problem: str | None = None) -> Response:
        parts = {"realm": self._protocol.realm.format(host=request.host),
                 "service": self._protocol.service.format(host=request.host)}
        if self._protocol.scope:
            parts["scope"] = self._protocol.scope
        elif repository is not None:
            parts["scope"] = f"repository:{repository}:pull"
        if problem:
            parts["error"] = problem
        header = "Bearer " + ",".join(f'{name}="{value}"' for name, value in parts.items())
        detail = None if repository is None else [
            {"Type": "repository", "Class": "", "Name": repository, "Action": "pull"}]
        return error(401, "UNAUTHORIZED", "authentication required", detail,
                     {"www-authenticate": header, "docker-distribution-api-version": "registry/2.0"})

    def _refused(self, refusal: UpstreamRefusal, request: Request, upstream: Upstream,
                 account: Account | None) -> Response:
        if refusal.reason == NOT_FOUND:
            return error(404, "MANIFEST_UNKNOWN", "manifest unknown", f"unknown tag={request.args['reference']}",
                         self._rate_limit_headers(upstream, account))
        if refusal.reason == TOO_MANY_REQUESTS:
            headers = self._rate_limit_headers(upstream, account)
            headers["retry-after"] = str(upstream.rate_limit.retry_after(account, self._world.clock.now()))
            return error(429, "TOOMANYREQUESTS", "You have reached your pull rate limit. You may increase the limit "
                         "by authenticating and upgrading: https://www.docker.com/increase-rate-limit",
                         None, headers)
        if refusal.reason == FAILED:
            return error(503, "UNAVAILABLE", "service unavailable")
        if self._protocol.realm is None:
            return error(404, "NAME_UNKNOWN", "repository name not known to registry")
        return self._challenge(request, request.args["repository"], "insufficient_scope")

    def _rate_limit_headers(self, upstream: Upstream, account: Account | None) -> dict[str, str]:
        remaining = upstream.rate_limit.remaining(account, self._world.clock.now())
        if not self._protocol.rate_limit_headers or remaining is None:
            return {}
        window = upstream.rate_limit.window
        return {"ratelimit-limit": f"{upstream.rate_limit.limit_for(account)};w={window}",
                "ratelimit-remaining": f"{remaining};w={window}",
                "docker-ratelimit-source": account.username if account else CLIENT_ADDRESS}

    def _bad_sign_in(self, refusal: UpstreamRefusal) -> Response:
        if self._protocol.login_server == "docker.io":
            return Response(401, {"details": refusal.detail})
        if self._protocol.refuses_at_token:
            return error(403, "DENIED", "denied")
        return error(401, "UNAUTHORIZED", "authentication required")


def manifest_response(manifest: Manifest, method: str, headers: dict[str, str]) -> Response:
    """200 with the manifest; HEAD has its headers only."""
    answer = Response(200, b"" if method == "HEAD" else manifest.data, Headers(headers))
    answer.headers["content-type"] = manifest.media_type
    answer.headers["content-length"] = str(len(manifest.data))
    answer.headers["docker-content-digest"] = manifest.digest
    answer.headers["docker-distribution-api-version"] = "registry/2.0"
    answer.headers["etag"] = f'"{manifest.digest}"'
    return answer


def blob_response(held: Repository, digest: str, method: str) -> Response:
    data = held.blobs.get(digest)
    if data is None:
        return error(404, "BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})
    return Response(200, b"" if method == "HEAD" else data, Headers({
        "content-type": "application/octet-stream", "content-length": str(len(data)),
        "docker-content-digest": digest, "etag": f'"{digest}"', "accept-ranges": "bytes"}))


def mount(router: Router, world, protocol: Protocol) -> UpstreamService:
    """Add a registry's routes, its token service and its blob host."""
    service = UpstreamService(world, protocol)
    for method in ("GET", "HEAD"):
        router.add(method, protocol.host, "/v2/", service.base)
        router.add(method, protocol.host, "/v2/{repository:path}/manifests/{reference}", service.manifest)
        router.add(method, protocol.host, "/v2/{repository:path}/blobs/{digest}", service.blob)
        if protocol.blob_host:
            router.add(method, protocol.blob_host, "/{digest}", service.redirected_blob)
    router.add("GET", protocol.host, "/v2/{repository:path}/tags/list", service.tags)
    if protocol.realm is not None:
        host, _, path = protocol.realm.removeprefix("https://").partition("/")
        host = protocol.host if host == "{host}" else host
        for method in ("GET", "POST"):
            router.add(method, host, f"/{path}", service.token)
    return service
