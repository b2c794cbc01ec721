"""Which registries the images of a consumer are on, as far as its resource shows them."""
from __future__ import annotations

from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.values.login_servers import same_registry

# Stands among a consumer's images for containers that can't be read.
UNREADABLE = "an image that can't be read"


def images_elsewhere(consumer: Consumer, login_server: str) -> tuple[str, ...]:
    """Those that are not on the registry with this login server, each once, as they are written."""
    return tuple(dict.fromkeys(image for image in consumer.images if not _is_of(image, login_server)))


def _is_of(image: str, login_server: str) -> bool:
    host, slash, _ = image.partition("/")
    return bool(slash) and same_registry(host, login_server)
