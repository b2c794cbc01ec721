"""Pushing images and artifacts: uploads, manifests, what is attached to a manifest, cached repositories."""
from __future__ import annotations

import json

import pytest
from acrsim.oci.images import OCI_CONFIG, OCI_MANIFEST, digest_of
from registry_client import OWNER, PREVIEW, READER, SERVER, RegistryClient, code, rule_text

EMPTY = "application/vnd.oci.empty.v1+json"
SIGNATURE = "application/vnd.cncf.notary.signature"


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient(import_seconds=0)


def push(azure, repository: str, reference: str, config: bytes = b"{}", who: str = OWNER, **more):
    """Push an image without layers; the answer to its manifest, or to the first request that was refused."""
    token = azure.access_token(f"repository:{repository}:pull,push", who=who)
    base, digest = f"{SERVER}/v2/{repository}", digest_of(config)
    begun = azure.get(f"{base}/blobs/uploads/", "POST", token=token)
    if begun.status != 202:
        return begun
    address = SERVER + begun.headers["location"]
    sent = azure.get(address, "PATCH", config, token=token)
    assert (sent.status, sent.headers["range"]) == (202, f"0-{len(config) - 1}")
    assert azure.get(f"{address}?digest={digest}", "PUT", token=token).status == 201
    manifest = json.dumps({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "layers": [], **more,
                           "config": {"mediaType": more.pop("kind", EMPTY), "digest": digest, "size": len(config)}})
    return azure.get(f"{base}/manifests/{reference}", "PUT", manifest, token=token)


def test_a_pushed_image_can_be_pulled_and_listed(azure):
    answer = push(azure, "mine/app", "1", b'{"architecture": "amd64", "os": "linux"}', kind=OCI_CONFIG)
    assert answer.status == 201
    digest = answer.headers["docker-content-digest"]
    assert azure.pull("mine/app", "1").headers["docker-content-digest"] == digest
    token = azure.access_token("repository:mine/app:metadata_read")
    listed = azure.get(f"{SERVER}/acr/v1/mine/app/_manifests", token=token).json()["manifests"]
    assert [(item["digest"], item["tags"]) for item in listed] == [(digest, ["1"])]


def test_what_is_refused(azure):
    assert push(azure, "mine/app", "1", who=READER).status == 401
    token = azure.access_token("repository:mine/app:pull,push")
    base = f"{SERVER}/v2/mine/app"
    begun = azure.get(f"{base}/blobs/uploads/", "POST", token=token)
    wrong = azure.get(f"{SERVER}{begun.headers['location']}?digest=sha256:{'0' * 64}", "PUT", b"x", token=token)
    assert (wrong.status, code(wrong)) == (400, "DIGEST_INVALID")
    assert code(azure.get(f"{base}/blobs/uploads/none", "PATCH", b"x", token=token)) == "BLOB_UPLOAD_UNKNOWN"
    unknown = json.dumps({"mediaType": OCI_MANIFEST, "config": {"digest": f"sha256:{'0' * 64}"}, "layers": []})
    assert code(azure.get(f"{base}/manifests/1", "PUT", unknown, token=token)) == "MANIFEST_BLOB_UNKNOWN"
    for body in ("no json", "[]", json.dumps({"mediaType": OCI_MANIFEST})):
        assert code(azure.get(f"{base}/manifests/1", "PUT", body, token=token)) == "MANIFEST_INVALID"


def test_a_cached_repository_takes_pushes_only_when_it_is_writable(azure):
    azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*")
    refused = push(azure, "dotnet/sdk", "mine")
    assert (refused.status, code(refused)) == (403, "DENIED")
    assert push(azure, "elsewhere/sdk", "mine").status == 201
    azure.arm("PATCH", "", {"properties": {"writableCacheRepos": "Enabled"}}, version=PREVIEW)
    assert push(azure, "dotnet/sdk", "mine").status == 201
    assert azure.pull("dotnet/sdk", "mine").status == azure.pull("dotnet/sdk", "8.0").status == 200


def referrers(azure, repository: str, digest: str, query: str = ""):
    token = azure.access_token(f"repository:{repository}:pull")
    return azure.get(f"{SERVER}/v2/{repository}/referrers/{digest}{query}", token=token)


def test_an_artifact_is_listed_with_the_image_it_is_attached_to(azure):
    subject = azure.pull("own/app", "1.0").headers["docker-content-digest"]
    attached = push(azure, "own/app", "signature", artifactType=SIGNATURE,
                    subject={"mediaType": OCI_MANIFEST, "digest": subject, "size": 1})
    found = referrers(azure, "own/app", subject).json()["manifests"]
    assert [(item["digest"], item["artifactType"]) for item in found] == [
        (attached.headers["docker-content-digest"], SIGNATURE)]
    assert len(referrers(azure, "own/app", subject, f"?artifactType={SIGNATURE}").json()["manifests"]) == 1
    assert referrers(azure, "own/app", subject, "?artifactType=other").json()["manifests"] == []


def test_referrers_go_through_rules(azure):
    subject = azure.pull("own/app", "1.0").headers["docker-content-digest"]
    push(azure, "own/app", "signature", artifactType=SIGNATURE, subject={"digest": subject})
    identity = azure.user_assigned_identity("puller")
    azure.put_rule("mcr-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*")
    azure.put_rule("own-rule", "upstreamreg.azurecr.io/*", "up/*", identity=identity, version=PREVIEW)
    assert referrers(azure, "dotnet/sdk", subject).json()["manifests"] == []
    denied = referrers(azure, "dotnet/none", subject)
    assert (denied.status, code(denied)) == (403, "DENIED")
    azure.plant({"upstreams": [{"loginServer": "mcr.microsoft.com", "down": True}]})
    failed = referrers(azure, "dotnet/sdk", subject)
    assert (failed.status, code(failed)) == (424, "UNKNOWN")
    assert rule_text(failed) == ("request to fetch referrers from source 'mcr.microsoft.com/dotnet/sdk' for cache rule "
                                 "'mcr-rule' has failed")
    assert referrers(azure, "up/team/app", subject).status == 403
    assert referrers(azure, "no/such", subject).status == 404
