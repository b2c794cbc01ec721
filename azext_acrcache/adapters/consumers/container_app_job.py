"""Microsoft.App jobs: the shape of container apps, without a running state."""
from __future__ import annotations

from azext_acrcache.adapters.consumers.container_app import ContainerAppReader

READER = ContainerAppReader()
