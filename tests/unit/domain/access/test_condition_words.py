from __future__ import annotations

import pytest

from azext_acrcache.domain.access.condition_words import in_words
from azext_acrcache.domain.access.repository_conditions import NAME as ATTRIBUTE
from azext_acrcache.domain.access.roles import READ_CONTENT

NAME = f"@Request[{ATTRIBUTE}]"


@pytest.mark.parametrize("condition, words", [
    (None, "no condition"), (f"{NAME} StringStartsWith 'team'", "the repository begins with 'team'"),
    (f"{NAME} StringNotEquals 'a' AND {NAME} ForAnyOfAnyValues:StringLike {{'b*', 'c'}}",
     "the repository is not 'a' and the repository is like any of 'b*', 'c'"),
    (f"!(ActionMatches{{'{READ_CONTENT}'}}) OR {NAME} StringEquals 'a'",
     "not (the action is repositories/content/read) or the repository is 'a'"),
    ("@Environment[UtcNow] DateTimeLessThan '2030-01-01'", "@Environment[UtcNow] DateTimeLessThan '2030-01-01'"),
    (f"Exists {NAME} AND SubOperationMatches{{'Secret.Read'}}",
     f"Exists {NAME} and SubOperationMatches{{'Secret.Read'}}"),
    ("odd \x1b[31m text", "odd [31m text")])
def test_words(condition, words):
    assert in_words(condition) == words


def test_a_long_one_is_cut():
    assert len(in_words(" OR ".join([f"{NAME} StringEquals 'a'"] * 100))) == 400
