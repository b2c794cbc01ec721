"""Lines that mend: whole, quoted, and in the right subscription."""
from __future__ import annotations

import shlex

from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.guidance.fixes import Fixes
from unit import records

HERE = LineContext(records.SUBSCRIPTION)
ELSEWHERE = LineContext("99999999-9999-9999-9999-999999999999")


def every_fix(context: LineContext) -> list:
    mend, vault, secrets = Fixes(records.REGISTRY_ID, context), records.vault(), (records.USER, records.PAT)
    rule, credential_set = records.rule("hub-ubuntu", "docker.io/library/ubuntu", "ubuntu", "hub"), \
        records.credential_set()
    return [mend.registry("--allow-trusted-services", "true"), mend.soft_delete_off(), mend.rule_again(rule),
            mend.rule_with_set(rule, "x"), mend.rule_without_set(rule), mend.no_rule(rule), mend.rule_from(rule, "a/b"),
            mend.set_secrets(credential_set, secrets),
            mend.set_secrets(credential_set, secrets, create=True), mend.no_set(credential_set),
            mend.vault_access("x", [vault]), mend.vault(vault), mend.policy(vault, "p"), mend.no_policy(vault, "p"),
            mend.recovered_vault("myvault", records.VAULT_ID, "westeurope")]


def test_no_subscription_is_named_where_az_works_in_it():
    assert not any("--subscription" in fix.command for fix in every_fix(HERE))


def test_another_subscription_is_named():
    assert all(f"--subscription {records.SUBSCRIPTION}" in fix.command for fix in every_fix(ELSEWHERE))


def test_lines_are_whole():
    for fix in every_fix(HERE):
        assert shlex.split(fix.command)[0] == "az" and fix.needs
        assert "<" not in fix.command and "…" not in fix.command


def test_a_wildcard_is_safe_in_a_shell():
    rule = records.rule("all-rule", "mcr.microsoft.com/dotnet/*", "dotnet/*")
    assert "'dotnet/*'" in Fixes(records.REGISTRY_ID, HERE).rule_again(rule).command
    assert "dotnet/*" in shlex.split(Fixes(records.REGISTRY_ID, HERE).rule_again(rule).command)


def test_every_line_keeps_what_the_command_was_given():
    given = LineContext("99999999-9999-9999-9999-999999999999", ("--subscription", records.SUBSCRIPTION),
                        ("--acquire-policy-token", "--change-reference", "CR 1"))
    for fix in every_fix(given):
        words = shlex.split(fix.command)
        assert words.count("--subscription") == 1
        assert words[-3:] == ["--acquire-policy-token", "--change-reference", "CR 1"]


def test_a_line_that_stores_a_secret_needs_a_file_that_somebody_wrote():
    words = shlex.split(Fixes(records.REGISTRY_ID, HERE).stored_secret(records.PAT).command)
    assert words[words.index("--file") + 1] == "FILE" and "/dev/stdin" not in words


def test_a_role_a_secret_and_an_assignment_by_what_is_needed():
    mend = Fixes(records.REGISTRY_ID, HERE)
    scope = records.secret_scope(records.PAT)
    assignment = f"{scope}/providers/Microsoft.Authorization/roleAssignments/a1"
    assert mend.role(scope, "Key Vault Secrets User", "p").needs.endswith(f"write on {scope}")
    assert mend.no_role(assignment).needs.endswith(f"delete on {scope}")
    assert mend.no_role(assignment).command == f"az role assignment delete --ids {assignment}"
    assert mend.recovered_secret(records.PAT).command == \
        "az keyvault secret recover --vault-name myvault --name hub-pat"
    assert mend.secret_attributes(records.PAT, "--enabled", "true").needs.endswith("update/action on myvault/hub-pat")
