from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_acrcache.domain.plan.actions import StoreSecret
from azext_acrcache.domain.values.secret_value import SecretValue
from unit.records import PAT, wanted_set

# A marker in it, since a value such as "e" is part of every text.
VALUES = st.text(max_size=30).map(lambda text: f"s3cr3t-{text}-marker")


@given(VALUES)
def test_a_secret_value_shows_itself_nowhere(text):
    value = SecretValue(text)
    holders = [value, [value], {"value": value}, StoreSecret(PAT, value, False), wanted_set(password_value=text)]
    shown = [show(holder) for holder in holders
             for show in (repr, str, "{}".format, lambda holder: "%s %r" % (holder, holder))]
    shown += [f"{value}", f"{value!r}", f"{value!s}", f"{value!a}"]
    assert not any("s3cr3t" in words for words in shown)
    assert value.reveal() == text


@given(VALUES)
def test_a_secret_value_does_not_get_into_logs(text):
    record = logging.LogRecord("acrcache", logging.DEBUG, __file__, 1, "stored %s", (SecretValue(text),), None)
    assert "s3cr3t" not in logging.Formatter().format(record)


@given(VALUES)
def test_errors_about_a_secret_value_do_not_show_it(text):
    value = SecretValue(text)
    for misuse in (lambda: json.dumps(value), lambda: value + "x", lambda: f"{value:>40}", lambda: vars(value)):
        with pytest.raises(TypeError) as caught:
            misuse()
        assert "s3cr3t" not in str(caught.value)


def test_secret_values_compare_by_what_they_hold():
    assert SecretValue("a") == SecretValue("a") and SecretValue("a") != SecretValue("b") and SecretValue("a") != "a"
    assert len({SecretValue("a"), SecretValue("a"), SecretValue("b")}) == 2
    assert hash(SecretValue("a")) == hash(SecretValue("b")), "a hash would tell whether two values are the same"


@pytest.mark.parametrize("text, blank, padded", [("", True, False), (" \n", True, True), ("pat", False, False),
                                                 ("pat\n", False, True), ("a b", False, False)])
def test_values_that_no_upstream_takes(text, blank, padded):
    value = SecretValue(text)
    assert (value.blank, value.padded) == (blank, padded)
