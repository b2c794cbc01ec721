"""The images that a Dockerfile draws from."""
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.sources.dockerfile import images_in_dockerfile, is_dockerfile


def images(text: str, **build_args: str) -> list[str]:
    return [use.text for use in images_in_dockerfile(text, "Dockerfile", build_args).uses if not use.problem]


def unresolved(text: str) -> list[tuple[int, str]]:
    return [(use.place.line, use.problem) for use in images_in_dockerfile(text, "Dockerfile", {}).uses if use.problem]


@pytest.mark.parametrize("text, expected", [
    ("FROM --platform=$BUILDPLATFORM go:1.26 AS b\nFROM b\nCOPY --from=b /a /\nCOPY --from=0 /a /\n", ["go:1.26"]),
    ("ARG V=1\nFROM a:$V\nARG V=2\nFROM b:${V}\n", ["a:1", "b:1"]),
    ("ARG B=\"nginx:1\"\nFROM ${B}\n", ["nginx:1"]), ("FROM 'nginx:1'\n", ["nginx:1"]),
    ("FROM a\nARG V=2\nFROM b:${V:-3}\n", ["a", "b:3"]),
    ("ARG V\nFROM a${V:+:$V}\n", ["a"]),
    ("ARG A=1 B=2\nFROM x:$A$B\n", ["x:12"]),
    ("FROM scratch\nFROM Base AS Up\nFROM up\n", ["Base"]),
    ("FROM a\nRUN --mount=type=cache,target=/x --mount=type=bind,from=b:1,target=/y make\n", ["a", "b:1"]),
    ("FROM a\nONBUILD COPY --from=c:1 /x /\nONBUILD RUN --mount=from=d:1 x\n", ["a", "c:1", "d:1"]),
    ("FROM a\nADD --chown=1 --from=e:1 /x /\n", ["a", "e:1"]),
    ("FROM a\nARG X=f:1\nCOPY --from=$X /x /\nENV Y g:2\nCOPY --from=${Y} / /\n", ["a", "f:1", "g:2"]),
    ("FROM a\nRUN echo --from=b:1 --mount=from=c:1\nCMD FROM d\n", ["a"])])
def test_images(text, expected):
    assert images(text) == expected


def test_build_args_stand_above_defaults():
    assert images("ARG V=1\nFROM a:$V\n", V="9") == ["a:9"]
    assert images("FROM a:$V\n", V="9") == [], "only what ARG declares"


def test_what_stays_open_has_its_line():
    assert unresolved("ARG V\nFROM a:$V\nFROM b\nFROM\n") == [
        (2, "the variable V has no value; give it with --build-arg"), (4, "it is no FROM that Docker would read")]
    assert unresolved("ARG V=\nFROM $V\n")[0][1].startswith("its value is empty")


def test_the_front_end_is_a_tool():
    found = images_in_dockerfile("# syntax=docker/dockerfile:1.4\nFROM a\n", "Dockerfile", {})
    assert found.front_end and (found.front_end.text, found.front_end.counts) == ("docker/dockerfile:1.4", False)


@pytest.mark.parametrize("text, expected", [
    ("FROM a", True), ("# c\n\narg V=1\nfrom a", True), ("ARG x\n", False), ("from: a\n", False), ("", False),
    ("a: b\nFROM x\n", False), ("\ufeffFROM a\n", True)])
def test_what_is_a_dockerfile(text, expected):
    assert is_dockerfile(text) is expected


@given(st.text(alphabet="FROMARGCPY-from= \\\n$X{}:-+'\"<EOF1a,", max_size=150))
def test_any_text(text):
    for use in images_in_dockerfile(text, "Dockerfile", {"X": "1"}).uses:
        assert use.place.line >= 1


def test_long_lines_take_no_longer_than_their_length():
    begun = time.process_time()
    for line in ("ARG " + "a" * 100_000 + '"', "ARG " + 'a=b"' * 20_000, "ARG x\n" + " \n" * 100_000):
        is_dockerfile(line)
        images(f"FROM a\n{line}\n")
    assert time.process_time() - begun < 5
