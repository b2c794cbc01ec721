"""Token endpoints of machines, App Service and Cloud Shell."""
from __future__ import annotations

from acrsim.protocol.http import Request
from acrsim.protocol.tokens import verify
from acrsim.seed import plant
from small_world import SmallWorld


def machine(small, user_assigned=1):
    identity = [small.principal(f"id{number}") for number in range(user_assigned)]
    system, user = small.principal("system"), small.principal("someone@contoso.com", "User")
    plant(small.app, {"machine": {"system": system.object_id, "userAssigned": [item.object_id for item in identity],
                                  "cloudShellUser": user.object_id}})
    return system, identity, user


def imds(small, query="", header=True, path="http://169.254.169.254/metadata/identity/oauth2/token"):
    return small.app.handle(Request.to("GET", f"{path}?api-version=2018-02-01&resource=https://vault.azure.net{query}",
                                       {"metadata": "true", "x-identity-header": "h"} if header else {}))


def test_imds_and_app_service_serve_the_system_and_the_named_identity():
    small = SmallWorld()
    system, (first, _), _ = machine(small, 2)
    for path in ("http://169.254.169.254/metadata/identity/oauth2/token", "http://localhost/msi/token"):
        assert verify(small.world, imds(small, path=path).json()["access_token"])["oid"] == system.object_id
        named = imds(small, f"&client_id={first.app_id}", path=path).json()
        assert verify(small.world, named["access_token"], ["https://vault.azure.net"])["oid"] == first.object_id
        assert imds(small, "&client_id=nobody", path=path).status == 400
        assert imds(small, header=False, path=path).status in (400, 401)


def test_cloud_shell_serves_the_user():
    small = SmallWorld()
    _, _, user = machine(small)
    answer = small.app.handle(Request.to("POST", "http://localhost/oauth2/token", {"metadata": "true"},
                                         "resource=https://management.core.windows.net/"))
    assert verify(small.world, answer.json()["access_token"])["upn"] == user.display_name
