"""The simulated Azure as one function from request to answer, without a network."""
from __future__ import annotations

import importlib
import re

from .protocol.http import Reject, Request, Response, Router, unknown_host
from .services import SERVICES
from .state.world import World


class App:
    """Every service of one world behind one router."""

    def __init__(self, world: World):
        self.world = world
        self.router = Router()
        self.services = [importlib.import_module(f"{__package__}.services.{name}") for name in SERVICES]
        for service in self.services:
            service.register(self.router, world)

    def handle(self, request: Request) -> Response:
        """The answer. The knob seconds_per_request moves the clock, and operations whose time has come are settled.

        A host that no service knows gets 502 with its name, as a proxy answers for a name without an address.
        """
        self.world.clock.advance(self.world.knobs.seconds_per_request or 0.0)
        self.world.operations.settle()
        if not self.has_address(request.host):
            return unknown_host(request.host)
        request.page_size = self.world.knobs.page_size
        handler = self.router.find(request)
        try:
            if handler is None:
                return self._no_route(request)
            return handler(request)
        except Reject as refusal:
            return refusal.response

    def has_address(self, host: str) -> bool:
        """Does the name of a host resolve? Not where the knob unresolved_hosts says otherwise."""
        unresolved = self.world.knobs.unresolved_hosts
        return self.router.knows_host(host) and not (unresolved and re.search(unresolved, host, re.IGNORECASE))

    def _no_route(self, request: Request) -> Response:
        methods = self.router.methods(request)
        if methods:
            return Response(405, {"error": {"code": "MethodNotAllowed",
                                            "message": f"The method {request.method} is not allowed here."}},
                            {"allow": ", ".join(methods)})
        return Response(404, {"error": {"code": "NotFound", "message": f"acrsim has no route for {request.method} "
                                                                       f"{request.url}"}})
