"""Every command that README.md shows runs as printed, on a world with the registry and vault that it names."""
from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest
from sim_client import ROOT

pytestmark = pytest.mark.real_process

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block for block in re.findall(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
          if "az acrcache" in block]
FIRST = BLOCKS[0]


@pytest.fixture
def shell(az):
    """block of shell commands -> how bash ended, with an `az` on PATH that is in front of the simulator."""
    program = az.home / "bin" / "az"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m azure.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (az.home / "token.txt").write_text("ghp_demo\n", encoding="utf-8")
    (az.home / "k8s").mkdir()
    (az.home / "k8s" / "web.yaml").write_text("apiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx}]}\n",
                                              encoding="utf-8")
    environment = az.environment()
    environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    return lambda block: subprocess.run(["bash", "-ec", block], env=environment, cwd=az.home, capture_output=True,
                                        text=True, stdin=subprocess.DEVNULL, timeout=120, check=False)


def test_the_first_block_is_the_whole_setup():
    assert "bootstrap create" in FIRST and len(BLOCKS) >= 8


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_block_runs_as_printed(shell, number):
    block = "\n".join(line for line in BLOCKS[number].splitlines() if not line.startswith(("make ", "az extension ")))
    if "bootstrap delete" in block:
        block = block.rstrip() + " --yes"  # it would ask, and there is no terminal here
    if "bootstrap create" not in block:
        assert shell(FIRST).returncode == 0
    ended = shell(block)
    assert ended.returncode == (5 if "--exit-code" in block else 0), f"{block}\n{ended.stdout}\n{ended.stderr}"


def test_exit_codes_are_those_of_the_table(az):
    """The table's 0, 2 and 3; tests of the commands have the others."""
    codes = set(re.findall(r"^\| (\d) \|", README, re.MULTILINE))
    assert codes == {"0", "1", "2", "3", "4", "5"}
    az("acrcache bootstrap list -r myregistry", expect=0)
    az("acrcache bootstrap list --no-such-option", expect=2)
    az("acrcache bootstrap list -r nosuchregistry", expect=3)
