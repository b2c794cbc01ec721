"""docs/pipelines.md: the scripts of both pipelines, run by bash as a runner does, in front of the simulator."""
from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import Iterator
from xml.etree import ElementTree

import pytest
import yaml
from chain_worlds import registry, rule
from sim_client import ROOT

pytestmark = pytest.mark.real_process

FILES = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8"),
                   re.MULTILINE | re.DOTALL)
GITHUB, AZURE = (yaml.safe_load(text) for text in FILES)
MANIFEST = """apiVersion: acrcache/v1
registries:
- registry: myregistry
  credentialSets:
  - {name: docker-hub, loginServer: docker.io, vault: mykeyvault, usernameSecret: dockerhub-user,
     passwordSecret: dockerhub-pat}
  rules:
  - {source: docker.io/library/ubuntu, credentialSet: docker-hub, name: ubuntu-rule}
"""


def steps(node) -> Iterator[dict]:
    """Every step with a script, in the order of the file."""
    if isinstance(node, dict):
        if "run" in node or "inlineScript" in node.get("inputs", {}):
            yield node
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        yield from steps(child)


def script(pipeline: dict, name: str) -> str:
    """Of the step of that name; without the line that installs the extension, which is installed here."""
    step, = [step for step in steps(pipeline) if name in (step.get("id"), step.get("name"))]
    text = step.get("run") or step["inputs"]["inlineScript"]
    return re.sub(r"az extension add \S+ --source \S+( \|\| exit\n| && |$)", "", text)


@pytest.fixture
def bash(az):
    """script, variables -> how it ended. GitHub runs with -e, AzureCLI@2 without."""
    program = az.home / "bin" / "az"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m azure.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (az.home / "cache").mkdir()
    (az.home / "cache" / "team.yaml").write_text(MANIFEST, encoding="utf-8")

    def run(text: str, code: int = 0, flags: str = "-e", **variables: str) -> str:
        environment = {**az.environment(), **variables}
        environment["PATH"] = f"{program.parent}:{environment['PATH']}"
        ended = subprocess.run(["bash", *flags.split(), "-c", text], env=environment, cwd=az.home, capture_output=True,
                               text=True, stdin=subprocess.DEVNULL, timeout=240, check=False)
        assert ended.returncode == code, f"{text}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout
    return run


def broken_chains(az) -> int:
    return len(list(ElementTree.parse(az.home / "chain.xml").iter("failure")))


def test_each_file_is_short_and_complete():
    assert all(len(text.splitlines()) < 40 for text in FILES) and len(FILES) == 2
    for pipeline in (GITHUB, AZURE):
        scripts = "\n".join(step.get("run") or step["inputs"]["inlineScript"] for step in steps(pipeline))
        for words in ("az extension add", "--what-if --markdown", '--expect "$FINGERPRINT"', "--exit-code", "--junit"):
            assert words in scripts
    # GitHub names a Boolean `on`, and YAML 1.1 a Boolean.
    assert set(GITHUB[True]) == {"pull_request", "push", "schedule"} and GITHUB["jobs"]["apply"]["environment"]


def test_github_actions(az, sim, bash):
    summary, output = az.home / "summary.md", az.home / "output"
    files = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)}
    plan, drift = script(GITHUB, "plan"), script(GITHUB, "drift")
    bash(plan, **files)
    assert sim.writes() == [] and "| Registry | Step | Change |" in summary.read_text()
    name, _, fingerprint = output.read_text().strip().partition("=")
    assert name == "fingerprint" and fingerprint in summary.read_text()
    bash(script(GITHUB, "apply"), FINGERPRINT="0123456789abcdef", code=1, **files)
    assert sim.writes() == []
    bash(script(GITHUB, "apply"), FINGERPRINT=fingerprint, **files)
    assert "Applied" in summary.read_text()
    bash(drift)
    bash(script(GITHUB, "chain"))
    assert broken_chains(az) == 0
    az("acr cache delete -r myregistry -n ubuntu-rule --yes")
    bash(drift, code=5)


def test_azure_pipelines(az, sim, bash):
    plan = script(AZURE, "plan")
    told = bash(plan, flags="", BUILD_REASON="PullRequest")
    fingerprint = re.search(r"variable=fingerprint;isOutput=true\](\w+)$", told, re.MULTILINE)[1]
    file, = re.findall(r"task\.uploadsummary\](.*)$", told, re.MULTILINE)
    assert sim.writes() == [] and fingerprint in (az.home / file).read_text()
    assert not (az.home / "chain.xml").exists()
    bash(script(AZURE, "apply"), flags="", FINGERPRINT=fingerprint)
    bash(plan, flags="", BUILD_REASON="Schedule")
    assert broken_chains(az) == 0
    az("keyvault secret set-attributes --vault-name mykeyvault --name dockerhub-pat --enabled false")
    bash(plan, code=1, flags="", BUILD_REASON="Schedule")
    assert broken_chains(az) > 0
    az("keyvault secret set-attributes --vault-name mykeyvault --name dockerhub-pat --enabled true")
    # A rule of somebody else's is no drift, and its chain is broken all the same.
    sim.seed(registry(cacheRules=[rule("nginx-rule", "docker.io/library/nginx", "nginx", "no-such-set")]))
    bash(plan, code=4, flags="", BUILD_REASON="Schedule")
    az("acr cache delete -r myregistry -n ubuntu-rule --yes")
    bash(plan, code=5, flags="", BUILD_REASON="Schedule")
