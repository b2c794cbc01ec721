"""The simulator as a process: proxy, certificates, faults on the wire, signals. Loopback only."""
from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SIMULATOR = Path(__file__).resolve().parents[3] / "simulator"
TENANT, OWNER = "11111111-1111-4111-8111-111111111111", "0a000000-0000-4000-8000-000000000001"

# Real seconds after which something counts as hanging, on however slow a machine.
GUARD = 120


class Running:
    """One simulator; `talk` keeps its connections alive, as az does."""

    def __init__(self, state: Path, *options: str):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "acrsim", "serve", "--state", str(state), "--seed", "empty", *options],
            env={**os.environ, "PYTHONPATH": str(SIMULATOR)}, stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.port = int(self.ready["proxy"].rsplit(":", 1)[1])
        self._tls = ssl.create_default_context(cafile=self.ready["ca"])

    def connect(self, host: str) -> http.client.HTTPSConnection:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self._tls, timeout=GUARD)
        connection.set_tunnel(host, 443)
        return connection

    def get(self, url_path: str, host: str = "management.azure.com", method: str = "GET", token: str | None = None):
        connection = self.connect(host)
        connection.request(method, url_path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def control(self, method: str, path: str, body: dict | None = None):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": self.ready["proxy"]}))
        request = urllib.request.Request("http://acrsim.local" + path, method=method,
                                         data=json.dumps(body).encode() if body is not None else None)
        with opener.open(request, timeout=GUARD) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def token(self) -> str:
        connection = self.connect("login.microsoftonline.com")
        connection.request("POST", f"/{TENANT}/oauth2/v2.0/token",
                           f"grant_type=client_credentials&client_id={OWNER}&client_secret=owner-secret"
                           "&scope=https://management.azure.com/.default")
        return json.loads(connection.getresponse().read())["access_token"]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=GUARD)
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def simulator(state):
    running = Running(state, "--log", str(state / "requests.jsonl"))
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def clean(simulator):
    simulator.control("POST", "/reset", {"seed": "empty", "knobs": {"latency": 0, "throttle": None}})
    simulator.control("DELETE", "/requests")


PATH = "/subscriptions?api-version=2022-12-01"


def _until(so) -> None:
    """Looks again and again whether `so`. Raises AssertionError where it never comes about."""
    until = time.monotonic() + GUARD
    while not so():
        assert time.monotonic() < until, "what was waited for never came about"
        time.sleep(0.01)


def test_a_verified_https_request_is_answered_and_logged(simulator, state):
    answer, body = simulator.get(PATH, token=simulator.token())
    assert answer.status == 200
    assert json.loads(body)["value"][0]["displayName"] == "demo"
    last = simulator.control("GET", "/requests")[-1]
    shown = [last[key] for key in ("method", "host", "path", "query", "status", "write", "caller")]
    assert shown == [
        "GET", "management.azure.com", "/subscriptions", {"api-version": "2022-12-01"}, 200, False, OWNER]
    assert json.loads((state / "requests.jsonl").read_text(encoding="utf-8").splitlines()[-1])["n"] == last["n"]
    assert json.loads((state / "ready.json").read_text(encoding="utf-8")) == simulator.ready


def test_connections_stay_open(simulator):
    connection = simulator.connect("management.azure.com")
    for _ in range(3):
        connection.request("GET", PATH)
        assert connection.getresponse().read()
    assert connection.sock is not None


def test_an_unknown_host_is_no_tunnel(simulator):
    with pytest.raises(OSError, match="502"):
        simulator.get("/", host="nosuch.example")
    with pytest.raises(OSError, match="502"):
        simulator.get("/secrets", host="nosuchvault.vault.azure.net")


def test_head_has_a_length_and_no_body(simulator):
    answer, body = simulator.get("/x", method="HEAD")
    assert (answer.status, body) == (404, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize("when, groups", [("before", []), ("after", ["g1"])])
def test_a_reset_drops_the_connection_before_or_after_the_effect(simulator, when, groups):
    token = simulator.token()
    fault = simulator.control("POST", "/faults", {"method": "PUT", "path": "resourceGroups/g1$",
                                                  "then": {"reset": when}})
    connection = simulator.connect("management.azure.com")
    path = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/g1?api-version=2024-11-01"
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError, ssl.SSLError)):
        connection.request("PUT", path, json.dumps({"location": "eastus"}), {"Authorization": f"Bearer {token}"})
        connection.getresponse()
    world = simulator.control("GET", "/world")
    assert world["subscriptions"]["aaaaaaaa-0000-4000-8000-000000000001"]["groups"] == groups
    last = simulator.control("GET", "/requests")[-1]
    assert (last["status"], last["write"], last["fault"]) == (None, True, fault["id"])


@pytest.mark.parametrize("ends_with", ["hanging up", "a new world"])
def test_a_hanging_request_has_no_late_effect(simulator, ends_with):
    token = simulator.token()
    simulator.control("POST", "/faults", {"method": "PUT", "path": "resourceGroups/late$", "then": {"hang": 3600}})
    connection = simulator.connect("management.azure.com")
    path = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/late?api-version=2024-11-01"
    connection.request("PUT", path, json.dumps({"location": "eastus"}), {"Authorization": f"Bearer {token}"})
    _until(lambda: any(planted["struck"] for planted in simulator.control("GET", "/faults")))
    if ends_with == "hanging up":
        connection.sock.shutdown(2)
        connection.close()
    else:
        simulator.control("POST", "/reset", {"seed": "empty"})
    _until(lambda: simulator.control("GET", "/requests")[-1]["seconds"] is not None)
    world = simulator.control("GET", "/world")
    assert world["subscriptions"]["aaaaaaaa-0000-4000-8000-000000000001"]["groups"] == []


def test_a_planted_answer_and_a_hang(simulator):
    simulator.control("POST", "/faults", {"then": {"status": 503, "headers": {"retry-after": "7"}, "body": {"a": 1}}})
    answer, body = simulator.get(PATH)
    assert (answer.status, answer.headers["retry-after"], json.loads(body)) == (503, "7", {"a": 1})
    simulator.control("POST", "/faults", {"then": {"hang": 0.3}})
    started = time.monotonic()
    assert simulator.get(PATH)[0].status == 401
    assert time.monotonic() - started >= 0.3


def test_latency_overlaps_and_spares_the_control_host(simulator):
    simulator.control("PATCH", "/knobs", {"latency": 3600})
    open_connections = [simulator.connect("management.azure.com") for _ in range(4)]
    for connection in open_connections:
        connection.request("GET", PATH)
    # All are under way at once, and the control host answers meanwhile.
    _until(lambda: len(simulator.control("GET", "/requests")) == len(open_connections))
    assert [entry["seconds"] for entry in simulator.control("GET", "/requests")] == [None] * len(open_connections)


def test_latency_is_real_time(simulator):
    simulator.control("PATCH", "/knobs", {"latency": 0.3})
    started = time.monotonic()
    assert simulator.get(PATH)[0].status == 401
    assert time.monotonic() - started >= 0.3


def test_throttled(simulator):
    simulator.control("PATCH", "/knobs", {"throttle": {"requests": 1, "seconds": 60}})
    assert simulator.get(PATH)[0].status == 401
    answer, _ = simulator.get(PATH)
    assert answer.status == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_and_keeps_its_certificate(simulator, state, number):
    before = (state / "mitmproxy-ca-cert.pem").read_bytes()
    second = Running(state)
    assert second.ready["ca"] == simulator.ready["ca"]
    assert second.stop(number) == 0
    assert (state / "mitmproxy-ca-cert.pem").read_bytes() == before


def test_ctl_prints_the_answer(simulator):
    command = [sys.executable, "-m", "acrsim", "ctl", "--proxy", simulator.ready["proxy"]]
    environment = {**os.environ, "PYTHONPATH": str(SIMULATOR)}
    done = subprocess.run([*command, "PATCH", "/knobs", '{"role_delay": 9}'], env=environment, capture_output=True,
                          text=True, timeout=GUARD)
    assert (done.returncode, json.loads(done.stdout)["role_delay"]) == (0, 9.0)
    failed = subprocess.run([*command, "PATCH", "/knobs", '{"wat": 9}'], env=environment, capture_output=True,
                            text=True, timeout=GUARD)
    assert failed.returncode == 1
    assert "no such knob: wat" in failed.stderr


def test_it_stops_while_a_request_hangs(state):
    second = Running(state)
    second.control("POST", "/faults", {"then": {"hang": 3600}})
    connection = second.connect("management.azure.com")
    connection.request("GET", PATH)
    assert second.stop() == 0


@pytest.mark.parametrize("options, code, word", [
    (["--port", "PORT"], 1, "port"), (["--seed", "nosuch"], 2, "nosuch"),
    (["--operation-seconds", "2:1"], 2, "operation_seconds"), (["--latency", "-1"], 2, "latency")])
def test_what_can_not_be_served_is_said(simulator, state, options, code, word):
    done = subprocess.run(
        [sys.executable, "-m", "acrsim", "serve", "--state", str(state / "other"), "--seed", "empty",
         *[item.replace("PORT", str(simulator.port)) for item in options]],
        env={**os.environ, "PYTHONPATH": str(SIMULATOR)}, capture_output=True, text=True, timeout=GUARD)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("acrsim: ")
    assert word in done.stderr


def test_an_answer_is_led_astray_and_a_stranger_notes_what_it_gets(simulator):
    simulator.control("POST", "/faults", {"name": "foreign-next-link", "path": "^/subscriptions$"})
    token = simulator.token()
    _, body = simulator.get(PATH, token=token)
    link = json.loads(body)["nextLink"]
    assert link.startswith("https://evil.example/")
    answer, _ = simulator.get("/" + link.split("/", 3)[3], host="evil.example", token=token)
    assert answer.status == 200
    noted = simulator.control("GET", "/world")["foreignHosts"]
    assert [(item["host"], item["credentials"]) for item in noted] == [("evil.example", ["Bearer"])]


def test_a_portal_and_a_wait_with_a_date(simulator):
    simulator.control("POST", "/faults", [{"name": "captive-portal", "host": "management", "times": 1},
                                          {"name": "arm-busy-date"}])
    portal, body = simulator.get(PATH)
    assert (portal.status, portal.headers["content-type"], body[:6]) == (200, "text/html", b"<html>")
    busy, _ = simulator.get(PATH)
    assert (busy.status, busy.headers["retry-after"][-3:]) == (429, "GMT")


def test_a_name_without_an_address_is_no_tunnel(simulator):
    simulator.control("PATCH", "/knobs", {"unresolved_hosts": "^graph"})
    with pytest.raises(OSError, match="502"):
        simulator.get("/v1.0/me", host="graph.microsoft.com")
    simulator.control("PATCH", "/knobs", {"unresolved_hosts": None})
    assert simulator.get("/v1.0/me", host="graph.microsoft.com")[0].status == 401
