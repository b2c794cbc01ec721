"""The image references that a command was given: arguments, a file, or standard input."""
from __future__ import annotations

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from azext_acrcache.domain.values.image_references import ImageReference


def images_from(images: list[str] | None, path: str | None) -> list[tuple[str, ImageReference]]:
    """Each reference as written, with its meaning, in the order given: arguments first, then the lines of the file.

    :param path: of a file with one reference on each line, where `#` begins a comment; `-` for standard input.

    Raises UserError for an unreadable file or reference, MissingArgument where there is no reference at all.
    """
    if not images and not path:
        raise MissingArgument("No image was given.",
                              "Name images with --image docker.io/library/ubuntu:24.04, or a file that has one on each "
                              "line with --images FILE (- for standard input).")
    references = [(text.strip(), ImageReference.parse(text)) for text in images or ()]
    if path:
        references += _references_in(path)
    if not references:
        raise MissingArgument(f"The images file '{path}' has no image reference.",
                              "Write one image reference on each line.")
    return references


def _references_in(path: str) -> list[tuple[str, ImageReference]]:
    references = []
    for number, line in enumerate(_read(path).splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            references.append((text, ImageReference.parse(text)))
        except UserError as error:
            where = "standard input" if path == "-" else f"'{path}'"
            raise UserError(f"Line {number} of {where}: {error.message}", *error.recommendations) from error
    return references


def _read(path: str) -> str:
    try:
        if path == "-":
            return standard_input.content().decode("utf-8")
        with open(path, "rb") as file:
            return file.read().decode("utf-8")
    except OSError as ex:
        raise UserError(f"The images file '{path}' can't be read: {ex.strerror}.",
                        "Give the path of a file with one image reference on each line, or - for standard input."
                        ) from ex
    except UnicodeDecodeError as ex:
        raise UserError(f"The images file '{path}' is not UTF-8 text.",
                        "Save it as UTF-8, with one image reference on each line.") from ex
