"""The HTTPS forward proxy: carries requests from clients to the simulation, and its answers back.

mitmproxy does connections and certificates. No connection ever leaves the machine: each request is answered here.
"""
from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from pathlib import Path
from typing import Callable
from urllib.parse import parse_qsl, unquote

from mitmproxy import http as mitm
from mitmproxy import options
from mitmproxy.addons import core, next_layer, proxyserver, tlsconfig
from mitmproxy.master import Master

from ..protocol.http import Headers, Request, Response, unknown_host
from .control import Control
from .control import HOST as CONTROL_HOST
from .faults import planted_answer, rewritten
from .simulation import Simulation


class Carrier:
    """mitmproxy addon: latency, faults and throttling around App.handle, each request in the log."""

    def __init__(self, simulation: Simulation):
        self._simulation = simulation
        self._control = Control(simulation)

    def http_connect(self, flow: mitm.HTTPFlow) -> None:
        """A host without an address fails when the tunnel is asked for, as with any proxy."""
        host = flow.request.pretty_host
        if host != CONTROL_HOST and not self._simulation.app.has_address(host):
            entry = self._simulation.requests.begin(Request("CONNECT", host, ""))
            _answer(flow, unknown_host(host))
            self._simulation.requests.end(entry, 502)

    async def request(self, flow: mitm.HTTPFlow) -> None:
        request = _request(flow)
        if request.host == CONTROL_HOST:
            _answer(flow, self._control.handle(request))
            return
        simulation = self._simulation
        entry = simulation.requests.begin(request)
        fault = simulation.faults.strike(request)
        then = fault.then if fault else {}
        world = simulation.world

        def late() -> bool:
            """It belongs to a world that is no more, or whoever asked has hung up: it must not take effect now."""
            return simulation.world is not world or bool("hang" in then and flow.client_conn.timestamp_end)

        await _pause(simulation.knobs.latency + then.get("hang", 0), late)
        if late():
            flow.kill()
            simulation.requests.end(entry, None, request.caller, fault.id if fault else None)
            return
        response = self._respond(request, then)
        if response is None or then.get("reset") == "after":
            flow.kill()
            simulation.requests.end(entry, None, request.caller, fault.id)
            return
        _answer(flow, response)
        simulation.requests.end(entry, response.status, request.caller, fault.id if fault else None)

    def _respond(self, request: Request, then: dict) -> Response | None:
        """The answer, or None for a connection that drops before the request takes effect."""
        if then.get("reset") == "before":
            return None
        if "status" in then:
            return planted_answer(then)
        if "operation" in then:
            request.operation_fault = {"code": then["code"], "message": then["message"]}
        simulation = self._simulation
        refused = simulation.throttle.refuse(request, simulation.knobs.throttle) \
            or simulation.arm_throttle.refuse(request)
        if refused:
            return refused
        try:
            answer = simulation.arm_throttle.marked(request, simulation.app.handle(request))
            return rewritten(answer, then.get("rewrite", []))
        except Exception:
            logging.getLogger(__name__).exception("%s %s", request.method, request.url)
            return Response(500, {"error": {"code": "InternalServerError",
                                            "message": "acrsim failed; its log has the cause."}})


async def _pause(seconds: float, over: Callable[[], bool]) -> None:
    """Lets so many real seconds pass, and no more once it is `over`."""
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    while clock() < until and not over():
        await asyncio.sleep(min(until - clock(), 0.05))


async def serve(simulation: Simulation, port: int, state: Path, ready: Callable[[dict], None]) -> None:
    """Serve until SIGTERM or SIGINT. `state` holds the CA, which is made when missing, and ready.json.

    `ready` gets {"proxy", "ca", "pid"} once connections are taken. Raises OSError when the port is taken.
    """
    state.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    master = Master(options.Options(), event_loop=loop)
    server = proxyserver.Proxyserver()
    master.addons.add(core.Core(), server, next_layer.NextLayer(), tlsconfig.TlsConfig(), Carrier(simulation))
    master.options.update(confdir=str(state), listen_host="127.0.0.1", listen_port=port, http2=False,
                          connection_strategy="lazy", upstream_cert=False, validate_inbound_headers=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, master.shutdown)
    running = asyncio.ensure_future(master.run())
    while not running.done() and not server.listen_addrs():
        for instance in server.servers:
            if instance.last_exception:
                master.shutdown()
                await running
                raise OSError(f"port {port}: {instance.last_exception}")
        await asyncio.sleep(0.01)
    if server.listen_addrs():
        found = {"proxy": f"http://127.0.0.1:{server.listen_addrs()[0][1]}",
                 "ca": str(state / "mitmproxy-ca-cert.pem"), "pid": os.getpid()}
        (state / "ready.json").write_text(json.dumps(found) + "\n", encoding="utf-8")
        ready(found)
    await running
    loop.set_exception_handler(_report_unless_cancelled)


def _report_unless_cancelled(loop: asyncio.AbstractEventLoop, context: dict) -> None:
    """Requests that are still open at the end are cancelled, which asyncio's streams would report as an error."""
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)


def _request(flow: mitm.HTTPFlow) -> Request:
    path, _, query = flow.request.path.partition("?")
    return Request(flow.request.method.upper(), flow.request.pretty_host.lower(), unquote(path),
                   parse_qsl(query, keep_blank_values=True),
                   Headers({key: value for key, value in flow.request.headers.items(multi=False)}),
                   flow.request.content or b"", flow.request.scheme)


def _answer(flow: mitm.HTTPFlow, response: Response) -> None:
    flow.response = mitm.Response.make(response.status, response.body, dict(response.headers))
    if flow.request.method.upper() == "HEAD":
        length = response.headers.get("content-length", str(len(response.body)))
        flow.response.raw_content = b""
        flow.response.headers["content-length"] = length
