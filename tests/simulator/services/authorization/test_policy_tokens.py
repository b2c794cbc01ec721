"""The token that az asks for before a write with --acquire-policy-token."""
from __future__ import annotations

from small_world import SCOPE, SmallWorld

URL = "/providers/Microsoft.Authorization/acquirePolicyToken"


def test_every_operation_gets_a_token():
    small = SmallWorld()
    asked = {"operation": {"uri": "https://management.azure.com/x", "httpMethod": "PUT"}, "changeReference": "CHG1"}
    answer = small.call("POST", SCOPE.partition("/resourceGroups")[0] + URL, asked)
    assert answer.status == 200 and answer.json()["token"] and answer.json()["changeReference"] == "CHG1"
