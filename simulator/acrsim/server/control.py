"""The simulator's own API on http://acrsim.local: knobs, faults, requests, seeds, the clock and the world."""
from __future__ import annotations

import json

from ..protocol.http import Reject, Request, Response
from ..protocol.tokens import issue
from ..seed import SeedError, plant, principal_named
from ..state.knobs import KnobError
from .faults import FaultError
from .picture import picture
from .simulation import Simulation
from .world_view import view

HOST = "acrsim.local"


class Control:
    """Answers for `simulation`; errors are {"error": text} with 400, 404 or 405."""

    def __init__(self, simulation: Simulation):
        self._simulation = simulation

    def handle(self, request: Request) -> Response:
        routes = {
            ("GET", "/knobs"): self._knobs, ("PATCH", "/knobs"): self._turn,
            ("GET", "/requests"): self._requests, ("DELETE", "/requests"): self._forget,
            ("GET", "/faults"): self._faults, ("POST", "/faults"): self._plant_fault,
            ("DELETE", "/faults"): self._clear_faults,
            ("POST", "/reset"): self._reset, ("POST", "/seed"): self._seed,
            ("GET", "/clock"): self._time, ("POST", "/clock"): self._advance,
            ("GET", "/world"): self._world, ("GET", "/picture"): self._picture, ("POST", "/token"): self._token,
        }
        path = request.path.rstrip("/")
        handler = routes.get((request.method.upper(), path))
        if handler is None:
            methods = [method for method, known in routes if known == path]
            return Response(405 if methods else 404, {"error": f"no {request.method} {path}; there are: "
                                                      + ", ".join(f"{method} {known}" for method, known in routes)})
        try:
            return handler(_body(request))
        except (KnobError, FaultError, SeedError, ValueError) as error:
            return Response(400, {"error": str(error)})
        except Reject as refusal:
            return refusal.response

    def _knobs(self, _) -> Response:
        return Response(200, self._simulation.knobs.to_json())

    def _turn(self, body) -> Response:
        self._simulation.turn(body)
        return self._knobs(body)

    def _requests(self, _) -> Response:
        return Response(200, self._simulation.requests.entries())

    def _forget(self, _) -> Response:
        self._simulation.requests.clear()
        return Response(204)

    def _faults(self, _) -> Response:
        return Response(200, [fault.to_json() for fault in self._simulation.faults.planted])

    def _plant_fault(self, body) -> Response:
        """One fault or a list of them; {"name": ...} is one of named_faults.NAMED."""
        planted = [self._simulation.faults.plant(item).to_json()
                   for item in (body if isinstance(body, list) else [body])]
        return Response(201, planted if isinstance(body, list) else planted[0])

    def _clear_faults(self, _) -> Response:
        self._simulation.faults.clear()
        return Response(204)

    def _reset(self, body) -> Response:
        if "knobs" in body:
            self._simulation.turn(body["knobs"])
        self._simulation.reset(body.get("seed", "empty"))
        return Response(200, {})

    def _seed(self, body) -> Response:
        plant(self._simulation.app, body)
        return Response(200, {})

    def _time(self, _) -> Response:
        clock = self._simulation.world.clock
        return Response(200, {"now": clock.now(), "iso": clock.iso(), "speed": clock.speed})

    def _advance(self, body) -> Response:
        seconds = body.get("advance")
        if not isinstance(seconds, (int, float)) or seconds < 0:
            raise ValueError('give {"advance": seconds}')
        self._simulation.world.clock.advance(seconds)
        return self._time(body)

    def _token(self, body) -> Response:
        """An Entra access token in the name of any principal, as the machine that bears its identity would get one."""
        if not isinstance(body, dict) or not body.get("principal") or not body.get("audience"):
            raise ValueError('give {"principal": object id, app id or name, "audience": URI}')
        world = self._simulation.world
        principal = principal_named(world, body["principal"])
        if principal.kind == "Group":
            raise ValueError(f"{principal.display_name} is a group; groups do not sign in")
        return Response(200, {"accessToken": issue(world, principal, body["audience"]), "tokenType": "Bearer",
                              "principalId": principal.object_id, "tenantId": principal.tenant_id})

    def _world(self, _) -> Response:
        self._simulation.world.operations.settle()
        return Response(200, view(self._simulation.world))

    def _picture(self, _) -> Response:
        self._simulation.world.operations.settle()
        return Response(200, picture(self._simulation.world))


def _body(request: Request):
    try:
        return json.loads(request.body or b"{}")
    except ValueError as error:
        raise Reject(Response(400, {"error": f"not JSON: {error}"})) from error
