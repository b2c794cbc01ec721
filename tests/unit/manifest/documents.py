"""Manifests for tests, and how they are read."""
from __future__ import annotations

from azext_acrcache.domain.state.desired import DesiredRegistry
from azext_acrcache.domain.values.errors import SeveralErrors, UserError
from azext_acrcache.manifest.reading import Manifest, read_manifest
from azext_acrcache.manifest.source import ManifestSource

SUFFIX = ".vault.azure.net"
IDENTITY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"
VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/mykeyvault"
REGISTRY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry"
# The contract's example.
WHOLE = f"""\
apiVersion: acrcache/v1
registries:
  - registry: myregistry
    resourceGroup: my-rg
    credentialSets:
      - name: docker-hub
        loginServer: docker.io
        vault: mykeyvault
        usernameSecret: dockerhub-user
        passwordSecret: dockerhub-pat
        vaultScope: secret
    rules:
      - source: docker.io/library/ubuntu
        target: ubuntu
        credentialSet: docker-hub
      - source: mcr.microsoft.com/dotnet/*
        target: dotnet/*
      - source: upstream.azurecr.io/team/app
        target: team/app
        identity: {IDENTITY}
    grants:
      - aks: myaks
      - identity: myidentity
        role: pull
        repositories: [ubuntu, dotnet/*]
"""


def of_registry(*lines: str) -> str:
    """A manifest of `myregistry` with these lines below it, which begin in line 4."""
    return "\n".join(["apiVersion: acrcache/v1", "registries:", "- registry: myregistry",
                      *(f"  {line}" for line in lines), ""])


def read(*texts: str | bytes) -> Manifest:
    """Of files named cache.yaml, cache1.yaml, …"""
    return read_manifest([ManifestSource(f"cache{number or ''}.yaml", text.encode() if isinstance(text, str) else text)
                          for number, text in enumerate(texts)], SUFFIX)


def read_registry(*lines: str) -> DesiredRegistry:
    """What is wanted of the registry of `of_registry`, read without a warning."""
    manifest = read(of_registry(*lines))
    assert manifest.warnings == ()
    registry, = manifest.estate.registries
    return registry


def errors(*texts: str | bytes) -> list[UserError]:
    """All that is wrong with them; each is a sentence with a way on."""
    try:
        manifest = read(*texts)
    except SeveralErrors as several:
        told = list(several.errors)
    except UserError as error:
        told = [error]
    else:
        raise AssertionError(f"read without an error: {manifest}")
    for error in told:
        assert error.message.startswith("cache") and error.message.endswith((".", "?")), error.message
        assert error.recommendations, error.message
    return told


def messages(*texts: str | bytes) -> list[str]:
    return [error.message for error in errors(*texts)]


def message(*lines: str) -> str:
    """The only thing that is wrong with a manifest of `of_registry`."""
    only, = messages(of_registry(*lines))
    return only
