"""Microsoft.App/jobs: the same shape as container apps, but for what runs.

Shapes: the specification Microsoft.App 2024-03-01 (Job, JobConfiguration) and its examples Job_Get and Job_Patch.
"""
from __future__ import annotations

from ...protocol.http import Router
from ...state.world import World
from .container_apps import ContainerApps

SEED_KEYS = {"containerAppJobs"}
TYPE = "Microsoft.App/jobs"


def register(router: Router, world: World) -> None:
    jobs = ContainerApps(world, TYPE)
    jobs.register(router)
    jobs.route(router, "PUT", "", jobs.put, "write")
    # Guess: a PATCH of a job is answered as one of an app.
    jobs.route(router, "PATCH", "", jobs.patch, "write")
    jobs.route(router, "POST", "/listSecrets", jobs.list_secrets, "listSecrets/action")


def seed(world: World, document: dict) -> None:
    """`containerAppJobs`: {name, subscription, group, location?, tags?, identity?, image?, registries?, secrets?}."""
    service = ContainerApps(world, TYPE)
    for entry in document.get("containerAppJobs") or []:
        job = service.plant(entry, {})
        group = f"/subscriptions/{job.subscription}/resourceGroups/{job.group}/providers"
        job.properties = {
            "provisioningState": "Succeeded", "environmentId": f"{group}/Microsoft.App/managedEnvironments/demo",
            "workloadProfileName": "Consumption",
            "configuration": {
                "secrets": entry.get("secrets"), "triggerType": "Manual", "replicaTimeout": 1800,
                "replicaRetryLimit": 0, "manualTriggerConfig": {"replicaCompletionCount": 1, "parallelism": 1},
                "scheduleTriggerConfig": None, "eventTriggerConfig": None, "registries": entry.get("registries")},
            "template": {"containers": [{"image": entry.get("image", "mcr.microsoft.com/k8se/quickstart-jobs:latest"),
                                         "name": job.name, "resources": {"cpu": 0.5, "memory": "1Gi"}}],
                         "initContainers": None, "volumes": None},
            "eventStreamEndpoint": f"https://{job.location}.azurecontainerapps.dev{job.id}/eventstream"}
