from __future__ import annotations

import logging
from types import SimpleNamespace

from azext_acrcache.adapters.bodiless_logging import bodiless_logging


def test_the_request_is_logged_and_not_what_it_carries(caplog):
    caplog.set_level(logging.DEBUG)
    request = SimpleNamespace(http_request=SimpleNamespace(method="POST", url="https://x/y", body="a secret"))
    response = SimpleNamespace(http_response=SimpleNamespace(status_code=202, body="another"))
    policy = bodiless_logging()
    policy.on_request(request)
    policy.on_response(request, response)
    assert "POST https://x/y: 202" in caplog.text and "secret" not in caplog.text and "another" not in caplog.text
