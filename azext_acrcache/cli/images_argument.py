"""The image references that a command was given: arguments, a file, or standard input."""
from __future__ import annotations

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.errors import MissingArgument, UserError


def images_from(images: list[str] | None, path: str | None) -> list[tuple[str, ImageReference]]:
    """What was written, and what it means, in the order given. In a file: one a line, `#` begins a comment.

    Raises UserError for an unreadable file or reference, MissingArgument where there is none at all.
    """
    if not images and not path:
        raise MissingArgument("No image was given.", "Name images with --image docker.io/library/ubuntu:24.04, or a file that "
                              "has one a line with --images FILE (- for standard input).")
    found = [(text.strip(), ImageReference.parse(text)) for text in images or ()]
    if path:
        found += _lines(path)
    if not found:
        raise MissingArgument(f"The images file '{path}' names no image.", "Write one image reference a line.")
    return found


def _lines(path: str) -> list[tuple[str, ImageReference]]:
    found = []
    for number, line in enumerate(_read(path).splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            found.append((text, ImageReference.parse(text)))
        except UserError as refusal:
            where = "standard input" if path == "-" else f"'{path}'"
            raise UserError(f"Line {number} of {where}: {refusal.message}", *refusal.recommendations) from refusal
    return found


def _read(path: str) -> str:
    try:
        if path == "-":
            return standard_input.content().decode("utf-8")
        with open(path, "rb") as file:
            return file.read().decode("utf-8")
    except OSError as ex:
        raise UserError(f"The images file '{path}' can't be read: {ex.strerror}.",
                        "Give the path of a file that has an image reference a line, or - for standard input.") from ex
    except UnicodeDecodeError as ex:
        raise UserError(f"The images file '{path}' is not UTF-8 text.",
                        "Write one image reference a line.") from ex
