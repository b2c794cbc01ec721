from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.checks.snapshot import ChainQuery
from azext_acrcache.domain.state.observed import pattern_as_is
from unit import records
from unit.domain.checks.chain_world import chain, commands, findings, wrong

SEGMENTS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=0, max_size=3).map("/".join)
TARGETS = st.one_of(SEGMENTS.filter(bool), SEGMENTS.map(lambda path: f"{path}/*" if path else "*"))


def anonymous(name: str, target: str, source: str | None = None):
    return records.rule(name, source or f"mcr.microsoft.com/{target}", target)


@given(st.lists(TARGETS, min_size=1, max_size=8))
def test_a_set_of_targets_is_fine_exactly_where_azure_takes_it(targets):
    """Against the plain rule on every pair: a fault somewhere when any two collide, and none else."""
    rules = tuple(anonymous(f"rule-{n}", target) for n, target in enumerate(targets))
    patterns = [pattern_as_is(target) for target in targets]
    refused = any(pattern.collides(other) for n, pattern in enumerate(patterns) for other in patterns[:n])
    answers = [finding for key, finding in findings(chain(rules=rules, credential_sets=())).items()
               if key.startswith("rule/target:")]
    assert len(answers) == len(rules)
    assert any(finding.status == "fail" for finding in answers) is refused


def test_of_two_equal_targets_the_later_is_wrong():
    snapshot = chain(rules=(anonymous("first", "a"), anonymous("second", "a")), credential_sets=())
    assert wrong(snapshot) == {"rule/target:second": "fail"}
    assert commands(findings(snapshot)["rule/target:second"]) == [
        "az acr cache delete --registry myregistry --resource-group my-rg --name second --yes"]


def test_a_named_rule_is_wrong_also_where_it_is_the_earlier():
    snapshot = chain(rules=(anonymous("first", "a"), anonymous("second", "a")), credential_sets=(),
                     query=ChainQuery(("first",)))
    assert wrong(snapshot) == {"rule/target:first": "fail"}


def test_a_fixed_target_in_a_wildcard_goes_first():
    snapshot = chain(rules=(anonymous("all", "dotnet/*"), anonymous("one", "dotnet/sdk")), credential_sets=())
    assert wrong(snapshot) == {}
    assert "'all'" in findings(snapshot)["rule/target:one"].answer.message


@pytest.mark.parametrize("source, status", [
    ("docker.io/library/ubuntu", "fail"), ("dhi.io/node", "fail"), ("us-docker.pkg.dev/p/r/i", "fail"),
    ("registry.redhat.io/ubi9", "fail"), ("ghcr.io/a/b", None), ("mcr.microsoft.com/a", None),
    ("other.azurecr.io/a", "warn"), ("docker.elastic.co/a", "warn")])
def test_an_upstream_without_credentials(source, status):
    snapshot = chain(rules=(records.rule("my-rule", source, "a"),), credential_sets=())
    assert wrong(snapshot) == ({"rule/upstream:my-rule": status} if status else {})


def test_an_azure_upstream_with_an_identity():
    rules = (records.rule("my-rule", "other.azurecr.io/a", "a", identity=records.PULLER),)
    assert wrong(chain(rules=rules, credential_sets=())) == {}


def test_credentials_that_are_there_are_offered():
    snapshot = chain(rules=(records.rule("bare-rule", "docker.io/library/a", "a"),
                            records.rule("hub-rule", "docker.io/library/b", "b", "docker-io")))
    assert wrong(snapshot) == {"rule/upstream:bare-rule": "fail"}
    assert commands(findings(snapshot)["rule/upstream:bare-rule"])[0].endswith("--name bare-rule --cred-set docker-io")


@pytest.mark.parametrize("state, status", [("Failed", "fail"), ("Canceled", "fail"), ("Deleting", "fail"),
                                           ("Creating", "warn"), ("Succeeded", None), ("", None)])
def test_provisioning(state, status):
    snapshot = chain(rules=(records.rule("my-rule", "mcr.microsoft.com/a", "a", state=state),), credential_sets=())
    assert wrong(snapshot) == ({"rule/provisioned:my-rule": status} if status else {})


def test_library():
    snapshot = chain(rules=(records.rule("my-rule", "docker.io/ubuntu", "ubuntu", "docker-io"),))
    assert wrong(snapshot) == {"rule/library:my-rule": "warn"}
    assert "--source-repo docker.io/library/ubuntu" in commands(findings(snapshot)["rule/library:my-rule"])[1]


def test_a_set_for_another_upstream():
    snapshot = chain(rules=(records.rule("my-rule", "ghcr.io/a", "a", "docker-io"),))
    assert wrong(snapshot) == {"rule/credential-set:my-rule": "fail"}


def test_a_set_for_another_upstream_that_no_other_replaces_has_a_way_on():
    snapshot = chain(credential_sets=(records.credential_set(login_server="ghcr.io"),))
    finding = findings(snapshot)["rule/credential-set:hub-ubuntu"]
    line, = commands(finding)
    assert finding.status == "fail" and " --name hub-ubuntu " in line and " --cred-set docker-io-" in line


def test_an_alias_s_official_image_needs_its_namespace_too():
    snapshot = chain(rules=(records.rule("my-rule", "index.docker.io/ubuntu", "ubuntu", "docker-io"),))
    assert wrong(snapshot) == {"rule/library:my-rule": "warn"}


def test_an_alias_of_docker_hub_is_docker_hub():
    snapshot = chain(rules=(records.rule("my-rule", "registry-1.docker.io/library/a", "a", "docker-io"),))
    assert "rule/credential-set:my-rule" not in wrong(snapshot)
