"""Microsoft.Authorization/locks at any scope.

Shapes: learn.microsoft.com, rest/api/resources/management-locks.
"""
from __future__ import annotations

from ...arm import api_version, require
from ...protocol.http import Request, Response, Router, arm_error
from ...state.governance import CAN_NOT_DELETE, READ_ONLY, Lock
from ...state.world import World
from .scopes import check_scope, in_reach, listed_scope, routes_of_kind, scope_of

_KIND = "Microsoft.Authorization/locks"


def register(router: Router, world: World) -> None:
    routes_of_kind(router, _KIND, _Locks(world))


class _Locks:
    def __init__(self, world: World):
        self._world = world

    def list(self, request: Request) -> Response:
        """Those at the scope, above and below it; only at and above with $filter=atScope()."""
        scope = listed_scope(self._world, request, _KIND)
        only_here = "atscope()" in (request.param("$filter") or "").lower().replace(" ", "")
        return Response(200, {"value": [lock.to_arm() for lock in self._world.locks.values()
                                        if in_reach(lock.scope, scope, only_here)]})

    def get(self, request: Request) -> Response:
        api_version(request)
        require(self._world, request, f"{_KIND}/read", request.path)
        lock = self._world.locks.get(request.path.lower())
        if lock is None:
            raise arm_error(404, "LockNotFound", f"The lock '{request.args['name']}' could not be found.")
        return Response(200, lock.to_arm())

    def put(self, request: Request) -> Response:
        api_version(request)
        require(self._world, request, f"{_KIND}/write", request.path)
        scope = scope_of(request)
        check_scope(self._world, scope)
        given = request.json().get("properties") or {}
        if given.get("level") not in (READ_ONLY, CAN_NOT_DELETE):
            # Guess: the code and the words.
            raise arm_error(400, "InvalidLockLevel", f"The lock level '{given.get('level')}' is not valid.")
        known = request.path.lower() in self._world.locks
        lock = self._world.put_lock(Lock(request.args["name"], scope, given["level"], given.get("notes")))
        return Response(200 if known else 201, lock.to_arm())

    def delete(self, request: Request) -> Response:
        api_version(request)
        require(self._world, request, f"{_KIND}/delete", request.path)
        return Response(200 if self._world.locks.pop(request.path.lower(), None) else 204)
