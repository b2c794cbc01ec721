from __future__ import annotations

import pytest

from azext_acrcache.adapters.identities import Identities
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import NotFound, ServiceError
from unit.records import SUBSCRIPTION
from unit.user_errors import refused

IDENTITY = ArmId.parse(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/my-rg/providers/Microsoft.ManagedIdentity/"
                       "userAssignedIdentities/mine")


def test_the_identitys_principal(session, client):
    client.answer("GET", str(IDENTITY), body={"properties": {"principalId": "p", "clientId": "c", "tenantId": "t"}})
    assert Identities(session).find(IDENTITY) == {"principalId": "p", "clientId": "c", "tenantId": "t"}


def test_there_is_none(session, client):
    client.answer("GET", str(IDENTITY), 404, {})
    refused(lambda: Identities(session).find(IDENTITY), "'mine'", "my-rg", kind=NotFound)


def test_who_may_not_read_it(session, client):
    client.answer("GET", str(IDENTITY), 403, {"error": {"code": "AuthorizationFailed"}})
    with pytest.raises(ServiceError):
        Identities(session).find(IDENTITY)
