"""What is asked of a cluster's pods, run by a real shell, and how any answer reads."""
from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_acrcache.domain.consumers.pod_images import (PodImage, first_line, images_command, namespaces_command,
                                                        read_images, read_namespaces)

KUBECTL = """#!/bin/sh
echo "W1125 a warning" >&2
printf '%s\\n' "$*" >> "$CALLS"
printf 'acrcache shop nginx:1.27 ghcr.io/team/cart:2.0 busybox  \\n'
printf 'acrcache shop nginx:1.27 ghcr.io/team/cart:2.0 busybox  \\n'
printf 'acrcache aks-command mcr.microsoft.com/aks/command/runtime:1   \\n'
exit $FAILS
"""
ANSWER = """acrcache-begin
acrcache aks-command mcr.microsoft.com/aks/command/runtime:1
acrcache models quay.io/team/serve@sha256:01   quay.io/team/weights:1
acrcache shop nginx:1.27 busybox
acrcache-end
"""
IMAGES = (PodImage("models", "quay.io/team/serve@sha256:01"), PodImage("models", "quay.io/team/weights:1"),
          PodImage("shop", "busybox"), PodImage("shop", "nginx:1.27"))


@pytest.fixture
def shell(tmp_path):
    """(command, exit code of kubectl) -> what the shell of a run command gives, both streams as one."""
    if not shutil.which("sh"):
        pytest.skip("no POSIX shell")
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(KUBECTL, encoding="utf-8")
    kubectl.chmod(0o755)

    def run(command: str, fails: int = 0) -> subprocess.CompletedProcess:
        environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "FAILS": str(fails),
                       "CALLS": str(tmp_path / "calls")}
        return subprocess.run(["sh", "-c", command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)

    run.calls = lambda: (tmp_path / "calls").read_text(encoding="utf-8")
    return run


def test_each_line_comes_once_between_the_marks(shell):
    ran = shell(images_command())
    answer = read_images(ran.stdout)
    assert ran.returncode == 0 and answer.whole
    assert answer.images == tuple(PodImage("shop", text) for text in ("busybox", "ghcr.io/team/cart:2.0", "nginx:1.27"))
    assert ran.stdout.count("nginx") == 1, "pods of one deployment are one line"
    assert shell.calls().startswith("get pods -A -o jsonpath={range .items[*]}acrcache {.metadata.namespace} ")


def test_a_command_ends_as_kubectl_did(shell):
    ran = shell(images_command("shop"), fails=3)
    assert ran.returncode == 3 and not read_images(ran.stdout).whole
    assert shell.calls().startswith("get pods -n shop -o jsonpath=")


def test_nothing_but_namespaces_and_images_is_asked_for():
    for command in (images_command(), images_command("shop"), namespaces_command()):
        assert not any(word in command for word in ("env", "annotations", "secret", "args", "-o json ", "-o yaml"))


@pytest.mark.parametrize("name", ["a b", "$(id)", "'", "A", "-n", "a" * 64, "a;b", "a\n"])
def test_what_is_no_namespace_gets_into_no_command(name):
    with pytest.raises(ValueError, match="namespace"):
        images_command(name)


def test_the_images_of_a_whole_answer():
    answer = read_images(ANSWER)
    assert answer.whole and answer.images == IMAGES, "without run command's own pod"
    assert read_images(ANSWER.replace("\n", "\r\n")) == answer
    assert read_images("acrcache-begin\n\nacrcache-end\n") == read_images("acrcache-begin\nacrcache-end")


def test_lines_that_nobody_asked_for_are_passed_over():
    noisy = ANSWER.replace("acrcache shop", "E1125 memcache.go: couldn't get resource list\nacrcache\nWarning: x y\n"
                           "acrcache Shop nginx\nacrcache shop")
    assert read_images(noisy) == read_images(ANSWER)


@pytest.mark.parametrize("cut", range(1, len(ANSWER)))
def test_a_cut_at_either_end_never_makes_up_an_image(cut):
    for part in (ANSWER[:cut], ANSWER[cut:]):
        answer = read_images(part)
        assert set(answer.images) <= set(IMAGES)
        assert not answer.whole or part == ANSWER[:-1], "the last newline is no loss"


def test_namespaces():
    assert read_namespaces("acrcache-begin\nacrcache shop\nacrcache aks-command\nacrcache models\nacrcache-end\n") == (
        ("models", "shop"), True)
    assert read_namespaces("acrcache-begin\nacrcache shop\nacrcache mo") == (("shop",), False)


def test_the_first_line_of_a_failure():
    assert first_line("\n  error: \x1b[31mno\n at all") == "error: \\x1b[31mno"
    assert first_line("x" * 5000).startswith("x" * 200 + "…") and first_line(" \n") == ""


TEXT = st.text(max_size=200)
LINES = st.lists(st.one_of(TEXT, st.sampled_from(["acrcache-begin", "acrcache-end", "acrcache", "acrcache shop nginx"]),
                           TEXT.map("acrcache {}".format)), max_size=20)


@settings(max_examples=200, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r", "\x0b"]))
def test_any_answer_is_read(lines, newline):
    answer = read_images(newline.join(lines))
    assert all(image.text and not set(image.text) & set(" \n\t") and images_command(image.namespace)
               for image in answer.images)
    assert answer.images == tuple(sorted(set(answer.images)))
    names, _ = read_namespaces(newline.join(lines))
    assert all(images_command(name) for name in names)


PODS = st.lists(st.tuples(st.sampled_from(["a", "shop", "team-1"]),
                          st.lists(st.text("abc/:.@0", min_size=1, max_size=12), min_size=1, max_size=4)), max_size=12)


@settings(max_examples=100, deadline=None)
@given(PODS)
def test_what_runs_is_what_is_read(pods):
    lines = sorted({f"acrcache {namespace} {' '.join(images)}  " for namespace, images in pods})
    answer = read_images("\n".join(["acrcache-begin", *lines, "acrcache-end", ""]))
    assert answer.whole
    assert set(answer.images) == {PodImage(namespace, image) for namespace, images in pods for image in images}
