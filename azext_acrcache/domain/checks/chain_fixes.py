"""The writer of fixes for a chain's checks."""
from __future__ import annotations

from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.guidance.fixes import Fixes


def fixes_for(chain: ChainSnapshot) -> Fixes:
    """Lines for the registry of this chain, with `--subscription` where az works in another one."""
    return Fixes(chain)
