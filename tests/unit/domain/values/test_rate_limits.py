from __future__ import annotations

import pytest

from azext_acrcache.domain.values.rate_limits import RateLimit


@pytest.mark.parametrize("headers, expected", [
    ({"ratelimit-limit": "200;w=21600", "ratelimit-remaining": "13;w=21600"}, RateLimit(200, 13, 21600)),
    ({"ratelimit-limit": "200", "ratelimit-remaining": "0"}, RateLimit(200, 0, 0)),
    ({"ratelimit-limit": "200;w=21600"}, None), ({}, None),
    ({"ratelimit-limit": "x", "ratelimit-remaining": "1"}, None)])
def test_the_rate_limits_headers(headers, expected):
    assert RateLimit.from_headers(headers) == expected
