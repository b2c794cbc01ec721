"""The simulated shell of a run command against the real one: a shell with kubectl, in front of the same pods."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from acrsim.services.consumers.pod_shell import PodShell
from acrsim.services.consumers.pods import Pods

PODS = Pods([
    {"namespace": "b", "name": "two", "count": 2, "containers": ["nginx:1", "redis"], "initContainers": ["busybox"]},
    {"namespace": "b", "name": "three", "containers": ["nginx:1"], "ephemeralContainers": ["busybox:1.36"],
     "imageVolumes": ["quay.io/team/weights:1"]},
    {"namespace": "a", "name": "one", "containers": ["nginx:1"]}], ["quiet"])
ID = "0" * 32
FIELDS = ("{.metadata.namespace} {.spec.containers[*].image} {.spec.initContainers[*].image} "
          "{.spec.ephemeralContainers[*].image} {.spec.volumes[*].image.reference}")
EACH = f"'{{range .items[*]}}pod {FIELDS}{{\"\\n\"}}{{end}}'"
RESOURCES = {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
    {"name": "pods", "singularName": "pod", "namespaced": True, "kind": "Pod", "verbs": ["get", "list"]},
    {"name": "namespaces", "singularName": "namespace", "namespaced": False, "kind": "Namespace",
     "verbs": ["get", "list"]}]}


class ApiServer(BaseHTTPRequestHandler):
    """As much of Kubernetes as `kubectl get` asks for."""

    def do_GET(self):
        path = self.path.partition("?")[0]
        parts = path.strip("/").split("/")
        if path == "/api":
            document = {"kind": "APIVersions", "versions": ["v1"]}
        elif path == "/apis":
            document = {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        elif path == "/api/v1":
            document = RESOURCES
        elif path == "/api/v1/namespaces":
            document = {"kind": "NamespaceList", "apiVersion": "v1", "metadata": {}, "items": PODS.namespaces(ID)}
        else:
            document = {"kind": "PodList", "apiVersion": "v1", "metadata": {},
                        "items": PODS.list(parts[3] if parts[2] == "namespaces" else None, ID)}
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        return


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """script -> exit code and output of a real shell with kubectl."""
    if not (shutil.which("kubectl") and shutil.which("sh")):
        pytest.skip("no kubectl")
    home = tmp_path_factory.mktemp("kubectl")
    server = ThreadingHTTPServer(("127.0.0.1", 0), ApiServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = {"apiVersion": "v1", "kind": "Config", "current-context": "it", "users": [{"name": "me", "user": {}}],
              "clusters": [{"name": "it", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
              "contexts": [{"name": "it", "context": {"cluster": "it", "user": "me"}}]}
    (home / "config").write_text(json.dumps(config), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "KUBECONFIG": str(home / "config"), "LC_ALL": "C"}

    def run(script: str) -> tuple[int, str]:
        ran = subprocess.run(["sh", "-c", script], env=environment, cwd=home, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, timeout=60, check=False)
        return ran.returncode, ran.stdout

    yield run
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("script", [
    f"lines=$(kubectl get pods -A -o jsonpath={EACH}) && echo begin && printf '%s\\n' \"$lines\" | sort -u && echo end",
    "kubectl get pods -A -o jsonpath='{range .items[*]}{range .spec.volumes[*]}<{.image.reference}>{end}{end}'"])
def test_both_write_the_same(real, script):
    assert PodShell(PODS, "me", ID).run(script) == real(script)
