"""The shell of a run command: what it knows, and that it says so of everything else."""
from __future__ import annotations

import pytest
from acrsim.services.consumers.pod_shell import PodShell
from acrsim.services.consumers.pods import Pods

PODS = Pods([{"namespace": "b", "name": "two", "containers": ["nginx:1", "redis"], "initContainers": ["busybox"]},
             {"namespace": "a", "name": "one", "count": 2, "containers": ["nginx:1"]}])
GET = ("kubectl get pods -A -o jsonpath="
       "'{range .items[*]}{.metadata.namespace} {.spec.containers[*].image}{\"\\n\"}{end}'")


def run(script: str) -> tuple[int, str]:
    return PodShell(PODS, "me", "0" * 32).run(script)


def test_a_pipeline_behind_an_assignment():
    own = "aks-command mcr.microsoft.com/aks/command/runtime:master.250115.1\n"
    assert run(f"x=$({GET}) && echo begin && printf '%s\\n' \"$x\" | sort -u && echo end") == (
        0, f"begin\na nginx:1\n{own}b nginx:1 redis\nend\n")
    assert run(f"{GET} | sort") == (0, f"a nginx:1\na nginx:1\n{own}b nginx:1 redis\n")
    assert run(GET.replace("-A", "-n b")) == (0, "b nginx:1 redis\n")
    assert run(GET.replace("-A ", "")) == (0, ""), "the namespace default"


def test_missing_fields_print_nothing():
    assert run("kubectl get pods -n b -o jsonpath='{.items[*].spec.ephemeralContainers[*].image}'") == (0, "")
    assert run("kubectl get pods -n b -o jsonpath='{range .items[*].spec.initContainers[*]}<{.image}>{end}'") == (
        0, "<busybox>")


def test_a_command_that_fails_ends_the_script():
    refused = PodShell(Pods([], refused=True), "me", "0" * 32)
    code, logs = refused.run(f"echo first && {GET} && echo last")
    assert code == 1 and logs.startswith("first\nError from server (Forbidden)") and "last" not in logs


@pytest.mark.parametrize("script", [
    "kubectl get secrets -A -o jsonpath='{.items[*].data}'", "kubectl get pods -A", "kubectl get pods -A -o json",
    "kubectl delete pods --all", "echo $(id)", "echo a; id", "id", "sort -u", "x=$(id", "echo 'open", "echo a > b",
    "kubectl get pods -A -o jsonpath='{.items[0].spec}'", "kubectl get pods -A -o jsonpath='{range .items[*]}x'",
    "kubectl get pods -A -o jsonpath='x{end}y'", "kubectl get pods -A -o jsonpath='{'", "printf x",
    "echo a | wc -l", ""])
def test_everything_else_is_not_simulated(script):
    code, logs = run(script)
    assert code == 127 and "acrsim: not simulated:" in logs
