from __future__ import annotations

from types import SimpleNamespace

from azext_acrcache import _completers
from azext_acrcache.domain.checks.catalogue import CHAIN_AREAS, named_checks


def completed(**given: bool) -> list[str]:
    return _completers.checks.func(None, "", SimpleNamespace(**given))


def test_only_and_skip_complete_with_what_they_take():
    offered = completed(with_upstream=False)
    assert {*CHAIN_AREAS, "vault/access"} <= set(offered) and "upstream/login" not in offered
    assert named_checks(offered, CHAIN_AREAS, "--only") == tuple(offered)


def test_checks_of_upstreams_are_offered_where_they_are_made():
    assert {"upstream", "upstream/login"} <= set(completed(with_upstream=True))
