"""What every refusal must be: a sentence that names its subject, with a way on."""
from __future__ import annotations

from typing import Callable

import pytest

from azext_acrcache.domain.values.errors import UserError


def refused(call: Callable[[], object], *subjects: str, kind: type = UserError, runs: str | None = None) -> UserError:
    """The refusal that `call` raises, of exactly that kind.

    :param subjects: words that the message must hold.
    :param runs: a command that one of the ways on must hold.
    """
    with pytest.raises(UserError) as caught:
        call()
    refusal = caught.value
    assert type(refusal) is kind
    for subject in subjects:
        assert subject in refusal.message
    assert refusal.message.endswith("."), "a message is a sentence"
    if runs:
        assert any(runs in line for line in refusal.recommendations), refusal.recommendations
    else:
        assert refusal.recommendations, "no way on"
    return refusal
