"""SDKs are loaded one at a time: their packages import one another in circles."""
from __future__ import annotations

import sys
import threading
import time

import pytest

from azext_acrcache.adapters import loading
from azext_acrcache.adapters.loading import AUTHORIZATION, CONTAINER_REGISTRY, SECRETS, Sdk, load, load_common


@pytest.mark.parametrize("sdk", [CONTAINER_REGISTRY, AUTHORIZATION, SECRETS], ids=lambda sdk: sdk.client)
def test_az_brings_the_client_of_each_sdk(sdk):
    client = sdk.load()
    assert isinstance(client, type) and client.__name__ == sdk.client


def test_a_module_is_loaded_under_its_name():
    assert load("azure.core.rest") is sys.modules["azure.core.rest"]


def test_an_sdk_that_az_does_not_bring_is_an_import_error_of_its_name():
    with pytest.raises(ModuleNotFoundError, match="azure.mgmt.nosuch"):
        Sdk("azure.mgmt.nosuch", "Client").load()


def test_two_threads_never_import_at_the_same_time(monkeypatch):
    under_way, most = [], []

    def slow(name):
        under_way.append(name)
        most.append(len(under_way))
        time.sleep(0.01)
        under_way.remove(name)

    monkeypatch.setattr(loading.importlib, "import_module", slow)
    threads = [threading.Thread(target=load, args=(f"m{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 6 and max(most) == 1


def test_a_module_may_load_another_while_it_is_imported(monkeypatch):
    """The same thread comes back for more: a plain lock would stand still for ever."""
    names = []

    def nested(name):
        names.append(name)
        if name == "outer":
            load("inner")

    monkeypatch.setattr(loading.importlib, "import_module", nested)
    thread = threading.Thread(target=load, args=("outer",), daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive() and names == ["outer", "inner"]


def test_what_all_requests_need_is_there_whole():
    load_common()
    assert {"requests", "msal", "azure.core.rest", "azure.core.pipeline.transport",
            "azure.cli.core._profile"} <= sys.modules.keys()
