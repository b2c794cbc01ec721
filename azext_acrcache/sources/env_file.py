"""Values of variables: files for `--env-file`, pairs for `--build-arg`. Source: compose's page on the syntax of env
files."""
from __future__ import annotations

import re
from typing import Iterable

from azext_acrcache.domain.values.errors import UserError

_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*?)\s*")
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<text>.*?)(?P=quote)\s*(?:#.*)?")


def read_env_file(text: str) -> dict[str, str]:
    """`NAME=VALUE` on lines; of two lines with one name the last counts. Other lines have no meaning to compose."""
    values = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match:
            quoted = _QUOTED.fullmatch(match["value"])
            values[match["name"]] = quoted["text"] if quoted else re.split(r"\s#", match["value"])[0].rstrip()
    return values


def read_build_args(pairs: Iterable[str]) -> dict[str, str]:
    """From `NAME=VALUE`. Raises UserError for what is no pair."""
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            # What was meant as a value may be a secret, so that it is not shown.
            raise UserError("A value of --build-arg is not of the form NAME=VALUE.",
                            "Write it as for docker build, such as --build-arg VERSION=1.25; the environment is not "
                            "read.")
        values[name] = value
    return values
