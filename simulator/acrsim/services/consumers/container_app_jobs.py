"""Microsoft.App/jobs: the same shape as container apps, but for what runs.

Shapes: the specification Microsoft.App 2024-03-01 (Job, JobConfiguration) and its examples Job_Get and Job_Patch.
"""
from __future__ import annotations

from ...protocol.http import Router
from ...state.resources import Resource
from ...state.world import World
from .container_app_model import READ_ONLY, seed_containers, without_nulls
from .container_apps import ContainerApps

SEED_KEYS = {"containerAppJobs"}
TYPE = "Microsoft.App/jobs"


class ContainerAppJobs(ContainerApps):
    def __init__(self, world: World):
        super().__init__(world, TYPE)

    def completed(self, app: Resource, given: dict) -> dict:
        # Guess: what a body of a job leaves open stays as it is.
        kept = {name: app.properties[name] for name in READ_ONLY if name in app.properties}
        return {**app.properties, **without_nulls(given), **kept}


def register(router: Router, world: World) -> None:
    jobs = ContainerAppJobs(world)
    jobs.register(router)
    jobs.route(router, "PUT", "", jobs.put, "write")
    # Guess: a PATCH of a job is answered as one of an app.
    jobs.route(router, "PATCH", "", jobs.patch, "write")
    jobs.route(router, "POST", "/listSecrets", jobs.list_secrets, "listSecrets/action")


def seed(world: World, document: dict) -> None:
    """`containerAppJobs`: {name, subscription, group, location?, tags?, identity?, image?, registries?, secrets?, ...}.

    containers, initContainers: several images in place of image.
    """
    service = ContainerAppJobs(world)
    for entry in document.get("containerAppJobs") or []:
        job = service.plant(entry, {})
        template = seed_containers(job, entry, "mcr.microsoft.com/k8se/quickstart-jobs:latest")
        for container in template["containers"]:
            container["resources"] = {"cpu": 0.5, "memory": "1Gi"}
        group = f"/subscriptions/{job.subscription}/resourceGroups/{job.group}/providers"
        job.properties = {
            "provisioningState": "Succeeded", "environmentId": f"{group}/Microsoft.App/managedEnvironments/demo",
            "workloadProfileName": "Consumption",
            "configuration": {
                "secrets": entry.get("secrets"), "triggerType": "Manual", "replicaTimeout": 1800,
                "replicaRetryLimit": 0, "manualTriggerConfig": {"replicaCompletionCount": 1, "parallelism": 1},
                "scheduleTriggerConfig": None, "eventTriggerConfig": None, "registries": entry.get("registries")},
            "template": {"initContainers": None, "volumes": None, **template},
            "eventStreamEndpoint": f"https://{job.location}.azurecontainerapps.dev{job.id}/eventstream"}
