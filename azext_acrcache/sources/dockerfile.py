"""The images that a Dockerfile or Containerfile draws from.

Source: Dockerfile reference: FROM, ARG ("Understand how ARG and FROM interact"), ENV, COPY --from, RUN --mount,
ONBUILD, Environment replacement.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Iterator, Mapping

from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.sources.dockerfile_lines import Instruction, instructions_of
from azext_acrcache.sources.variables import Unset, fill

_FLAG = re.compile(r"--(?P<name>[a-z-]+)(?:=(?P<value>\S*))?(?:\s+|\Z)")
# Words with their quotes; nothing stands behind that could make it begin again, so that its time is the length's.
_WORD = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\]|["'\\])+""")
_NAME = re.compile(r"[A-Za-z_]\w*")
_STAGE = re.compile(r"(?P<image>\S+)(?:\s+[Aa][Ss]\s+(?P<name>\S+))?")
_BEGINS = re.compile(r"\s*(?:FROM|ARG)\s+\S", re.IGNORECASE)
_FROM = re.compile(r"^[ \t]*FROM[ \t]+\S", re.IGNORECASE | re.MULTILINE)


@dataclass
class _Stages:
    """:ivar names: in lower case. :ivar known: variables before the first FROM. :ivar own: of the stage at hand."""

    given: Mapping[str, str]
    escape: str
    names: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    begun: bool = False


@dataclass(frozen=True)
class DockerfileImages:
    """:ivar front_end: the `# syntax=` image and its line, a tool of the build; None without one."""

    uses: tuple[ImageUse, ...]
    front_end: ImageUse | None = None


def is_dockerfile(text: str) -> bool:
    """Whether its first instruction is FROM, or ARG with a FROM after it."""
    text = text.lstrip("\ufeff")
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            return bool(_BEGINS.match(line)) and bool(_FROM.search(text))
    return False


def images_in_dockerfile(text: str, file: str, build_args: Mapping[str, str]) -> DockerfileImages:
    """In the order of the file; names and numbers of stages and `scratch` are no images."""
    lines = instructions_of(text)
    stages = _Stages(build_args, lines.escape)
    uses = tuple(use for instruction in lines.instructions for use in _images_of(instruction, file, stages))
    if not lines.syntax:
        return DockerfileImages(uses)
    return DockerfileImages(uses, ImageUse(lines.syntax, Place(file, lines.syntax_line, "# syntax"), False, False))


def _images_of(instruction: Instruction, file: str, stages: _Stages) -> Iterator[ImageUse]:
    word, arguments = instruction.word, instruction.arguments
    path = word
    if word == "ONBUILD":
        parts = arguments.split(None, 1)
        word, arguments = (parts[0].upper(), parts[1]) if len(parts) == 2 else ("", "")
        path = f"ONBUILD {word}"
    if path == "FROM":
        yield from _from(arguments, Place(file, instruction.line, path), stages)
    elif word in ("COPY", "ADD"):
        for name, value in _flags(arguments):
            if name == "from":
                yield from _drawn(value, Place(file, instruction.line, f"{path} --from"), stages)
    elif word == "RUN":
        for name, value in _flags(arguments):
            if name == "mount":
                for source in _mount_sources(value):
                    yield from _drawn(source, Place(file, instruction.line, f"{path} --mount"), stages)
    elif path in ("ARG", "ENV"):
        _declare(word, arguments, stages)


def _from(arguments: str, place: Place, stages: _Stages) -> Iterator[ImageUse]:
    while (flag := _FLAG.match(arguments)):
        arguments = arguments[flag.end():]
    stages.begun, stages.own = True, {}
    match = _STAGE.fullmatch(arguments.strip())
    if not match:
        yield ImageUse(arguments, place, problem="it is no FROM that Docker would read")
        return
    yield from _image(match["image"], place, stages, stages.known)
    if match["name"]:
        stages.names.add(match["name"].lower())


def _drawn(text: str, place: Place, stages: _Stages) -> Iterator[ImageUse]:
    if not text.strip("'\"").isdigit():
        yield from _image(text, place, stages, {**stages.known, **stages.own})


def _image(text: str, place: Place, stages: _Stages, values: Mapping[str, str]) -> Iterator[ImageUse]:
    try:
        image = _word(text, values, stages.escape)
    except Unset as unset:
        hint = "; give it with --build-arg" if "no value" in unset.reason else ""
        yield ImageUse(text, place, problem=f"{unset.reason}{hint}")
        return
    if not image:
        yield ImageUse(text, place, problem="its value is empty; give one with --build-arg")
    elif image.lower() not in stages.names and image != "scratch":
        yield ImageUse(image, place)


def _declare(word: str, arguments: str, stages: _Stages) -> None:
    """ARG and ENV; what a value can't be told of stays without one."""
    values = stages.own if stages.begun else stages.known
    for name, value in _pairs(word, arguments):
        if word == "ARG" and name in stages.given:
            values[name] = stages.given[name]
        elif value is not None:
            try:
                values[name] = _word(value, {**(stages.known if not stages.begun else {}), **values}, stages.escape)
            except Unset:
                values.pop(name, None)
        elif stages.begun and name in stages.known:
            values[name] = stages.known[name]


def _pairs(word: str, arguments: str) -> Iterator[tuple[str, str | None]]:
    """`ARG A=1 B`, `ENV A=1 B=2`, and the old form `ENV A one value`."""
    words = _WORD.findall(arguments)
    if word == "ENV" and len(words) > 1 and _NAME.fullmatch(words[0]):
        yield words[0], arguments.split(None, 1)[1]
        return
    for text in words:
        name, equals, value = text.partition("=")
        if _NAME.fullmatch(name):
            yield name, value if equals else None


def _word(text: str, values: Mapping[str, str], escape: str) -> str:
    """A word without its quotes and with its variables. Raises Unset."""
    parts = []
    for match in re.finditer(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|([^'\"]+|['\"])", text):
        single, double, plain = match.groups()
        parts.append(single if single is not None else fill(double if double is not None else plain, values, escape))
    return "".join(parts)


def _flags(arguments: str) -> Iterator[tuple[str, str]]:
    at = 0
    while (flag := _FLAG.match(arguments, at)):
        yield flag["name"], flag["value"] or ""
        at = flag.end()


def _mount_sources(value: str) -> list[str]:
    """Of `type=bind,from=alpine,target=/x`, with quotes around parts or around all of it."""
    return [part.partition("=")[2] for part in value.strip("'\"").replace('"', "").split(",")
            if part.partition("=")[0].strip().lower() == "from"]
