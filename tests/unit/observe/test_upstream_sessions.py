"""The way to each upstream: with which credentials, whose they are, and why some could not be read."""
from __future__ import annotations

import pytest

from azext_acrcache.adapters.distribution import DistributionResponse
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.errors import ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.observe.upstream_sessions import UpstreamKey, UpstreamSession, UpstreamSessions
from unit.modelled_azure import forbidden
from unit.records import HOST, PAT, PULLER, USER, credential_set, registry, rule, set_id

UBUNTU = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")
NAME, TOKEN = SecretValue("somebody"), SecretValue("hunter2")
ANONYMOUS = rule("dotnet", "mcr.microsoft.com/dotnet/*", "dotnet/*")
AS_IDENTITY = rule("app", "up.azurecr.io/app", "app", identity=PULLER)


class Azure:
    """Vaults with secrets, and upstreams and registries that note with what they are asked."""

    class session:  # pylint: disable=invalid-name  # named as the attribute of the real one
        vault_suffix = ".vault.azure.net"

    def __init__(self, **secrets):
        self._secrets, self.read_secrets, self.requests = secrets, [], []

    def secrets_at(self, host, subscription):
        assert host == HOST and subscription
        return self

    def read(self, secret):
        self.read_secrets.append(secret.name)
        answer = self._secrets.get(secret.name.replace("-", "_"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def upstream(self, login_server, username=None, password=None):
        return Asked(self.requests, login_server, (username, password))

    def content_at(self, login_server, subscription):
        return Asked(self.requests, login_server, "caller")


class Asked:
    def __init__(self, requests, login_server, credentials):
        self._requests, self.login_server, self.credentials = requests, login_server, credentials

    def manifest(self, *arguments):
        self._requests.append((self.login_server, self.credentials, arguments))
        return DistributionResponse(200)

    def tags(self, repository):
        return self.manifest(repository)


def opened(azure: Azure, *rules, sets=(credential_set(),)) -> list[UpstreamSession]:
    sessions = UpstreamSessions(azure, registry(), sets).open(rules)
    assert list(sessions) == [session.key for session in sessions.values()]
    return list(sessions.values())


def test_a_session_with_the_stored_credentials():
    session, = opened(Azure(hub_user=NAME, hub_pat=TOKEN), UBUNTU)
    assert session.key == UpstreamKey("docker.io", set_id("docker-io"), None)
    assert session.has_credentials and session.upstream.credentials == (NAME, TOKEN) and session.withheld is None


def test_spellings_of_docker_hub_are_one_upstream():
    alias = rule("other", "registry-1.docker.io/library/alpine", "alpine", "docker-io")
    assert UpstreamKey.of(alias) == UpstreamKey.of(UBUNTU)
    azure = Azure(hub_user=NAME, hub_pat=TOKEN)
    assert len(opened(azure, UBUNTU, alias)) == 1 and sorted(azure.read_secrets) == ["hub-pat", "hub-user"]


def test_a_rule_without_a_credential_set_is_asked_without_and_withholds_nothing():
    azure = Azure()
    session, = opened(azure, ANONYMOUS)
    assert session.upstream.credentials == (None, None) and session.withheld is None and not session.has_credentials
    assert azure.read_secrets == []


@pytest.mark.parametrize("answer, words, silent", [
    (forbidden(), "you may not read the secret 'myvault/hub-pat': AuthorizationFailed", False),
    (ServiceUnreachable("key vault 'myvault'", "reset"), "no answer from key vault 'myvault': reset", True),
    (None, "the secret 'myvault/hub-pat' does not exist", False)])
def test_credentials_that_could_not_be_read(answer, words, silent):
    session, = opened(Azure(hub_user=NAME, hub_pat=answer), UBUNTU)
    assert session.withheld == Unknown(words, silent) and not session.has_credentials
    assert session.upstream.credentials == (None, None), "half of the credentials is none"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_vault_that_takes_no_requests_has_not_said_no(status):
    busy = ServiceError(status, "Throttled", "slow down", "secret 'hub-pat'")
    session, = opened(Azure(hub_user=NAME, hub_pat=busy), UBUNTU)
    assert session.withheld.silent and "may not read" not in session.withheld.reason


def test_a_set_that_is_not_there():
    session, = opened(Azure(), UBUNTU, sets=())
    assert session.withheld.reason == "the registry has no credential set 'docker-io'"


def test_a_set_that_may_not_be_read():
    unseen = Unknown("You may not read the credential sets of 'myregistry': AuthorizationFailed")
    session, = UpstreamSessions(Azure(), registry(), (), unseen_sets=unseen).open([UBUNTU]).values()
    assert session.withheld == unseen


def test_a_set_at_its_own_upstream():
    key = UpstreamKey.of_set(credential_set())
    assert key == UpstreamKey.of(UBUNTU)
    sessions = UpstreamSessions(Azure(hub_user=NAME, hub_pat=TOKEN), registry(), (credential_set(),))
    assert sessions.open_keys([key])[key].has_credentials


def test_a_set_that_names_one_secret_only():
    azure = Azure(hub_user=NAME)
    session, = opened(azure, UBUNTU, sets=(credential_set(password=None),))
    assert "'docker-io' does not name two secrets" in session.withheld.reason


def test_a_token_for_key_vault_goes_to_no_other_host():
    azure = Azure(hub_user=NAME, hub_pat=TOKEN)
    elsewhere = SecretId("myvault.vault.azure.net.evil.example", "hub-pat")
    session, = opened(azure, UBUNTU, sets=(credential_set(password=elsewhere),))
    assert "evil.example' is not the host of a key vault" in session.withheld.reason
    assert azure.read_secrets == [USER.name]


def test_each_secret_is_read_once_whatever_sets_name_it():
    azure = Azure(hub_user=NAME, hub_pat=TOKEN)
    sets = [credential_set("a-set"), credential_set("b-set")]
    rules = [rule("a", "docker.io/library/a", "a", "a-set"), rule("b", "docker.io/library/b", "b", "b-set")]
    first, second = opened(azure, *rules, sets=sets)
    assert first.has_credentials and second.has_credentials and sorted(azure.read_secrets) == [PAT.name, USER.name]


def test_an_identitys_upstream_is_asked_as_the_caller_and_says_so():
    azure = Azure()
    sessions = UpstreamSessions(azure, registry(), ())
    session = sessions.open([AS_IDENTITY])[UpstreamKey.of(AS_IDENTITY)]
    assert "identity 'puller', which nobody else can do" in session.withheld.reason and not session.has_credentials
    assert sessions.manifest(session, "app", "1.0").ok and sessions.tags(session, "app").ok
    assert azure.requests == [("up.azurecr.io", "caller", ("HEAD", "app", "1.0")),
                              ("up.azurecr.io", "caller", ("app",))]


def test_an_upstream_is_asked_with_the_sessions_own_credentials():
    azure = Azure(hub_user=NAME, hub_pat=TOKEN)
    sessions = UpstreamSessions(azure, registry(), (credential_set(),))
    session = sessions.open([UBUNTU])[UpstreamKey.of(UBUNTU)]
    sessions.manifest(session, "library/ubuntu", "22.04")
    sessions.tags(session, "library/ubuntu")
    assert azure.requests == [("docker.io", (NAME, TOKEN), ("library/ubuntu", "22.04")),
                              ("docker.io", (NAME, TOKEN), ("library/ubuntu",))]


def test_empty_secrets_are_not_sent_and_named():
    session, = opened(Azure(hub_user=NAME, hub_pat=SecretValue(" \n")), UBUNTU)
    assert session.blank == (PAT,) and not session.has_credentials and session.upstream.credentials == (None, None)


def test_white_space_around_a_secret_is_noted_and_it_is_tried():
    session, = opened(Azure(hub_user=NAME, hub_pat=SecretValue("p\n")), UBUNTU)
    assert session.padded == (PAT,) and session.has_credentials
