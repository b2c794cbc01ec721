"""Microsoft.Authorization/acquirePolicyToken, which az asks before a write with --acquire-policy-token.

Shapes: learn.microsoft.com, rest/api/policyauthorization/policy-tokens/acquire; azure-cli 2.91, core/sdk/policies.py.
"""
from __future__ import annotations

from ...arm import api_version, caller
from ...protocol.http import Request, Response, Router
from ...state.world import World
from .scopes import check_scope, route_at_any_scope, scope_of


def register(router: Router, world: World) -> None:
    service = _PolicyTokens(world)
    route_at_any_scope(router, "POST", "Microsoft.Authorization/acquirePolicyToken", service.acquire)


class _PolicyTokens:
    def __init__(self, world: World):
        self._world = world

    def acquire(self, request: Request) -> Response:
        """A token for every operation: no policy of this world evaluates outside. # Guess: it takes no right."""
        api_version(request)
        caller(self._world, request)
        check_scope(self._world, scope_of(request))
        asked = request.json()
        return Response(200, {"result": "Succeeded", "changeReference": asked.get("changeReference"),
                              "token": "policy-token", "tokenId": "00000000-0000-4000-8000-000000000001"})
