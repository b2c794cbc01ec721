"""Against a server with TLS on this machine: what requests and the SDK's transport make of the environment."""
from __future__ import annotations

import threading

import pytest
import requests
from azure.core import PipelineClient
from azure.core.pipeline import policies
from azure.core.pipeline.transport import RequestsTransport

from azext_acrcache.adapters.connections import Connections
from azext_acrcache.adapters.request_gate import RequestGate
from azext_acrcache.adapters.rest import Rest
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable

from .tls_server import Server, make_certificate

OURS = {"Authorization": "Bearer ours"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def environment(tmp_path, monkeypatch, certificate):
    """A home with a netrc file for the server, and nothing of the machine's own proxies."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY",
                 "no_proxy", "CURL_CA_BUNDLE", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".netrc").write_text("machine localhost login netrc-user password netrc-word\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))


@pytest.fixture
def serve(certificate):
    servers = []

    def start(respond=lambda path: (200, {}, b"{}"), tls: bool = True) -> Server:
        servers.append(Server(respond, certificate if tls else None))
        return servers[-1]
    yield start
    for server in servers:
        server.close()


def test_a_netrc_file_neither_replaces_our_header_nor_adds_one(serve):
    server = serve()
    url = f"https://{server.host}/v2/"
    requests.get(url, headers=OURS, timeout=5)
    connections = Connections(RequestGate())
    connections.get(url, headers=OURS, timeout=5)
    connections.get(url, timeout=5)
    connections.get(url.replace("//", "//user:word@"), timeout=5)
    read_by_requests, *sent = [authorization for _, _, authorization in server.asked]
    assert read_by_requests.startswith("Basic ") and sent == ["Bearer ours", None, None]


def test_nor_through_the_transport_of_the_sdks(serve):
    server = serve()
    assert rest(server).get("/a", None) == {}
    assert server.asked == [("GET", "/a", "Bearer ours")]


def test_a_redirect_takes_no_authorization_along(serve):
    other = serve()
    server = serve(lambda path: (302, {"Location": f"https://{other.host}/b" if path == "/a" else "/c"}, b""))
    connections = Connections(RequestGate())
    connections.get(f"https://{server.host}/a", headers=OURS, timeout=5)
    assert other.asked == [("GET", "/b", None)]


def test_the_pipeline_follows_no_redirect(serve):
    server = serve(lambda path: (302, {"Location": "/b"}, b""))
    with pytest.raises(ServiceUnreachable, match="redirect"):
        rest(server).get("/a", None)
    assert [path for _, path, _ in server.asked] == ["/a"]


def test_the_pipeline_leaves_retries_to_us(serve):
    server, slept = serve(lambda path: (503, {"Retry-After": "1"}, b'{"error": {"code": "Busy"}}')), []
    with pytest.raises(ServiceError, match="Busy"):
        rest(server, RequestGate(sleep=slept.append)).get("/a", None)
    assert len(server.asked) == 4 and slept == [1, 1, 1]


def test_a_dropped_connection_is_tried_again_by_us(certificate):
    gone = Server(lambda path: (200, {}, b""), certificate)
    gone.close()
    slept = []
    with pytest.raises(ServiceUnreachable):
        rest(gone, RequestGate(sleep=slept.append)).get("/a", None)
    assert slept == [1.6, 3.2]


def test_the_bundle_of_certificates_comes_from_the_environment(serve, monkeypatch):
    server, connections = serve(), Connections(RequestGate())
    assert connections.get(f"https://{server.host}/", timeout=5).ok
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(requests.exceptions.SSLError):
        Connections(RequestGate()).get(f"https://{server.host}/", timeout=5)


def test_proxies_come_from_the_environment(serve, monkeypatch):
    server, proxy = serve(), serve(lambda path: (407, {}, b""), tls=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.host}")
    with pytest.raises(requests.exceptions.ProxyError):
        Connections(RequestGate()).get("https://management.azure.com/", timeout=5)
    assert [(method, path) for method, path, _ in proxy.asked] == [("CONNECT", "management.azure.com:443")]
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert Connections(RequestGate()).get(f"https://{server.host}/", timeout=5).ok and len(proxy.asked) == 1


def test_the_environment_is_read_once_for_each_host(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    connections = Connections(RequestGate())
    first = connections.merge_environment_settings("https://a.example/x", {}, None, None, None)
    first["proxies"]["https"] = "http://changed.example"
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:3128")
    proxies = [connections.merge_environment_settings(url, given, None, None, None)["proxies"]["https"]
               for url, given in (("https://a.example/y", {}), ("https://b.example/", {}),
                                  ("https://a.example/y", {"https": "http://given.example"}))]
    assert proxies == ["http://proxy.example:3128", "http://other.example:3128", "http://given.example"]


def test_nothing_goes_without_tls(serve):
    server = serve(tls=False)
    with pytest.raises(requests.exceptions.InvalidSchema):
        Connections(RequestGate()).get(f"http://{server.host}/", timeout=5)
    assert server.asked == []


def test_eight_requests_are_under_way_at_once_and_never_more(serve):
    """The server lets nobody go before eight are there, whichever way they came."""
    full = threading.Barrier(8)

    def respond(path: str):
        full.wait(10)
        return 200, {}, b"{}"

    server, gate = serve(respond), RequestGate()
    connections = Connections(gate)
    through_sdk = rest(server, gate, connections)
    gather([lambda: connections.get(f"https://{server.host}/", timeout=10), lambda: through_sdk.get("/a", None)] * 12,
           limit=24)
    assert (server.most, len(server.asked)) == (8, 24)


def test_who_waits_for_a_pause_holds_no_place(serve):
    server, asleep, wake = serve(), threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        asleep.set()
        wake.wait(10)

    gate = RequestGate(limit=1, clock=lambda: 100.0 if wake.is_set() else 0.0, sleep=sleep)
    throttled = [(429, {"Retry-After": "60"}, b"{}"), (200, {}, b'{"id": 1}')]
    busy = serve(lambda path: throttled.pop(0))
    connections = Connections(gate)
    results: list = []
    waiting = threading.Thread(target=lambda: results.append(rest(
        busy, gate, connections).get("/subscriptions/a/x", None)), daemon=True)
    waiting.start()
    assert asleep.wait(10)
    assert rest(server, gate, connections).get("/subscriptions/b/x", None) == {}
    wake.set()
    waiting.join(10)
    assert results == [{"id": 1}]


def rest(server: Server, gate: RequestGate | None = None, connections: Connections | None = None) -> Rest:
    gate = gate or RequestGate()
    transport = RequestsTransport(session=connections or Connections(gate), session_owner=False)
    base = f"https://{server.host}"
    return Rest(PipelineClient(base, policies=[policies.HeadersPolicy(OURS), policies.RedirectPolicy(),
                                               policies.RetryPolicy()], transport=transport), base, gate=gate)
