"""The files of --markdown and --handover: refused before Azure is asked anything."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Sequence

from azext_acrcache.domain.values.errors import UserError


class AppendedFile:
    """A file that is added to, as job summaries want it. A context manager, which sees first whether it can be written.

    Raises UserError for a file that can't be.
    """

    def __init__(self, option: str, path: str | None):
        self._option, self._path = option, Path(path).expanduser() if path else None

    def __enter__(self) -> "AppendedFile":
        self.append("")
        return self

    def __exit__(self, *_) -> None:
        return None

    def append(self, text: str) -> None:
        """Raises UserError where the file system refuses."""
        if not self._path:
            return
        try:
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(text)
        except OSError as ex:
            raise _unwritable(self._option, self._path, ex) from ex


class PrivateFile:
    """A file with lines for somebody else to run, which nobody but the caller may read: they name principals.

    A context manager; the file is made when there is something to write. Raises UserError for one that can't be.
    """

    def __init__(self, option: str, path: str | None):
        self._option, self._path = option, Path(path).expanduser() if path else None

    def __enter__(self) -> "PrivateFile":
        if self._path and (self._path.is_dir() or not os.access(self._path.absolute().parent, os.W_OK)):
            raise UserError(f"The file '{self._path}' of {self._option} can't be written.",
                            "Give a path in a directory that exists and that you may write to.")
        return self

    def __exit__(self, *_) -> None:
        return None

    def write(self, lines: Sequence[str]) -> None:
        """A script of these lines; nothing where there are none. Raises UserError."""
        if not self._path or not lines:
            return
        try:
            self._path.unlink(missing_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write("\n".join(("#!/bin/sh", "set -e", *lines, "")))
        except OSError as ex:
            raise _unwritable(self._option, self._path, ex) from ex


def _unwritable(option: str, path: Path, ex: OSError) -> UserError:
    return UserError(f"The file '{path}' of {option} can't be written: {ex.strerror or ex}.",
                     "Give a path in a directory that exists and that you may write to.")
