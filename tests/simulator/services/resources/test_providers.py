"""Resource providers."""
from __future__ import annotations

import pytest
from small_world import SCOPE, SmallWorld


@pytest.mark.parametrize("namespace, status", [("microsoft.keyvault", 200), ("Microsoft.Nothing", 404)])
def test_providers(namespace, status):
    answer = SmallWorld().call("GET", f"{SCOPE}/providers/{namespace}")
    assert answer.status == status
    if status == 200:
        assert answer.json()["registrationState"] == "Registered"
