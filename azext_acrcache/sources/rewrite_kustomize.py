"""A kustomize component that turns images.

Source: kustomize's reference, Component and the images field; kustomize 5.5 changes `containers` and `initContainers`
of any kind, and nothing else; a name is compared as it is written.
"""
from __future__ import annotations

import json

from azext_acrcache.sources.rewriting import CachePoint, Rewrite, heading

PATH = "kustomization.yaml"


def kustomize(point: CachePoint) -> Rewrite:
    """An entry for each spelling in use; tags and digests stay as they are."""
    notes = ("Name its folder under components: in your kustomization.yaml.",
             "Changes containers and initContainers of any kind; images in other fields of custom resources and "
             "ephemeralContainers stay as they are.")
    names = sorted({(each.name, each.new_name) for each in point.replacements})
    entries = [f"- name: {json.dumps(name)}\n  newName: {json.dumps(new_name)}\n" for name, new_name in names]
    content = heading(point, f"Turns {len(entries)} names of images.", notes) + \
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n" + \
        ("images:\n" + "".join(entries) if entries else "images: []\n")
    return Rewrite(PATH, content, notes)
