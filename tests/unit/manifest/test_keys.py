"""The words of a manifest."""
from __future__ import annotations

from azext_acrcache.domain.consumers.kinds import KINDS
from azext_acrcache.manifest.keys import CONSUMERS, consumer_key


def test_every_kind_of_consumer_has_a_key():
    assert list(CONSUMERS) == ["aks", "vm", "vmss", "webapp", "functionapp", "containerapp", "containerappJob",
                               "containerInstance", "identity", "servicePrincipal"]
    assert [consumer_key(spec) for spec in KINDS] == list(CONSUMERS)
