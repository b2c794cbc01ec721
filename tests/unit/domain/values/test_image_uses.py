"""Places as messages show them."""
from __future__ import annotations

from azext_acrcache.domain.values.image_uses import Place


def test_a_place():
    assert str(Place("k8s/web.yaml", 14, "spec.containers[0].image")) == "k8s/web.yaml:14"
    assert "\x1b" not in str(Place("\x1b[31m", 1))
