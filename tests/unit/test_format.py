from __future__ import annotations

from azext_acrcache import _format

from unit.records import PULLER

CHAIN = {"name": "ubuntu", "id": "x", "source": "docker.io/library/ubuntu", "target": "ubuntu",
         "reference": "r/ubuntu:<tag>", "identity": None,
         "credentialSet": {"name": "hub", "loginServer": "docker.io", "health": {"status": "Healthy"}},
         "vault": {"name": "myvault", "id": "y", "access": "rbac"}, "secrets": []}
BARE = {**CHAIN, "name": "mcr", "credentialSet": None, "vault": None}


def test_a_row_for_each_change():
    report = {"changes": [{"step": "cacheRule", "change": "Create", "name": "ubuntu", "id": "x", "detail": None},
                          {"step": "secret", "change": "Blocked", "name": "v/s", "id": None, "detail": "no right"}]}
    assert [list(row.items()) for row in _format.changes(report)] == [
        [("Step", "cacheRule"), ("Change", "Create"), ("Name", "ubuntu"), ("Detail", "")],
        [("Step", "secret"), ("Change", "Blocked"), ("Name", "v/s"), ("Detail", "no right")]]


def test_a_row_for_each_chain():
    full, bare = _format.chains([CHAIN, BARE])
    assert full == _format.chain(CHAIN)
    assert list(full.values()) == \
        ["ubuntu", "docker.io/library/ubuntu", "ubuntu", "hub", "Healthy", "myvault", "rbac", ""]
    assert list(bare.values()) == ["mcr", "docker.io/library/ubuntu", "ubuntu", "", "", "", "", ""]
    assert list(full) == list(bare)


def test_a_set_that_is_gone_and_an_identity():
    row = _format.chain({**BARE, "credentialSet": {"name": "gone", "loginServer": None, "health": None},
                         "identity": PULLER})
    assert (row["CredentialSet"], row["Health"], row["Identity"]) == ("gone", "", "puller")
