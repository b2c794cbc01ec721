"""`make try`: the documents' example with our commands, in front of a simulated Azure, with all that it prints; then a
link of the chain is broken, found and mended.
"""
from __future__ import annotations

import shlex
import sys
import time

from simulated_azure import LOGIN, simulated_azure

from az_process import Az, Ran  # simulated_azure.py puts the folder of the end-to-end tests on the path
from image_pull import RegistryDoor

CREATE = ("acrcache bootstrap create -r myregistry -n MyRule -s docker.io/library/ubuntu -t ubuntu "
          "-c MyDockerHubCredSet --vault mykeyvault -u dockerhub-user -p dockerhub-pat")
FAILURES = "acrcache verify chain -r myregistry --query \"checks[?status=='fail'].[check, subject, message]\" -o tsv"
FIX = "acrcache verify chain -r myregistry --query \"checks[?status=='fail'].fix[].command | [0]\" -o tsv"
STATUS = "acrcache verify chain -r myregistry --query status -o tsv"

_preview_told = False


def main() -> int:
    started = time.monotonic()
    _say("The extension, and a simulated Azure")
    with simulated_azure("try") as az:
        print(f"Ready after {time.monotonic() - started:.0f} s.")
        print(f"HTTPS_PROXY={az.sim.proxy}")
        _show(az)
        _break_and_mend(az)
        _say("Take it down again: the rule, the credential set, its role assignments")
        _run(az, "acrcache bootstrap delete -r myregistry -n MyRule --yes -o table")
    print(f"\nDone in {time.monotonic() - started:.1f} s. Nothing is left running; your own az was not touched.")
    print("To try more of it yourself: make shell")
    return 0


def _show(az: Az) -> None:
    _say("Sign in")
    _run(az, LOGIN)
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


def _break_and_mend(az: Az) -> None:
    _say("Somebody disables a secret, and pulls of new images begin to fail. Which link is it?")
    _run(az, "keyvault secret set-attributes --vault-name mykeyvault --name dockerhub-pat --enabled false "
             "--query attributes.enabled -o tsv")
    _run(az, FAILURES, expect=4)
    _say("Run the line that mends it, as it is printed")
    fix = _run(az, FIX, expect=4).stdout.strip()
    _run(az, fix.partition("az ")[2])
    _say("Well again?")
    _run(az, STATUS, expect=None)


def _say(text: str) -> None:
    print(f"\n# {text}", flush=True)


def _run(az: Az, line: str, shown: bool = True, expect: int | None = 0) -> Ran:
    """Run a command and print it with its output; `shown=False` keeps back an output that is a token."""
    print(f"$ az {line}", flush=True)
    ran = az(*shlex.split(line), expect=expect)
    for text in (ran.stdout, _without_preview(ran.stderr)) if shown else ("(a token)\n",):
        if text.strip():
            print(text.rstrip())
    return ran


def _without_preview(stderr: str) -> str:
    """az says at each command that the group is in preview; here once is enough."""
    global _preview_told
    kept = []
    for line in stderr.splitlines():
        preview = "is in preview" in line
        if not (preview and _preview_told):
            kept.append(line)
        _preview_told = _preview_told or preview
    return "\n".join(kept)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
