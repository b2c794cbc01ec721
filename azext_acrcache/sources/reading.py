"""From files, whatever their names, to the images that they name."""
from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Mapping, Sequence

from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.image_uses import ImageUse
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.sources.compose import images_in_compose, is_compose
from azext_acrcache.sources.dockerfile import images_in_dockerfile, is_dockerfile
from azext_acrcache.sources.tree_images import images_in_tree, is_kubernetes
from azext_acrcache.sources.yaml_documents import yaml_documents

SIZE_LIMIT = 64 * 1024 * 1024

# Windows PowerShell 5.1 writes UTF-16 with `>`, editors on Windows a byte order mark.
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_YAML_NAMES = (".yaml", ".yml", ".json")
_YAML_KEYS = re.compile(r"^[\"' {]*(?:apiVersion|kind|services)[\"']?\s*:", re.MULTILINE)


@dataclass(frozen=True)
class SourceFile:
    """:ivar name: as it is shown. :ivar content: up to SIZE_LIMIT bytes and one more.
    :ivar named: whether the user named it, and not a folder around it: then it is an error if it is none of ours."""

    name: str
    content: bytes
    named: bool = True


@dataclass
class SourceReading:
    """:ivar front_ends: tools of builds that `# syntax=` names. :ivar errors: of what could not be read, each with its
    place. :ivar documents: how many were understood."""

    uses: list[ImageUse] = field(default_factory=list)
    front_ends: list[ImageUse] = field(default_factory=list)
    errors: list[UserError] = field(default_factory=list)
    documents: int = 0


def read_sources(files: Sequence[SourceFile], values: Mapping[str, str], build_args: Mapping[str, str]
                 ) -> SourceReading:
    """In the order of the files. What can't be read of one does not stop the others.

    :param values: of variables in compose files. :param build_args: of ARGs in Dockerfiles.
    """
    reading = SourceReading()
    for file in files:
        try:
            text = _text_of(file)
        except UserError as error:
            if file.named:
                reading.errors.append(error)
            continue
        if is_dockerfile(text):
            images = images_in_dockerfile(text, file.name, build_args)
            reading.uses += images.uses
            reading.front_ends += [images.front_end] if images.front_end else []
            reading.documents += 1
        elif file.named or file.name.lower().endswith(_YAML_NAMES) or _YAML_KEYS.search(text):
            _read_documents(file, text, values, reading)
    return reading


def _read_documents(file: SourceFile, text: str, values: Mapping[str, str], reading: SourceReading) -> None:
    before = reading.documents, len(reading.errors)
    for root in yaml_documents(text, file.name):
        if isinstance(root, UserError):
            # In a folder there may be files of any kind; those that call themselves YAML are to be told.
            if file.named or file.name.lower().endswith(_YAML_NAMES):
                reading.errors.append(root)
        elif isinstance(root, str):
            continue
        elif is_compose(root):
            reading.documents += 1
            reading.uses += images_in_compose(root, file.name, values)
        else:
            uses = list(images_in_tree(root, file.name))
            reading.uses += uses
            reading.documents += 1 if uses or file.named or is_kubernetes(root) else 0
    if file.named and before == (reading.documents, len(reading.errors)):
        reading.errors.append(UserError(
            f"{shown(file.name)}:1: The file {'is empty' if not text.strip() else 'is none that names images'}.",
            "Give Kubernetes YAML or JSON, a compose file, a Dockerfile or values of a chart; a plain list of images "
            "with --images."))


def _text_of(file: SourceFile) -> str:
    name = shown(file.name)
    if len(file.content) > SIZE_LIMIT:
        raise UserError(f"{name}:1: The file has more than {SIZE_LIMIT // 1024 // 1024} MiB.", "Split it.")
    encoding = next((encoding for mark, encoding in _MARKS if file.content.startswith(mark)), "utf-8")
    try:
        text = file.content.decode(encoding)
    except UnicodeDecodeError:
        raise _no_text(name) from None
    if "\0" in text:
        raise _no_text(name)
    return text


def _no_text(name: str) -> UserError:
    return UserError(f"{name}:1: The file is no text in UTF-8 or UTF-16.", "Leave it out, or save it as UTF-8.")
