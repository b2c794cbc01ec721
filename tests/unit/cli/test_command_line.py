from __future__ import annotations

from types import SimpleNamespace

import pytest

from azext_acrcache.cli.command_line import check_exit_code, check_timeout, line_context, same_command
from azext_acrcache.domain.guidance.az_lines import LineContext
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


def test_the_line_keeps_what_az_itself_was_given():
    context = LineContext("s", ("--subscription", "t"), ("--acquire-policy-token",))
    assert same_command("grant vault", {"--registry": "r"}, context=context) == \
        "az acrcache grant vault --registry r --subscription t --acquire-policy-token"


@pytest.mark.parametrize("data, context", [
    ({}, LineContext("default")), ({"subscription_id": "DEFAULT"}, LineContext("default")),
    ({"subscription_id": "other"}, LineContext("default", ("--subscription", "other"))),
    ({"_acquire_policy_token": True, "_change_reference": "CR-1"},
     LineContext("default", (), ("--acquire-policy-token", "--change-reference", "CR-1")))])
def test_what_a_fresh_shell_has_to_be_told(data, context, monkeypatch):
    known = [{"id": "other"}, {"id": "default", "isDefault": True}]
    profile = SimpleNamespace(load_cached_subscriptions=lambda: known)
    monkeypatch.setattr("azure.cli.core._profile.Profile", lambda cli_ctx: profile)
    assert line_context(SimpleNamespace(cli_ctx=SimpleNamespace(data=data))) == context
