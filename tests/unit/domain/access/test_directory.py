from __future__ import annotations

import pytest

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.consumers.identity import Identity
from unit.domain.consumer_records import OWN, consumer, identity

PULLER = identity("puller")


@pytest.mark.parametrize("body, kind", [
    ({"@odata.type": "#microsoft.graph.user"}, "user"), ({"@odata.type": "#microsoft.graph.group"}, "group"),
    ({"@odata.type": "#microsoft.graph.servicePrincipal"}, "service-principal"), ({}, "service-principal"),
    ({"alternativeNames": ["isExplicit=True", PULLER.id]}, "identity"),
    ({"alternativeNames": ["isExplicit=False", consumer("vmss").id]}, "vmss"),
    ({"alternativeNames": ["isExplicit=False", f"{consumer('webapp').id}/slots/staging"]}, "webapp"),
    ({"alternativeNames": [consumer("vm").id.replace("Compute/virtualMachines", "Logic/workflows")]},
     "service-principal"),
    ({"alternativeNames": [None, "isExplicit=False", "/subscriptions/x"]}, "service-principal")])
def test_the_directory_tells_what_an_identity_belongs_to(body, kind):
    assert DirectoryEntry.from_rest({"id": OWN, **body}).kind == kind


@pytest.mark.parametrize("body, name", [
    ({"displayName": "My App"}, "My App"), ({"userPrincipalName": "me@contoso.com"}, "me@contoso.com"),
    ({"displayName": "Me", "userPrincipalName": "me@contoso.com"}, "Me"), ({"displayName": None}, "")])
def test_the_name_of_a_principal(body, name):
    assert DirectoryEntry.from_rest({"id": OWN, **body}).name == name


def test_a_principal_as_an_identity():
    application = DirectoryEntry.from_rest({"id": OWN, "appId": "client", "displayName": "app"})
    assert application.as_identity("another") == Identity(OWN, client_id="client"), "the directory's counts more"
    assert DirectoryEntry(OWN, "User").as_identity("given") == Identity(OWN, client_id="given", type="User")
