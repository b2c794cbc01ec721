from __future__ import annotations

import io
import logging

import pytest
from knack.log import get_logger

from azext_acrcache.cli.log_guard import EscapeForeignText, guard_logs


@pytest.fixture
def printed():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger("cli").addHandler(handler)
    guard_logs()
    guard_logs()
    yield stream
    logging.getLogger("cli").removeHandler(handler)
    assert sum(isinstance(present, EscapeForeignText) for present in handler.filters) == 1


def test_what_the_extension_logs_is_escaped(printed):
    get_logger("azext_acrcache.workflows.create").warning("the rule '%s'\n%s", "\x1b]0;t\x07", "a" * 3000)
    assert printed.getvalue() == "the rule '\\x1b]0;t\\x07'\n" + "a" * 3000 + "\n"


def test_what_others_log_stays_as_it_is(printed):
    get_logger("azure.cli.core").warning("\x1b[1mbold%s", "!")
    assert printed.getvalue() == "\x1b[1mbold!\n"
