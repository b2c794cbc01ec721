"""Loads SDKs, one at a time.

Their packages import one another in circles. Threads that enter such a circle at different points would wait for each
other; Python notices and raises a deadlock error instead, now and then, on a busy machine.
"""
from __future__ import annotations

import importlib
import threading
from types import ModuleType
from typing import NamedTuple

_ONE_AT_A_TIME = threading.RLock()


class Sdk(NamedTuple):
    """A client class of an SDK that az brings."""

    module: str
    client: str

    def load(self) -> type:
        return getattr(load(self.module), self.client)


# Its pipeline carries whatever is asked of ARM, also of key vaults and consumers: an SDK more takes time to import.
CONTAINER_REGISTRY = Sdk("azure.mgmt.containerregistry", "ContainerRegistryManagementClient")
AUTHORIZATION = Sdk("azure.mgmt.authorization", "AuthorizationManagementClient")
SECRETS = Sdk("azure.keyvault.secrets", "SecretClient")


def load(module: str) -> ModuleType:
    """The module, imported when first asked for."""
    with _ONE_AT_A_TIME:
        return importlib.import_module(module)


def load_common() -> None:
    """What all requests need, so that later imports of its parts find it whole."""
    for module in ("requests", "msal", "azure.core.rest", "azure.core.exceptions", "azure.core.pipeline.policies",
                   "azure.core.pipeline.transport", "azure.mgmt.core", "azure.cli.core._profile",
                   "azure.cli.core.auth.identity", "azure.cli.core.commands.client_factory",
                   "azure.cli.core.sdk.policies"):
        load(module)
