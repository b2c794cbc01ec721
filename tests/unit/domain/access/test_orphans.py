from __future__ import annotations

from dataclasses import replace

import pytest

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.access.orphans import DELEGATED, may_be_gone, missing_from
from azext_acrcache.domain.access.roles import ACR_PULL
from unit.domain.consumer_records import ONE, role

KNOWN = {ONE: DirectoryEntry(ONE, "ServicePrincipal")}
ABSENT, PRESENT = role(ACR_PULL), role(ACR_PULL, ONE)


def test_whom_the_directory_does_not_answer_is_a_suspect():
    missing = missing_from(KNOWN, [ABSENT, PRESENT])
    assert (missing.suspects, missing.kept) == ((ABSENT,), ())


@pytest.mark.parametrize("change, word", [
    ({"principal_type": "ForeignGroup"}, "ForeignGroup"), ({"principal_type": "Device"}, "Device"),
    ({"principal_type": None}, "unknown"), ({"kept": {DELEGATED: "/their/identity"}}, "/their/identity")])
def test_what_was_not_asked_for_is_kept_and_said(change, word):
    kept = replace(ABSENT, **change)
    missing = missing_from(KNOWN, [kept, PRESENT])
    assert missing.suspects == () and not may_be_gone(kept, KNOWN)
    why, = missing.kept
    assert word in why and kept.id in why


def test_an_answer_with_nobody_says_nothing():
    missing = missing_from({}, [ABSENT, PRESENT])
    assert missing.suspects == () and len(missing.kept) == 1
    assert missing_from({}, []).kept == ()
