"""The log of requests."""
from __future__ import annotations

import pytest
from acrsim.protocol.http import Request
from acrsim.server.request_log import RequestLog, is_write


def get(path="/a", method="GET", host="management.azure.com"):
    return Request(method, host, path)


@pytest.mark.parametrize("method, path, expected", [
    ("GET", "/a", False), ("HEAD", "/a", False), ("OPTIONS", "/a", False), ("PUT", "/a", True), ("PATCH", "/a", True),
    ("DELETE", "/a", True), ("POST", "/a/listCredentials", True), ("POST", "/t/oauth2/v2.0/token", False),
    ("POST", "/oauth2/exchange", False), ("POST", "/oauth2/token", False)])
def test_what_counts_as_a_write(method, path, expected):
    assert is_write(get(path, method)) is expected


def test_the_log_keeps_order_and_numbers_across_clearing():
    log = RequestLog()
    first = log.begin(get())
    log.end(first, 200, "me")
    log.clear()
    second = log.begin(get("/b", "PUT"))
    log.end(second, None, fault=3)
    assert [(item["n"], item["status"], item["write"], item["fault"]) for item in log.entries()] == [(2, None, True, 3)]
    assert first["caller"] == "me" and first["seconds"] >= 0
