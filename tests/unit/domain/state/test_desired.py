from __future__ import annotations

from azext_acrcache.domain.state.desired import DesiredCredentialSet
from unit.records import wanted_set


def test_the_secrets_of_a_set():
    assert [str(secret.id) for secret in wanted_set().secrets] == [
        "https://myvault.vault.azure.net/secrets/hub-user", "https://myvault.vault.azure.net/secrets/hub-pat"]


def test_a_set_named_alone_has_none():
    assert DesiredCredentialSet("docker-io", "docker.io").secrets == ()
