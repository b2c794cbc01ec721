"""The throttle: which requests count, and when to come back."""
from __future__ import annotations

import time

from acrsim.protocol.http import Request
from acrsim.server.throttle import Throttle


def get(path="/a", method="GET", host="management.azure.com"):
    return Request(method, host, path)


def test_throttle_counts_matching_hosts_and_says_when_to_come_back():
    throttle, knob = Throttle(), {"requests": 2, "seconds": 0.2, "host": "management"}
    assert [throttle.refuse(get(), knob) for _ in range(2)] == [None, None]
    refused = throttle.refuse(get(), knob)
    assert refused.status == 429
    assert refused.headers["retry-after"] == "1"
    assert throttle.refuse(get(host="vault1.vault.azure.net"), knob) is None
    time.sleep(0.21)
    assert throttle.refuse(get(), knob) is None


def test_without_the_knob_all_pass():
    throttle = Throttle()
    assert all(throttle.refuse(get(), None) is None for _ in range(50))
