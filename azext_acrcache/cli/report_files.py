"""The files of --junit and --sarif: refused before Azure is asked anything, and never left half written."""
from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Mapping

from azext_acrcache.cli.junit import junit_of
from azext_acrcache.cli.sarif import sarif_of
from azext_acrcache.domain.values.errors import UserError


class ReportFiles:
    """A context manager: on entering it creates a draft beside each file, on leaving it removes what was not written.

    Raises UserError for a file that can't be written.
    """

    def __init__(self, junit: str | None, sarif: str | None):
        formats = [("--junit", junit, junit_of), ("--sarif", sarif, sarif_of)]
        self._files = [(option, Path(path).expanduser(), content_of) for option, path, content_of in formats if path]
        self._drafts: dict[Path, Path] = {}

    def __enter__(self) -> "ReportFiles":
        paths = [path.absolute() for _, path, _ in self._files]
        if len(set(paths)) < len(paths):
            raise UserError(f"--junit and --sarif name the same file '{paths[0]}'.", "Give each its own file.")
        try:
            for option, path, _ in self._files:
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
        """Writes each file whole or not at all. Raises UserError. :param report: what the command prints."""
        for option, path, content_of in self._files:
            content = content_of(title, report, fail_on)
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
                # A pipe or a terminal, which can't be replaced by a file.
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
