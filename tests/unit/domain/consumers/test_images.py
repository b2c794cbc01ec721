from __future__ import annotations

import pytest

from azext_acrcache.domain.consumers.images import UNREADABLE, images_elsewhere
from unit.domain.consumer_records import web_app


@pytest.mark.parametrize("image, here", [
    ("myregistry.azurecr.io/web:1", True), ("https://myregistry.azurecr.io/web", False),
    ("MYREGISTRY.azurecr.io:443/web", True), ("myregistry.azurecr.io", False), ("nginx", False),
    ("other.azurecr.io/web", False), ("docker.io/library/nginx", False), (UNREADABLE, False)])
def test_which_images_are_elsewhere(image, here):
    elsewhere = images_elsewhere(web_app(images=(image, image)), "myregistry.azurecr.io")
    assert elsewhere == (() if here else (image,))
