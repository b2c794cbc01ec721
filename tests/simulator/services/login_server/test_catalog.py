"""The catalog, and ACR's own API of repositories and tags."""
from __future__ import annotations

import pytest
from registry_client import GROUP, SERVER, RegistryClient, code


@pytest.fixture
def azure() -> RegistryClient:
    return RegistryClient()


class TestCatalog:
    @pytest.fixture
    def full(self, azure) -> RegistryClient:
        azure.plant({"registries": [{"name": "myregistry", "subscription": GROUP.split("/")[2], "group": "demo-rg",
                                     "repositories": [{"repository": f"r{number}", "tags": ["1", "2"]}
                                                      for number in range(5)]}]})
        return azure

    @pytest.mark.parametrize("path", ["/v2/_catalog", "/acr/v1/_catalog"])
    def test_pages(self, full, path):
        token, names, url = full.access_token("registry:catalog:*"), [], f"{SERVER}{path}?n=2"
        while url:
            answer = full.get(url, token=token)
            names += answer.json()["repositories"]
            link = answer.headers.get("link")
            url = SERVER + link[1:link.index(">")] if link else None
        assert names == ["own/app", "r0", "r1", "r2", "r3", "r4"]

    @pytest.mark.parametrize("last, names", [("r1", ["r2", "r3"]), ("r", ["r0", "r1"]), ("r1/", ["r2", "r3"]),
                                             ("s", []), ("a", ["own/app", "r0"])])
    def test_a_page_begins_after_a_name_whether_or_not_a_repository_has_it(self, full, last, names):
        token = full.access_token("registry:catalog:*")
        assert full.get(f"{SERVER}/acr/v1/_catalog?n=2&last={last}", token=token).json() == {"repositories": names}

    def test_a_repository_and_its_tags(self, full):
        token = full.access_token("repository:r0:metadata_read,pull,delete")
        head = full.get(f"{SERVER}/acr/v1/r0", token=token).json()
        assert (head["imageName"], head["tagCount"], head["manifestCount"]) == ("r0", 2, 2)
        tags = full.get(f"{SERVER}/acr/v1/r0/_tags?orderby=timedesc", token=token).json()["tags"]
        assert [tag["name"] for tag in tags] == ["2", "1"]
        manifests = full.get(f"{SERVER}/acr/v1/r0/_manifests", token=token).json()["manifests"]
        assert {item["os"] for item in manifests} == {"linux"}
        assert full.get(f"{SERVER}/v2/r0/tags/list", token=token).json() == {"name": "r0", "tags": ["1", "2"]}
        assert full.get(f"{SERVER}/acr/v1/r0/_tags/1", "DELETE", token=token).status == 202
        assert full.get(f"{SERVER}/v2/r0/tags/list", token=token).json()["tags"] == ["2"]
        assert full.get(f"{SERVER}/v2/r0/manifests/{tags[0]['digest']}", "DELETE", token=token).status == 202
        assert code(full.get(f"{SERVER}/acr/v1/r0/_tags/2", token=token)) == "TAG_UNKNOWN"


def test_every_answer_names_the_api_version(azure):
    token = azure.access_token("repository:own/app:pull,delete,metadata_read")
    base = f"{SERVER}/acr/v1/own/app"
    shown = azure.get(base, token=token)
    assert set(shown.json()["changeableAttributes"]) == {"deleteEnabled", "writeEnabled", "readEnabled", "listEnabled"}
    deleted = [azure.get(f"{base}/_tags/1.0", "DELETE", token=token), azure.get(base, "DELETE", token=token)]
    assert [answer.status for answer in deleted] == [202, 202]
    for answer in (shown, *deleted, azure.get(base, token=token)):
        assert answer.headers["docker-distribution-api-version"] == "registry/2.0"
