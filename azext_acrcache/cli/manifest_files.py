"""The manifest files that a command was given: paths, or standard input."""
from __future__ import annotations

import os
from typing import Sequence

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.values.errors import MissingArgument, UserError, raise_all
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.manifest.source import SIZE_LIMIT, ManifestSource

# How standard input is given as a path, and how errors name it.
STANDARD_INPUT_PATH, STANDARD_INPUT = "-", "<stdin>"


def read_manifest_files(paths: Sequence[str] | None) -> list[ManifestSource]:
    """In the order given. Raises UserError for all that can't be read, at once.

    Of a file that is too large, as much is read as shows that it is.

    :param paths: `-` for standard input.
    """
    if not paths:
        raise MissingArgument("No manifest was given.", "Name one or several files with --file, or - for standard "
                              "input.")
    if list(paths).count(STANDARD_INPUT_PATH) > 1:
        raise UserError("--file names standard input (-) twice, and it can be read only once.",
                        "Name it once; several files are one manifest.")
    files: list[ManifestSource] = []
    errors: list[UserError] = []
    for path in paths:
        if path == STANDARD_INPUT_PATH:
            files.append(ManifestSource(STANDARD_INPUT, standard_input.content(SIZE_LIMIT + 1)))
            continue
        try:
            with open(path, "rb") as file:
                files.append(ManifestSource(path, file.read(SIZE_LIMIT + 1)))
        except (OSError, ValueError) as error:
            errors.append(_unreadable(path, error))
    raise_all(errors)
    return files


def _unreadable(path: str, error: OSError | ValueError) -> UserError:
    if os.path.isdir(path):
        return UserError(f"'{shown(path)}' is a directory, not a manifest file.",
                         "Name its files; --file takes several, and the shell fills in a pattern such as "
                         "manifests/*.yaml.")
    if isinstance(error, FileNotFoundError):
        return UserError(f"There is no manifest file '{shown(path)}'.", "Check the path; - stands for standard input.")
    # ValueError: a path with a null character.
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no path"
    return UserError(f"The manifest file '{shown(path)}' can't be read: {reason}.",
                     "Check the path and who may read it; - stands for standard input.")
