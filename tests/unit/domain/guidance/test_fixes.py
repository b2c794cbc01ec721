"""Lines that mend: whole, quoted, and in the right subscription."""
from __future__ import annotations

import shlex
from dataclasses import replace

from azext_acrcache.domain.guidance.fixes import Fixes

from unit import records
from unit.domain.checks.chain_world import chain

HERE, ELSEWHERE = chain(), replace(chain(), subscription="99999999-9999-9999-9999-999999999999")


def every_fix(world) -> list:
    mend, vault, secrets = Fixes(world), records.vault(), (records.USER, records.PAT)
    rule, found = world.rules[0], world.credential_sets[0]
    return [mend.registry("--allow-trusted-services", "true"), mend.soft_delete_off(), mend.rule_again(rule),
            mend.rule_with_set(rule, "x"), mend.rule_without_set(rule), mend.no_rule(rule), mend.rule_from(rule, "a/b"),
            mend.set_secrets(found, secrets), mend.set_secrets(found, secrets, create=True), mend.no_set(found),
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
    assert "'dotnet/*'" in Fixes(HERE).rule_again(rule).command
    assert "dotnet/*" in shlex.split(Fixes(HERE).rule_again(rule).command)
