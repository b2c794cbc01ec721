"""`make try`: the documents' example with our commands, in front of a simulated Azure, with all that it prints.

Everything happens in a temporary folder and on loopback; the user's own az, its sign-in and its extensions are not
used.
"""
from __future__ import annotations

import shlex
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

# The end-to-end tests' own pieces, so that what is shown here is what is tested.
import sim_client  # noqa: E402
from az_process import PRINCIPALS, TENANT, Az, Ran  # noqa: E402
from extension_wheel import built_wheel, installed_extension  # noqa: E402
from image_pull import RegistryDoor  # noqa: E402

OWNER = PRINCIPALS["owner"]
CREATE = ("acrcache bootstrap create -r myregistry -n MyRule -s docker.io/library/ubuntu -t ubuntu "
          "-c MyDockerHubCredSet --vault mykeyvault -u dockerhub-user -p dockerhub-pat")


def main() -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="acrcache-try-") as place:
        folder = Path(place)
        _say("The extension's wheel, installed with az extension add; a simulated Azure on loopback")
        wheel = built_wheel(folder / "wheel")
        extensions = installed_extension(folder / "extensions", wheel)
        simulator = sim_client.start(folder / "simulator")
        az = Az(simulator, folder / "azure", extensions, folder)
        try:
            print(f"{wheel.name}\nHTTPS_PROXY={simulator.proxy}")
            _show(az)
        finally:
            az.close()
            simulator.stop()
    print(f"\nDone in {time.monotonic() - started:.1f} s. Nothing is left running; your own az was not touched.")
    return 0


def _show(az: Az) -> None:
    _say("Sign in")
    _run(az, f"login --service-principal -u {OWNER.app_id} -p {OWNER.secret} --tenant {TENANT} "
             "--query [0].{subscription:name,user:user.name} -o json")
    _say("What would it do?")
    _run(az, f"{CREATE} --what-if -o table")
    _say("Do it: credential set, access to its two secrets, rule, health")
    _run(az, CREATE)
    _say("Once more: nothing to do, nothing written")
    again = _run(az, f"{CREATE} --query outcome -o tsv")
    print(f"({len(again.azure_requests)} requests to Azure, {len(again.writes)} of them writes)")
    _say("The chain, and all chains")
    _run(az, "acrcache bootstrap show -r myregistry -n MyRule -o table")
    _run(az, "acrcache bootstrap list -r myregistry -o table")
    _say("Pull through the cache: token, index, manifest, config and layers, each digest checked")
    exposed = _run(az, "acr login -n myregistry --expose-token", shown=False).json
    pulled = RegistryDoor(exposed["loginServer"], exposed["accessToken"], az.sim.proxy, az.sim.ca).pull(
        "ubuntu", "22.04")
    print(f"{pulled.reference}\n  index     {pulled.digest}  ({', '.join(pulled.platforms)})\n"
          f"  manifest  {pulled.manifest}\n  config    {pulled.config.digest}  {pulled.config.size} bytes")
    for layer in pulled.layers:
        print(f"  layer     {layer.digest}  {layer.size} bytes")
    _say("Take it down again: the rule, the credential set, its role assignments")
    _run(az, "acrcache bootstrap delete -r myregistry -n MyRule --yes -o table")


def _say(text: str) -> None:
    print(f"\n# {text}", flush=True)


def _run(az: Az, line: str, shown: bool = True) -> Ran:
    """Run a command and print it with its output; `shown=False` keeps back an output that is a token."""
    print(f"$ az {line}", flush=True)
    ran = az(*shlex.split(line))
    for text in (ran.stdout, ran.stderr) if shown else ("(a token)\n",):
        if text:
            print(text.rstrip())
    return ran


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
