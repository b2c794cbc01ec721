"""Scenario tests. They are not in the wheel; tests of everything else are in `tests/` beside `setup.py`.

The package index has one azure-cli-testsdk, 0.3.0 of 2023, and later azure-cli no longer has what it patches. This
module puts that right; it has to be imported before a ScenarioTest is made, which Python does by itself for any module
below.
"""
from __future__ import annotations

import contextlib
import inspect
import threading
import time

import vcr.patch
from azure.cli.testsdk import base as scenario
from azure.cli.testsdk.scenario_tests import mock_in_unit_test
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# Gone with Python 3.11; the testsdk's preparers unpack four of its values.
if not hasattr(inspect, "getargspec"):
    inspect.getargspec = lambda function: inspect.getfullargspec(function)[:4]


class ReplayedCredential:
    """Stands for a signed-in user in a replay, in the shape that azure-cli's credential adaptor asks of MSAL."""

    def acquire_token(self, scopes, **_):
        if not scopes:
            raise ValueError("a token is for a scope")
        return {"access_token": "replayed", "token_type": "Bearer", "expires_in": 3600,
                "expires_on": int(time.time()) + 3600}


def _sign_in_as_nobody(test) -> None:
    mock_in_unit_test(test, "azure.cli.core.auth.identity.Identity.get_user_credential",
                      lambda *_, **__: ReplayedCredential())


def _poll_at_once(test) -> None:
    for method in ("azure.mgmt.core.polling.arm_polling.ARMPolling._delay",
                   "azure.cli.core.commands.LongRunningOperation._delay"):
        mock_in_unit_test(test, method, lambda *_, **__: None)


# ScenarioTest reads these names when it is made. Theirs patch msrestazure, which azure-cli has dropped, and give a
# credential with get_token, which azure-cli does not call.
scenario.patch_retrieve_token_for_user = _sign_in_as_nobody
scenario.patch_long_run_operation_delay = _poll_at_once

# VCR puts the real connection classes back, for the whole process, while it makes or opens one of its own. A thread
# that takes a connection out of a pool at that moment would get a real one: its request is not recorded, or leaves the
# machine in a replay. These commands ask side by side, so the two must not overlap.
_real_classes = threading.RLock()


def _with_real_classes(force_reset):
    @contextlib.contextmanager
    def alone():
        with _real_classes, force_reset():
            yield
    return alone


def _not_meanwhile(new_connection):
    def made(pool):
        with _real_classes:
            return new_connection(pool)
    return made


vcr.patch.force_reset = _with_real_classes(vcr.patch.force_reset)
for _pool in (HTTPConnectionPool, HTTPSConnectionPool):
    _pool._new_conn = _not_meanwhile(_pool._new_conn)  # pylint: disable=protected-access  # urllib3 has no public way
