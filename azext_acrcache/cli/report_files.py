"""The files of --junit and --sarif: refused before any look at Azure, and never left half written."""
from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Mapping

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.cli.junit import junit_of
from azext_acrcache.cli.sarif import sarif_of


class ReportFiles:
    """A context manager: on entering it makes a draft beside each file, on leaving it drops what was not written.

    Raises UserError for a file that can't be written.
    """

    def __init__(self, junit: str | None, sarif: str | None):
        wanted = [("--junit", junit, junit_of), ("--sarif", sarif, sarif_of)]
        self._wanted = [(option, Path(path).expanduser(), form) for option, path, form in wanted if path]
        self._drafts: dict[Path, Path] = {}

    def __enter__(self) -> "ReportFiles":
        paths = [path.absolute() for _, path, _ in self._wanted]
        if len(set(paths)) < len(paths):
            raise UserError(f"--junit and --sarif name the same file '{paths[0]}'.", "Give each a file of its own.")
        try:
            for option, path, _ in self._wanted:
                self._begin(option, path)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        for draft in self._drafts.values():
            draft.unlink(missing_ok=True)
        self._drafts.clear()

    def write(self, title: str, report: Mapping, fail_on: str) -> None:
        for option, path, form in self._wanted:
            content = form(title, report, fail_on)
            try:
                draft = self._drafts.get(path)
                if draft is None:
                    path.write_bytes(content)
                    continue
                draft.write_bytes(content)
                os.replace(draft, path)
            except OSError as ex:
                raise _unwritable(option, path, ex) from ex

    def _begin(self, option: str, path: Path) -> None:
        try:
            if path.exists() and not path.is_file() and not path.is_dir():
                # A pipe or a terminal, which no file can take the place of.
                return
            if path.is_dir():
                raise IsADirectoryError(21, "it is a directory")
            if path.exists() and not os.access(path, os.W_OK):
                raise PermissionError(13, "it is write-protected")
            handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            if os.name == "posix":
                os.fchmod(handle, path.stat().st_mode if path.exists() else 0o666 & ~_umask())
            os.close(handle)
            self._drafts[path] = Path(draft)
        except OSError as ex:
            raise _unwritable(option, path, ex) from ex


def _unwritable(option: str, path: Path, ex: OSError) -> UserError:
    return UserError(f"The file '{path}' of {option} can't be written: {ex.strerror or ex}.",
                     "Give a path in a directory that exists and that you may write to.")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
