from __future__ import annotations

import pytest

from azext_acrcache.cli.command_line import check_exit_code, check_timeout, same_command
from azext_acrcache.domain.values.errors import ExclusiveArguments

from unit.user_errors import refused


def test_the_line_runs_as_printed_and_leaves_out_what_was_not_given():
    line = same_command("bootstrap create", {
        "--registry": "myregistry", "--name": (), "--source-repo": ["docker.io/library/*", "quay.io/a b"],
        "--vault": None, "--pin-secret-version": True, "--catalog": False, "--vault-scope": "secret",
    }, {"--vault-scope": "secret"}, words=["--vm", "one"])
    assert line == ("az acrcache bootstrap create --registry myregistry --source-repo 'docker.io/library/*' "
                    "'quay.io/a b' --pin-secret-version --vm one")


def test_exit_code_needs_what_if():
    check_exit_code(True, True)
    check_exit_code(False, False)
    with pytest.raises(ExclusiveArguments):
        check_exit_code(False, True)


def test_a_time_to_wait_is_0_or_more():
    check_timeout("--wait-timeout", 0)
    check_timeout("--wait-timeout", 600)
    refused(lambda: check_timeout("--wait-timeout", -1), "--wait-timeout -1")
