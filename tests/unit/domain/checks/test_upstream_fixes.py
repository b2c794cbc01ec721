from __future__ import annotations

from azext_acrcache.domain.checks.upstream_fixes import UpstreamFixes
from azext_acrcache.domain.guidance.az_lines import LineContext
from unit.records import SUBSCRIPTION, credential_set, registry, rule

FIXES = UpstreamFixes(registry(), LineContext(SUBSCRIPTION, policy=("--change-reference", "CR-1")))


def test_a_new_password_comes_from_a_file_and_needs_a_set_that_names_its_secret():
    fix, = FIXES.new_password(credential_set())
    assert "--file new-password.txt" in fix.command and fix.command.endswith("--change-reference CR-1")
    assert FIXES.new_password(None) == [] and FIXES.new_password(credential_set(password=None)) == []


def test_lines_about_a_rule_name_its_registry_and_keep_the_policy_flags():
    ubuntu = rule("ubuntu", "docker.io/library/ubuntu", "ubuntu")
    for fix in (FIXES.credentials_for(ubuntu), FIXES.resolved_source(ubuntu)):
        assert "--registry myregistry --resource-group my-rg" in fix.command
        assert fix.command.endswith("--change-reference CR-1") and "--subscription" not in fix.command
