"""A container app's properties as the service keeps them: what a body leaves open has the service's defaults.

Names: the specification Microsoft.App 2025-01-01. # Guess: the defaults, and which of them are null, as
`az containerapp show` prints the service's own answers in public reports (azure-cli-extensions issue 5802).
"""
from __future__ import annotations

from ...state.resources import Resource

_INGRESS = {
    "fqdn": None, "external": False, "targetPort": None, "exposedPort": 0, "transport": "Auto",
    "traffic": [{"weight": 100, "latestRevision": True}], "customDomains": None, "allowInsecure": False,
    "ipSecurityRestrictions": None, "corsPolicy": None, "clientCertificateMode": None, "stickySessions": None,
    "additionalPortMappings": None, "targetPortHttpScheme": None}
_CONFIGURATION = {
    "secrets": None, "activeRevisionsMode": "Single", "ingress": None, "registries": None, "identitySettings": [],
    "dapr": None, "runtime": None, "maxInactiveRevisions": 100, "service": None}
_REGISTRY = {"server": "", "username": "", "passwordSecretRef": "", "identity": ""}
_TEMPLATE = {
    "revisionSuffix": "", "terminationGracePeriodSeconds": None, "containers": [], "initContainers": None,
    "volumes": None, "serviceBinds": None}
_SCALE = {"minReplicas": None, "maxReplicas": 10, "cooldownPeriod": 300, "pollingInterval": 30, "rules": None}
# Ephemeral storage by vCPU (learn.microsoft.com, container-apps/storage-mounts): up to so many, so much.
_STORAGE = ((0.25, "1Gi"), (0.5, "2Gi"), (1, "4Gi"), (float("inf"), "8Gi"))


def complete(app: Resource, given: dict, present: dict) -> dict:
    """The properties that a PUT of `given` leaves: nulls count as left out, read-only ones stay as in `present`."""
    given = without_nulls(given)
    configuration = {**_CONFIGURATION, **(given.get("configuration") or {})}
    if configuration["ingress"]:
        before = ((present.get("configuration") or {}).get("ingress") or {}).get("fqdn")
        configuration["ingress"] = {**_INGRESS, **configuration["ingress"], "fqdn": before or _host(app)}
    if configuration["registries"]:
        configuration["registries"] = [{**_REGISTRY, **item} for item in configuration["registries"]]
    template = {**_TEMPLATE, **(given.get("template") or {})}
    template["containers"] = [_container(item) for item in template["containers"]]
    if template["initContainers"]:
        template["initContainers"] = [_container(item) for item in template["initContainers"]]
    template["scale"] = {**_SCALE, **(template.get("scale") or {})}
    environment = given.get("managedEnvironmentId") or given.get("environmentId") \
        or present.get("managedEnvironmentId") or environment_id(app)
    kept = {name: present[name] for name in READ_ONLY if name in present}
    return {"workloadProfileName": "Consumption", "delegatedIdentities": [], **given,
            "managedEnvironmentId": environment, "environmentId": environment, "configuration": configuration,
            "template": template, **kept}


READ_ONLY = ("provisioningState", "latestRevisionName", "latestReadyRevisionName", "latestRevisionFqdn",
             "eventStreamEndpoint", "runningStatus", "outboundIpAddresses", "customDomainVerificationId")


def without_nulls(value):
    """A body as the service reads it: a null in it is the same as nothing."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def environment_id(app: Resource) -> str:
    """The environment that the apps of a seed are in."""
    return (f"/subscriptions/{app.subscription}/resourceGroups/{app.group}/providers/"
            "Microsoft.App/managedEnvironments/demo")


def seed_containers(app: Resource, entry: dict, image: str) -> dict:
    """The template of a seed entry: its `containers` and `initContainers`, else its `image`, else this one."""
    images = entry.get("containers") or [entry.get("image", image)]
    names = [app.name, *(f"sidecar-{place}" for place in range(1, len(images)))]
    template: dict = {"containers": [{"image": each, "name": name} for each, name in zip(images, names)]}
    if entry.get("initContainers"):
        template["initContainers"] = [{"image": each, "name": f"init-{place}"}
                                      for place, each in enumerate(entry["initContainers"])]
    return template


def _host(app: Resource) -> str:
    return f"{app.name}.demo.{app.location}.azurecontainerapps.io"


def _container(given: dict) -> dict:
    resources = {"cpu": 0.5, "memory": "1Gi", **(given.get("resources") or {})}
    storage = next(size for limit, size in _STORAGE if resources["cpu"] <= limit)
    return {"imageType": "ContainerImage", "probes": [], **given,
            "resources": {"ephemeralStorage": storage, **resources}}
