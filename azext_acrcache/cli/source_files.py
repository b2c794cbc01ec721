"""The files that `discover` was given to look for images in: paths, folders, standard input."""
from __future__ import annotations

import codecs
import os
from typing import Iterator, Sequence

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.values.errors import UserError, raise_all
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.sources.reading import SIZE_LIMIT, SourceFile

STANDARD_INPUT = "<stdin>"

# As much as tells whether a file in a folder is text.
_HEAD = 8192
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_source_files(paths: Sequence[str]) -> tuple[list[SourceFile], list[UserError]]:
    """In the order given, folders in the order of their names; and what of them can't be read.

    Hidden files and folders inside a folder are passed over, and so is a folder that was walked before, as a symbolic
    link may lead in circles. Raises UserError for paths that there are not, all at once.

    :param paths: `-` for standard input.
    """
    missing = [UserError(f"There is no file or folder '{shown(path)}'.",
                         "Check the path; - stands for standard input.")
               for path in paths if path != "-" and not _exists(path)]
    raise_all(missing)
    files: list[SourceFile] = []
    errors: list[UserError] = []
    walked: set[str] = set()
    for path in dict.fromkeys(paths):
        if path == "-":
            files.append(SourceFile(STANDARD_INPUT, standard_input.content(SIZE_LIMIT + 1)))
            continue
        named = not os.path.isdir(path)
        for name in [path] if named else _files_below(path, walked, errors):
            try:
                files += _read(name, named)
            except OSError as error:
                errors.append(_unreadable(name, error))
    return files, errors


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path)
    except ValueError:
        # A path with a null character.
        return False


def _files_below(folder: str, walked: set[str], errors: list[UserError]) -> Iterator[str]:
    def tell(error: OSError) -> None:
        errors.append(_unreadable(error.filename or folder, error))

    for above, folders, names in os.walk(folder, onerror=tell, followlinks=True):
        folders.sort()
        real = os.path.realpath(above)
        if real in walked:
            folders.clear()
            continue
        walked.add(real)
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in sorted(names):
            path = os.path.join(above, name)
            # A pipe or a socket would be waited for.
            if not name.startswith(".") and os.path.isfile(path):
                yield path


def _read(path: str, named: bool) -> list[SourceFile]:
    with open(path, "rb") as file:
        head = file.read(_HEAD)
        if not named and b"\0" in head and not head.startswith(_UTF_16):
            return []
        return [SourceFile(path, head + file.read(SIZE_LIMIT + 1 - len(head)), named)]


def _unreadable(path: str, error: OSError) -> UserError:
    return UserError(f"'{shown(path)}' can't be read: {error.strerror or 'it is no file'}.",
                     "Check who may read it.")
