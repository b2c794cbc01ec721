"""Each kind of upstream, and several sources under one credential set."""

from __future__ import annotations

from demo_world import SECRETS, changes, children


def test_private_github_registry(az, sim):
    made = az(
        "acrcache bootstrap create -r myregistry -s ghcr.io/contoso/app --vault mykeyvault -u ghcr-user -p ghcr-pat"
    )
    assert made.json["health"] == [
        {"credentialSet": "ghcr-io", "status": "Healthy", "errorCode": None, "errorMessage": None}
    ]
    assert made.json["next"] == ["docker pull myregistry.azurecr.io/contoso/app:<tag>"]


def test_anonymous_wildcard(az, sim):
    made = az("acrcache bootstrap create -r myregistry -s mcr.microsoft.com/dotnet/*")
    assert changes(made.json) == [("cacheRule", "Create")]
    rule = children(sim.world(), "cacheRules")["dotnet-all"]["properties"]
    assert (rule["sourceRepository"], rule["targetRepository"]) == ("mcr.microsoft.com/dotnet/*", "dotnet/*")
    assert not rule.get("credentialSetResourceId")


def test_several_sources_share_one_credential_set(az, sim):
    made = az(
        f"acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu docker.io/library/nginx "
        f"docker.io/bitnami/postgresql {SECRETS}"
    )
    assert changes(made.json, "credentialSet") == [("docker-io", "Create")]
    assert changes(made.json, "cacheRule") == [
        ("ubuntu", "Create"),
        ("nginx", "Create"),
        ("bitnami-postgresql", "Create"),
    ]
    sets = {rule["properties"]["credentialSetResourceId"] for rule in children(sim.world(), "cacheRules").values()}
    assert len(sets) == 1


def test_a_second_chain_joins_the_credential_set(az, sim):
    az(f"acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu {SECRETS}")
    second = az("acrcache bootstrap create -r myregistry -s docker.io/library/nginx -c docker-io")
    assert changes(second.json) == [
        ("credentialSet", "NoChange"),
        ("vaultAccess", "NoChange"),
        ("cacheRule", "Create"),
    ]
    assert len(second.writes) == 1


def test_official_image_without_library_is_written_with_it(az, sim):
    made = az(f"acrcache bootstrap create -r myregistry -s docker.io/ubuntu {SECRETS}")
    assert (
        children(sim.world(), "cacheRules")["ubuntu"]["properties"]["sourceRepository"] == "docker.io/library/ubuntu"
    )
    assert "docker.io/library/ubuntu" in made.stderr


def test_an_equal_rule_of_another_name_is_taken_for_ours(az, sim):
    az("acr cache create -r myregistry -n portal-made -s mcr.microsoft.com/hello-world -t hello-world")
    found = az("acrcache bootstrap create -r myregistry -s mcr.microsoft.com/hello-world")
    assert found.json["outcome"] == "NoChange"
    assert changes(found.json, "cacheRule") == [("portal-made", "NoChange")]
