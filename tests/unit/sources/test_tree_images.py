"""Images in Kubernetes documents and in values."""
from __future__ import annotations

import pytest

from azext_acrcache.sources.tree_images import images_in_tree, is_kubernetes
from azext_acrcache.sources.yaml_documents import yaml_documents


def uses(text: str) -> list:
    return [use for root in yaml_documents(text, "k.yaml") for use in images_in_tree(root, "k.yaml")]


def told(text: str) -> list[tuple[str, int, str, bool, bool]]:
    return [(use.text, use.place.line, use.place.path, use.sure, use.counts) for use in uses(text)]


POD = """apiVersion: v1
kind: Pod
metadata:
  annotations: {image: not:this}
spec:
  initContainers: [{name: a, image: busybox}]
  containers:
  - image: nginx:1.25
    args: [--reloader=quay.io/a/b:v1]
    env: [{name: image, value: not:this}]
  ephemeralContainers:
  - {image: debug:1}
  volumes:
  - {name: v, image: {reference: quay.io/a/data:1}}
  - {name: r, rbd: {image: foo/bar}}
"""


def test_a_pod():
    assert told(POD) == [
        ("busybox", 6, "spec.initContainers[0].image", True, True),
        ("nginx:1.25", 8, "spec.containers[0].image", True, True),
        ("quay.io/a/b:v1", 9, "spec.containers[0].args[0]", False, False),
        ("debug:1", 12, "spec.ephemeralContainers[0].image", True, True),
        ("quay.io/a/data:1", 14, "spec.volumes[0].image.reference", True, True)]


@pytest.mark.parametrize("kind", ["List", "DeploymentList"])
def test_a_list(kind):
    pod = '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "a:1"}]}}'
    text = f"apiVersion: v1\nkind: {kind}\nitems:\n- {pod}\n"
    assert [(use.text, use.place.path) for use in uses(text)] == [("a:1", "items[0].spec.containers[0].image")]
    assert [use.text for use in uses(f"[{pod}]")] == ["a:1"]


def test_a_custom_resource():
    text = """apiVersion: monitoring.coreos.com/v1
kind: Prometheus
spec:
  image: quay.io/prometheus/prometheus:v3
  plain: {image: short}
  parts: {image: {registry: ghcr.io, repository: a/b, tag: 2}}
  podTemplate: {spec: {containers: [{image: c:1}]}}
status: {image: old:1}
"""
    assert [(text, sure, counts) for text, _, _, sure, counts in told(text)] == [
        ("quay.io/prometheus/prometheus:v3", False, True), ("short", False, False), ("ghcr.io/a/b:2", False, True),
        ("c:1", True, True)]


@pytest.mark.parametrize("text", [
    "apiVersion: v1\nkind: ConfigMap\ndata: {image: a:1, x: 'image: b:1'}\n",
    "apiVersion: v1\nkind: Secret\nstringData: {image: a:1}\n",
    "apiVersion: v1\nkind: PersistentVolume\nspec: {rbd: {image: foo}, image: disk}\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules: [{image: a:1}]\n",
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {x: {containers: [{image: a:1}]}}\n"])
def test_what_holds_no_images(text):
    assert uses(text) == []


def test_values_of_a_chart():
    text = "image: {repository: nginx, tag: 1.25}\nlogo: {image: a/logo.png}\nsidecar: {image: team/app, tag: v2}\n"
    assert [use.text for use in uses(text)] == ["nginx:1.25", "team/app:v2"]


def test_a_quoted_template_is_told():
    use, = uses("apiVersion: v1\nkind: Pod\nspec: {containers: [{image: '{{ .Values.x }}'}]}\n")
    assert use.sure and "template" in use.problem


def test_what_is_kubernetes():
    documents = yaml_documents("apiVersion: v1\nkind: A\n---\na: b\n", "k")
    assert [is_kubernetes(root) for root in documents] == [True, False]
