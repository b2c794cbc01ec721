"""What runs in a managed cluster: pods as the Kubernetes API has them, made from a few lines of a seed."""
from __future__ import annotations

from typing import Iterator

# Run command starts a pod of its own there, which lists of pods show too (azure-cli's recording of `az aks command
# invoke`). # Guess: the tag of its image.
COMMAND_NAMESPACE, COMMAND_IMAGE = "aks-command", "mcr.microsoft.com/aks/command/runtime:master.250115.1"
# Each cluster has these, with pods or without.
_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


class Pods:
    """The pods of one cluster. :ivar refused: whether the cluster's own RBAC refuses to list them."""

    def __init__(self, entries: list[dict], namespaces: list[str] | None = None, refused: bool = False):
        self._pods = [pod for entry in entries for pod in _made(entry)]
        self._namespaces = sorted({*_NAMESPACES, *(namespaces or ()),
                                   *(pod["metadata"]["namespace"] for pod in self._pods)})
        self.refused = refused

    def namespaces(self, command_id: str) -> list[dict]:
        """Namespaces, with the one of the command that asks."""
        return [{"metadata": {"name": name}} for name in sorted({*self._namespaces, COMMAND_NAMESPACE})]

    def list(self, namespace: str | None, command_id: str) -> list[dict]:
        """Those of a namespace, or of all, in the order of namespaces and names, as etcd has them."""
        own = _pod(COMMAND_NAMESPACE, f"command-{command_id}", {"containers": [COMMAND_IMAGE]})
        return sorted((pod for pod in (*self._pods, own) if namespace in (None, pod["metadata"]["namespace"])),
                      key=lambda pod: (pod["metadata"]["namespace"], pod["metadata"]["name"]))


def pods_of(entry: dict) -> Pods:
    """Those of a `managedClusters` entry of a seed.

    pods: [{namespace, name, count?, containers: [image], initContainers?, ephemeralContainers?, imageVolumes?}];
    manyPods: [{pods, images, namespaces, prefix}], so many of each; namespaces: further names; forbidsPods: true where
    Kubernetes refuses whoever asks.
    """
    many = [pod for item in entry.get("manyPods") or [] for pod in _many(**item)]
    return Pods([*(entry.get("pods") or []), *many], entry.get("namespaces"), bool(entry.get("forbidsPods")))


def _many(pods: int, images: int, namespaces: int, prefix: str) -> Iterator[dict]:
    """`images` deployments over the namespaces, which share the pods."""
    for number in range(images):
        share = pods // images + (number < pods % images)
        if share:
            yield {"namespace": f"team-{number % namespaces:03}", "name": f"service-{number:04}", "count": share,
                   "containers": [f"{prefix}{number:04}:1.{number % 7}"]}


def _made(entry: dict) -> Iterator[dict]:
    count = entry.get("count")
    for number in range(1 if count is None else count):
        yield _pod(entry["namespace"], entry["name"] if count is None else f"{entry['name']}-{number}", entry)


def _pod(namespace: str, name: str, entry: dict) -> dict:
    spec: dict = {kind: [{"name": f"container-{place}", "image": image} for place, image in enumerate(entry[kind])]
                  for kind in ("containers", "initContainers", "ephemeralContainers") if entry.get(kind)}
    # Every pod has the volume of its token, which is no image.
    spec["volumes"] = [{"name": "token", "projected": {}},
                       *({"name": f"volume-{place}", "image": {"reference": image, "pullPolicy": "IfNotPresent"}}
                         for place, image in enumerate(entry.get("imageVolumes") or []))]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": namespace, "name": name}, "spec": spec}
