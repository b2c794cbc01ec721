"""`python -m acrsim serve` runs the simulator; `python -m acrsim ctl` speaks to its control API."""
from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from .state.knobs import KnobError, Knobs


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="acrsim", description="Azure's wire behaviour on loopback.")
    commands = parser.add_subparsers(required=True)

    serve = commands.add_parser("serve", help="run until SIGTERM; one JSON line on stdout when ready")
    serve.add_argument("--port", type=int, default=0, help="0: any free one")
    serve.add_argument("--state", type=Path, help="folder for the CA and ready.json; default: a temporary one")
    serve.add_argument("--seed", default="demo", help="demo, another of acrsim/seeds, or the path of a seed document")
    serve.add_argument("--latency", type=float, default=0.0, help="real seconds per request")
    serve.add_argument("--clock-speed", type=float, default=1.0, help="simulated seconds per real second")
    serve.add_argument("--role-delay", type=float, default=0.0, help="simulated seconds until a role counts")
    serve.add_argument("--identity-delay", type=float, default=0.0, help="until ARM knows a new principal")
    serve.add_argument("--vault-identity-delay", type=float, default=0.0, help="until Key Vault knows it")
    serve.add_argument("--operation-seconds", type=_range, default=[0.0, 0.0], metavar="MIN[:MAX]")
    serve.add_argument("--retry-after", type=_retry_after, default=None, metavar="N|none")
    serve.add_argument("--arm-throttle", action="store_true",
                       help="ARM's token buckets: 200 writes and 10 more a second, and so on")
    serve.add_argument("--log", type=Path, help="append each request here as a JSON line")
    serve.set_defaults(run=_serve)

    ctl = commands.add_parser("ctl", help="one request to the control API; prints the answer")
    ctl.add_argument("--proxy", required=True, help="as printed by serve")
    ctl.add_argument("method", choices=["GET", "POST", "PATCH", "DELETE"])
    ctl.add_argument("path")
    ctl.add_argument("body", nargs="?", help="JSON")
    ctl.set_defaults(run=_ctl)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from .seed import SeedError
    from .server.proxy import serve
    from .server.simulation import Simulation

    with contextlib.ExitStack() as stack:
        log = stack.enter_context(options.log.open("a", encoding="utf-8")) if options.log else None
        state = options.state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="acrsim-")))
        knobs = Knobs()
        try:
            knobs.turn({"latency": options.latency, "clock_speed": options.clock_speed,
                        "role_delay": options.role_delay, "identity_delay": options.identity_delay,
                        "vault_identity_delay": options.vault_identity_delay,
                        "operation_seconds": options.operation_seconds, "retry_after": options.retry_after,
                        "arm_throttle": options.arm_throttle})
            simulation = Simulation(options.seed, knobs, log)
        except (KnobError, SeedError) as error:
            print(f"acrsim: {error}", file=sys.stderr)
            return 2
        try:
            asyncio.run(serve(simulation, options.port, state, lambda found: print(json.dumps(found), flush=True)))
        except OSError as error:
            print(f"acrsim: {error}", file=sys.stderr)
            return 1
    return 0


def _ctl(options: argparse.Namespace) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": options.proxy}))
    request = urllib.request.Request(f"http://acrsim.local{options.path}", method=options.method,
                                     data=options.body.encode() if options.body else None,
                                     headers={"content-type": "application/json"})
    try:
        with opener.open(request) as answer:
            sys.stdout.write(_pretty(answer.read()))
        return 0
    except urllib.error.HTTPError as error:
        sys.stderr.write(_pretty(error.read()))
        return 1


def _pretty(body: bytes) -> str:
    return json.dumps(json.loads(body), indent=1) + "\n" if body else ""


def _range(text: str) -> list[float]:
    shortest, _, longest = text.partition(":")
    return [float(shortest), float(longest or shortest)]


def _retry_after(text: str) -> int | None:
    return None if text.lower() == "none" else int(text)


if __name__ == "__main__":
    sys.exit(main())
