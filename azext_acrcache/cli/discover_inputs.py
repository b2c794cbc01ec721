"""What `discover` looks for images in: files and folders, and plain lists."""
from __future__ import annotations

from typing import Mapping, Sequence

from azext_acrcache.cli.images_argument import listed_images
from azext_acrcache.cli.source_files import STANDARD_INPUT, read_source_files
from azext_acrcache.domain.values.errors import MissingArgument, UserError, raise_all
from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.sources.env_file import read_build_args, read_env_file
from azext_acrcache.sources.reading import SourceReading, read_sources


def read_discover_inputs(files: Sequence[str] | None, images: Sequence[str] | None, env_files: Sequence[str] | None,
                         build_args: Sequence[str] | None, needed: bool = True) -> SourceReading:
    """All images, those of files first, each in the order given.

    :param needed: whether there is nothing to do without them.

    Raises MissingArgument where nothing was given, UserError for a path that there is not, for standard input twice,
    for lists that can't be read, and where nothing at all could be read.
    """
    if needed and not files and not images:
        raise MissingArgument("Nothing was given to look for images in.",
                              "Name files or folders with --file k8s/ compose.yaml, or lists of images with --images "
                              "images.txt; - stands for standard input.",
                              "Or name clusters with --aks MyCluster, or take what runs in apps with --azure-apps.")
    if [*(files or ()), *(images or ())].count("-") > 1:
        raise UserError("Standard input (-) was named twice, and it can be read only once.", "Name it once.")
    pairs, values = read_build_args(build_args or ()), _values(env_files or ())
    opened, errors = read_source_files(files or ())
    reading = read_sources(opened, values, pairs)
    reading.errors[:0] = errors
    if files and not reading.documents:
        _refuse(files, len(opened), reading.errors)
    for path in dict.fromkeys(images or ()):
        reading.uses += [ImageUse(text, Place(STANDARD_INPUT if path == "-" else path, line))
                         for text, line in listed_images(path)]
    return reading


def _refuse(files: Sequence[str], looked_at: int, errors: Sequence[UserError]) -> None:
    raise_all(errors)
    names = ", ".join(f"'{shown(path)}'" for path in files)
    raise UserError(f"Nothing in {names} names images: {looked_at} "
                    f"{'file was' if looked_at == 1 else 'files were'} looked at.",
                    "Kubernetes YAML or JSON, compose files, Dockerfiles and values of charts are read; hidden files "
                    "and folders are passed over.")


def _values(paths: Sequence[str]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    errors = []
    for path in paths:
        try:
            with open(path, encoding="utf-8-sig") as file:
                values.update(read_env_file(file.read()))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
            errors.append(UserError(f"The env file '{shown(path)}' can't be read: {reason}.", "Check the path."))
    raise_all(errors)
    return values
