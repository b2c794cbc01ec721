from __future__ import annotations

import pytest

from azext_acrcache.cli.expiry_argument import expiry_from
from unit.user_errors import refused

NOW = 1_800_000_000  # 2027-01-15T08:00:00Z


@pytest.mark.parametrize("text, seconds", [
    (None, None), ("2027-01-16", 1_800_057_600), ("2027-01-15T08:00:01Z", NOW + 1),
    (" 2027-01-15T09:00Z ", NOW + 3600)])
def test_dates_in_utc(text, seconds):
    assert expiry_from(text, NOW) == seconds


@pytest.mark.parametrize("text", ["2027-01-15", "2027-01-15T08:00:00Z"])
def test_a_date_that_is_past(text):
    refused(lambda: expiry_from(text, NOW), f"--expires {text}")


@pytest.mark.parametrize("text", ["", "tomorrow", "15.1.2027", "2027-13-01", "2027-01-16T00:00:00+02:00"])
def test_what_is_no_date(text):
    refused(lambda: expiry_from(text, NOW), "--expires")
