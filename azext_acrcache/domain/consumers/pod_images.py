"""The images that run in an AKS cluster: what is asked of its pods through run command, and how the answer reads.

The fields are namespaces and images; nothing else of a workload leaves the cluster, no environment, annotation or
secret. Pods of one deployment are one line, so that the answer stays small: it is cut at 512 KB.

Sources: kubernetes.io, "List All Container Images Running in a Cluster" and "JSONPath Support"; the cut:
aks/access-private-cluster. Tried with kubectl 1.32.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from azext_acrcache.domain.values.terminal_text import shown

# Run command's own pod is listed too.
_OWN_NAMESPACE = "aks-command"
# In front of each line that was asked for: what kubectl writes to its other stream stands between them.
_MARK, _BEGIN, _END = "acrcache", "acrcache-begin", "acrcache-end"
_FIELDS = ("{.metadata.namespace} {.spec.containers[*].image} {.spec.initContainers[*].image} "
           "{.spec.ephemeralContainers[*].image} {.spec.volumes[*].image.reference}")
# RFC 1123, as Kubernetes takes it for names of namespaces: nothing that a shell gives a meaning to.
_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, order=True)
class PodImage:
    """:ivar text: the reference as the pod has it."""

    namespace: str
    text: str


@dataclass(frozen=True)
class PodImages:
    """:ivar images: each once, in order. :ivar whole: False where a part of the answer was cut off."""

    images: tuple[PodImage, ...]
    whole: bool


def images_command(namespace: str = "") -> str:
    """For the images of a namespace, or of the whole cluster. Raises ValueError for a text that is no namespace's name.

    It ends with kubectl's exit code where that is not 0.
    """
    if namespace and not _NAMESPACE.fullmatch(namespace):
        raise ValueError(f"no name of a namespace: {namespace!r}")
    where = f"-n {namespace}" if namespace else "-A"
    return _between_marks(f"kubectl get pods {where}", _FIELDS)


def namespaces_command() -> str:
    return _between_marks("kubectl get namespaces", "{.metadata.name}")


def read_images(logs: str) -> PodImages:
    """The answer to `images_command`."""
    lines, whole = _lines(logs)
    images = {PodImage(words[0], text) for words in lines for text in words[1:] if words[0] != _OWN_NAMESPACE}
    return PodImages(tuple(sorted(images)), whole)


def read_namespaces(logs: str) -> tuple[tuple[str, ...], bool]:
    """The answer to `namespaces_command`: the names in order, and whether they are all."""
    lines, whole = _lines(logs)
    return tuple(sorted({words[0] for words in lines} - {_OWN_NAMESPACE})), whole


def first_line(logs: str) -> str:
    """Of a command that failed: what it says first, as it may be shown. Empty where it says nothing."""
    return shown(next((line.strip() for line in logs.splitlines() if line.strip()), ""))


def _between_marks(get: str, fields: str) -> str:
    template = f"{{range .items[*]}}{_MARK} {fields}{{\"\\n\"}}{{end}}"
    return (f"lines=$({get} -o jsonpath='{template}') && echo {_BEGIN} && printf '%s\\n' \"$lines\" | sort -u && "
            f"echo {_END}")


def _lines(logs: str) -> tuple[list[list[str]], bool]:
    """The words behind each mark, a namespace first, and whether both ends are there.

    The documents do not say which end of an answer is cut off; the line at either cut may be a part of one.
    """
    lines = logs.replace("\r\n", "\n").split("\n")
    begins, ends = _BEGIN in lines, _END in lines
    if not ends:
        lines = lines[:-1]
    if not begins:
        lines = lines[1:]
    return list(_marked(lines)), begins and ends


def _marked(lines: list[str]) -> Iterator[list[str]]:
    for line in lines:
        words = line.split()
        if len(words) > 1 and words[0] == _MARK and _NAMESPACE.fullmatch(words[1]):
            yield words[1:]
