"""Docker Hub: its registry, its token service and the two sign-in calls of its API.

Source: Docker's pages on the registry's authentication, on usage and limits and on the Hub API.
"""
from __future__ import annotations

from ...protocol.http import Request, Response, Router
from .oci_distribution import Protocol, mount, upstream_at
from .seed import SEED_KEYS, seed
from .store import UpstreamRefusal

__all__ = ["DOCKER_HUB", "SEED_KEYS", "register", "seed"]

DOCKER_HUB = Protocol(
    host="registry-1.docker.io", login_server="docker.io", realm="https://auth.docker.io/token",
    service="registry.docker.io", blob_host="production.cloudflare.docker.com", rate_limit_headers=True)

_API = "hub.docker.com"


def register(router: Router, world) -> None:
    mount(router, world, DOCKER_HUB)
    mount(router, world, Protocol(host="index.docker.io", login_server="docker.io", realm=DOCKER_HUB.realm,
                                  service=DOCKER_HUB.service, blob_host=DOCKER_HUB.blob_host, rate_limit_headers=True))

    def sign_in(request: Request, name: str, secret: str, answer: str) -> Response:
        document = request.json()
        upstream = upstream_at(world, _API, DOCKER_HUB)
        try:
            account = upstream.sign_in(str(document.get(name, "")), str(document.get(secret, "")))
        except UpstreamRefusal:
            return Response(401, {"detail": "Incorrect authentication credentials"})
        return Response(200, {answer: f"hub-{world.new_guid()}-{account.username}"})

    @router.route("POST", _API, "/v2/users/login")
    @router.route("POST", _API, "/v2/users/login/")
    def users_login(request: Request) -> Response:
        return sign_in(request, "username", "password", "token")

    @router.route("POST", _API, "/v2/auth/token")
    def auth_token(request: Request) -> Response:
        return sign_in(request, "identifier", "secret", "access_token")

    @router.route("GET", _API, "/v2/repositories/{namespace}/{name}")
    @router.route("GET", _API, "/v2/repositories/{namespace}/{name}/")
    def repository(request: Request) -> Response:
        name = f"{request.args['namespace']}/{request.args['name']}"
        upstream = upstream_at(world, _API, DOCKER_HUB)
        if not upstream.may_pull(None, name):
            return Response(404, {"message": "object not found", "errinfo": {}})
        return Response(200, {"namespace": request.args["namespace"], "name": request.args["name"],
                              "repository_type": "image", "is_private": False, "status": 1})
