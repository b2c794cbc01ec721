"""Images that run in Azure, and where: in clusters, web apps, container apps and container groups."""
from __future__ import annotations

from dataclasses import dataclass

from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.arm_ids import ArmId


@dataclass(frozen=True)
class RunningImage:
    """One image of one resource, or of one namespace of a cluster.

    :ivar text: the reference as the resource has it, not read yet: it may be none that can be pulled.
    :ivar kind: of the resource. :ivar namespace: of an AKS cluster; else empty.
    :ivar sure: always: it is an image because it runs as one.
    """

    text: str
    resource: ArmId
    kind: ConsumerSpec
    namespace: str = ""
    sure: bool = True


@dataclass(frozen=True)
class RunningImages:
    """:ivar images: by resource, namespace and text, each once. :ivar unseen: what could not be looked at, and why."""

    images: tuple[RunningImage, ...] = ()
    unseen: tuple[Unknown, ...] = ()
