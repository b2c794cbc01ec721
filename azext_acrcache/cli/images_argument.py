"""The image references that a command was given: arguments, a file, or standard input."""
from __future__ import annotations

import codecs
from typing import Union

from azext_acrcache.cli import standard_input
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from azext_acrcache.domain.values.image_references import ImageReference

# What a reference means, or what is wrong with it.
Meaning = Union[ImageReference, UserError]

# Windows PowerShell 5.1 writes UTF-16 with `>`, editors on Windows a byte order mark.
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def images_from(images: list[str] | None, path: str | None) -> list[tuple[str, Meaning]]:
    """Each reference as written, with its meaning, in the order given: arguments first, then those of the file.

    A reference that can't be read stands in its place with the error, so that it does not stop the others.

    :param path: of a file with references on lines or with blanks between them, where `#` begins a comment; `-` for
        standard input.

    Raises UserError for an unreadable file, and for an argument that can't be read where it is all that was given;
    MissingArgument where there is no reference at all.
    """
    if not images and not path:
        raise MissingArgument("No image was given.",
                              "Name images with --image docker.io/library/ubuntu:24.04, or a file that has one on each "
                              "line with --images FILE (- for standard input).")
    references: list[tuple[str, Meaning]] = [(text.strip(), _meaning(text)) for text in images or ()]
    if path:
        references += _references_in(path)
    if not references:
        raise MissingArgument(f"The images file '{path}' has no image reference.",
                              "Write one image reference on each line.")
    if not path and len(references) == 1 and isinstance(references[0][1], UserError):
        raise references[0][1]
    return references


def listed_images(path: str) -> list[tuple[str, int]]:
    """The texts of a file of references, each with its line; see `images_from`. Raises UserError for an unreadable
    file."""
    lines = enumerate(_read(path).splitlines(), start=1)
    return [(text, number) for number, line in lines for text in line.partition("#")[0].split()]


def _references_in(path: str) -> list[tuple[str, Meaning]]:
    return [(text, _meaning_on_line(text, number, path)) for text, number in listed_images(path)]


def _meaning(text: str) -> Meaning:
    try:
        return ImageReference.parse(text)
    except UserError as error:
        return error


def _meaning_on_line(text: str, number: int, path: str) -> Meaning:
    meaning = _meaning(text)
    if not isinstance(meaning, UserError):
        return meaning
    where = "standard input" if path == "-" else f"'{path}'"
    return UserError(f"Line {number} of {where}: {meaning.message}", *meaning.recommendations)


def _read(path: str) -> str:
    try:
        if path == "-":
            return _decoded(standard_input.content())
        with open(path, "rb") as file:
            return _decoded(file.read())
    except OSError as ex:
        raise UserError(f"The images file '{path}' can't be read: {ex.strerror}.",
                        "Give the path of a file with one image reference on each line, or - for standard input."
                        ) from ex
    except UnicodeDecodeError as ex:
        raise UserError(f"The images file '{path}' is not text in UTF-8 or UTF-16.",
                        "Save it as UTF-8, with one image reference on each line.") from ex


def _decoded(content: bytes) -> str:
    return content.decode(next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8"))
