"""Files that `--out` has written: never over a different one without consent."""
from __future__ import annotations

from pathlib import Path
from typing import Sequence

from azext_acrcache.domain.values.errors import UserError, raise_all
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.sources.rewriting import Rewrite


def write_files(folder: str, files: Sequence[Rewrite], yes: bool) -> list[str]:
    """Their paths. Raises UserError, before anything is written, where another file is in the place of one of them.

    :param yes: whether such a file may be replaced.
    """
    paths = [Path(folder) / file.path for file in files]
    try:
        different = [path for path, file in zip(paths, files)
                     if path.exists() and path.read_bytes() != file.content.encode()]
        raise_all([UserError(f"'{shown(str(path))}' exists and is different.",
                             "Replace it with --yes, or name another folder with --out.")
                   for path in different if not yes])
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, file in zip(paths, files):
            path.write_bytes(file.content.encode())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no path"
        raise UserError(f"'{shown(folder)}' can't be written: {reason}.", "Name another folder with --out.") from error
    return [str(path) for path in paths]
