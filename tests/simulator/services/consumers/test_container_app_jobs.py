"""Jobs of Container Apps: the shape of apps, under a type of their own."""
from __future__ import annotations

from consumer_world import APPS, ConsumerWorld

JOBS = f"{APPS}/Microsoft.App/jobs"


def test_a_job_is_shown_listed_and_patched():
    azure, path = ConsumerWorld(), f"{JOBS}/nightly-job"
    job = azure.arm("GET", path).json()
    assert (job["type"], job["properties"]["configuration"]["triggerType"]) == ("Microsoft.App/jobs", "Manual")
    subscription = path.split("/resourceGroups/")[0]
    listed = azure.arm("GET", f"{subscription}/providers/Microsoft.App/jobs").json()["value"]
    assert {"nightly-job", "bare-job"} == {item["name"] for item in listed}
    entry = {"server": "myregistry.azurecr.io", "identity": "system"}
    assert azure.arm("PATCH", path, {"properties": {"configuration": {"registries": [entry]}}}).status == 202
    assert azure.arm("GET", path).json()["properties"]["configuration"]["registries"] == [entry]


def test_a_job_is_given_an_identity():
    azure, path = ConsumerWorld(), f"{JOBS}/bare-job"
    assert azure.arm("PATCH", path, {"identity": {"type": "SystemAssigned"}}).status == 202
    assert azure.arm("GET", path).json()["identity"]["principalId"]


def test_jobs_are_no_apps():
    azure = ConsumerWorld()
    assert azure.arm("GET", f"{APPS}/Microsoft.App/containerApps/nightly-job").status == 404
