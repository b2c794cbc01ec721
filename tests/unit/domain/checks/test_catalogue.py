from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.catalogue import CHAIN_AREAS, named_checks
from azext_acrcache.domain.values.errors import UserError


def test_names_of_checks_and_areas():
    given_names = ["vault", "Secret/Expiry,rule", "vault"]
    assert named_checks(given_names, CHAIN_AREAS, "--only") == ("vault", "secret/expiry", "rule")
    assert named_checks(None, CHAIN_AREAS, "--only") == ()


@pytest.mark.parametrize("name", ["nosuch", "pull/login", "secret/", "vault/acces", "login"])
def test_other_names_are_refused_with_those_that_there_are(name):
    with pytest.raises(UserError) as refused:
        named_checks([name], CHAIN_AREAS, "--only")
    assert any("vault/access" in line for line in refused.value.recommendations)
