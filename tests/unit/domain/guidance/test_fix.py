from __future__ import annotations

from azext_acrcache.domain.guidance.fix import Fix


def test_a_fix_is_reported_with_the_right_that_it_takes():
    assert Fix("az acr show --name r", "x on r").to_report() == {"command": "az acr show --name r", "needs": "x on r"}
