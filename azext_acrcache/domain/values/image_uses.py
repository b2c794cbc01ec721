"""Where images are named in files of others: Kubernetes and compose files, Dockerfiles, values, plain lists."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.values.terminal_text import shown


@dataclass(frozen=True, order=True)
class Place:
    """:ivar file: or the ID of the resource that runs the image. :ivar line: 0 where there are none.
    :ivar path: in the document, such as `spec.containers[0].image`; the instruction in a Dockerfile, the namespace of a
        cluster; else empty.
    """

    file: str
    line: int
    path: str = ""

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}" if self.line else shown(self.file)


@dataclass(frozen=True)
class ImageUse:
    """One place that names an image.

    :ivar text: the reference, variables filled in. :ivar sure: whether it is an image for certain.
    :ivar counts: whether it is to have a rule; what is neither certain nor has the form of an image is only told.
    :ivar problem: why it can't be told which image is meant, a sentence without a full stop; else empty.
    """

    text: str
    place: Place
    sure: bool = True
    counts: bool = True
    problem: str = ""
