"""Microsoft.ContainerInstance/containerGroups: container instances.

Shapes: the specification Microsoft.ContainerInstance 2023-05-01 and its example ContainerGroupsGet_Succeeded, both
shortened.
"""
from __future__ import annotations

from ...protocol.http import Router
from ...state.world import World
from .tracked_resources import TrackedResources

SEED_KEYS = {"containerGroups"}
TYPE = "Microsoft.ContainerInstance/containerGroups"


def register(router: Router, world: World) -> None:
    TrackedResources(world, TYPE).register(router)


def seed(world: World, document: dict) -> None:
    """`containerGroups`: {name, subscription, group, location?, tags?, identity?, image?, registries?, state?, ...}.

    containers, initContainers: several images in place of image;
    registries: as in imageRegistryCredentials: [{server, identity} or {server, username}]; state: Running or another.
    """
    service = TrackedResources(world, TYPE)
    for entry in document.get("containerGroups") or []:
        state = entry.get("state", "Running")
        images = entry.get("containers") or [entry.get("image", "mcr.microsoft.com/azuredocs/aci-helloworld")]
        properties = {
            "sku": "Standard", "provisioningState": "Succeeded",
            "containers": [{"name": entry["name"] if place == 0 else f"sidecar-{place}", "properties": {
                "image": image, "ports": [{"port": 80 + place}],
                "environmentVariables": [], "instanceView": {"restartCount": 0, "currentState": {"state": state}},
                "resources": {"requests": {"memoryInGB": 1.5, "cpu": 1.0}}}} for place, image in enumerate(images)],
            "initContainers": [{"name": f"init-{place}", "properties": {"image": image, "environmentVariables": []}}
                               for place, image in enumerate(entry.get("initContainers") or [])],
            "restartPolicy": "Always", "osType": "Linux",
            "instanceView": {"events": [], "state": state}}
        if entry.get("registries"):
            properties["imageRegistryCredentials"] = entry["registries"]
        service.plant(entry, properties)
