"""Jobs have the shape of container apps: identities, images and registries are read alike, and nothing runs."""
from __future__ import annotations

from azext_acrcache.adapters.consumers.container_app_job import READER
from azext_acrcache.adapters.consumers.reader import ReadContext, reader_of
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from unit.domain.consumer_records import ONE, OWN
from unit.records import PULLER, SUBSCRIPTION, TENANT

JOB = BY_FLAG["containerapp-job"]
ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers/{JOB.type}/nightly"
CONTEXT = ReadContext(None, None, lambda: "myregistry.azurecr.io", lambda _: TENANT)


def body(**configuration) -> dict:
    return {"id": ID, "name": "nightly", "location": "westeurope", "identity": {
        "type": "SystemAssigned,UserAssigned", "principalId": OWN, "tenantId": TENANT,
        "userAssignedIdentities": {PULLER: {"principalId": ONE, "clientId": "client"}}}, "properties": {
            "configuration": configuration, "template": {"containers": [{"image": "myregistry.azurecr.io/job:1"}]}}}


def test_a_job_is_read_by_the_reader_of_its_kind():
    assert reader_of(JOB) is READER


def test_a_job_that_names_an_identity_for_the_registry():
    job = READER.consumer(JOB, body(registries=[{"server": "myregistry.azurecr.io", "identity": PULLER}]), CONTEXT)
    assert (job.subject, job.images, job.state) == ("container app job 'nightly'", ("myregistry.azurecr.io/job:1",), "")
    assert job.pulls_with == PULLER and job.can_be_set_up
    assert job.identities == (Identity(OWN), Identity(ONE, PULLER, "client"))


def test_a_job_of_another_registry_names_none():
    assert READER.consumer(JOB, body(registries=[{"server": "other.azurecr.io"}]), CONTEXT).pulls_with is None


def test_a_job_without_registries():
    job = READER.consumer(JOB, body(), CONTEXT)
    assert job.pulls_with is None and job.settings.state("myregistry.azurecr.io")
