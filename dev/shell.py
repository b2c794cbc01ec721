"""`make shell`: a shell in front of a simulated Azure, with az signed in. Ends with the shell; nothing is left."""
from __future__ import annotations

import os
import shlex
import subprocess
import sys

from simulated_azure import LOGIN, simulated_azure

from az_process import Az  # simulated_azure.py puts the folder of the end-to-end tests on the path

_BOOTSTRAP = ("az acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu --vault mykeyvault "
              "-u dockerhub-user -p dockerhub-pat")
INTRODUCTION = f"""
A shell in front of a simulated Azure, with az signed in as an owner. What is there:
  registry   myregistry (legacy mode), abacregistry (ABAC mode)
  vaults     mykeyvault (Azure RBAC; secrets dockerhub-user, dockerhub-pat), mypolicyvault (access policies)
  consumers  az resource list -o table
Three lines to try:
  {_BOOTSTRAP}
  az acrcache verify pull -r myregistry --image ubuntu:22.04 -o table
  az acrcache verify chain -r myregistry -o table
Leave it with: exit
"""


def main(commands: list[str]) -> int:
    """:param commands: lines to run instead of opening a shell, each in a shell of its own. The last exit code."""
    if not commands and not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("There is no terminal to open a shell on. Give the lines to run instead: "
              "make shell RUN='az acrcache verify chain -r myregistry'", file=sys.stderr)
        return 2
    with simulated_azure("shell") as az:
        az.sim.fresh("consumers")
        az(*shlex.split(LOGIN))
        environment = _environment(az)
        if commands:
            return [subprocess.run(["bash", "-c", line], env=environment, cwd=az.home, check=False).returncode
                    for line in commands][-1]
        print(INTRODUCTION, flush=True)
        shell = os.environ.get("SHELL") or "/bin/sh"
        return subprocess.run([shell], env=environment, cwd=az.home, check=False).returncode


def _environment(az: Az) -> dict[str, str]:
    """az's own surroundings in the tests, and an `az` on PATH; the rest of the user's, such as the terminal."""
    program = az.home / "bin" / "az"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m azure.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    environment = {**os.environ, **az.environment(), "NO_PROXY": "", "no_proxy": ""}
    return {**environment, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
