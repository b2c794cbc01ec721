from __future__ import annotations

from azext_acrcache.domain.checks.pull_fixes import PullFixes
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.guidance.rule_proposals import RuleProposals
from azext_acrcache.domain.state.pull_probe import PullProbe, PullTarget
from azext_acrcache.domain.values.image_references import ImageReference
from azext_acrcache.domain.values.repositories import Source
from unit.records import PRINCIPAL, SUBSCRIPTION, registry, rule

KEPT = LineContext(SUBSCRIPTION, policy=("--change-reference", "CR-1"))


def fixes(mode: str = "legacy") -> PullFixes:
    there = registry(mode=mode)
    return PullFixes(there, RuleProposals(there, [], [], KEPT), KEPT)


def probe(served: bool) -> PullProbe:
    image = ImageReference.parse("myregistry.azurecr.io/ubuntu:22.04")
    return PullProbe(PullTarget("ubuntu:22.04", image, "ubuntu", "myregistry.azurecr.io/ubuntu:22.04",
                                rule("ubuntu", "docker.io/library/ubuntu", "ubuntu") if served else None))


def test_every_line_keeps_what_the_command_was_given():
    where = "--registry myregistry --resource-group my-rg"
    lines = [fixes().pull_role(PRINCIPAL, "User", "ubuntu"), fixes().rule_for(Source.parse("quay.io/a/b")),
             *fixes().verified_upstream(probe(True)), fixes().new_sign_in(), *fixes().network("192.0.2.1"),
             fixes().trusted_services()]
    assert len(lines) == 6 and all(fix.command.endswith("--change-reference CR-1") for fix in lines)
    assert where in lines[0].command and "--repository" not in lines[0].command
    assert not any("--subscription" in fix.command for fix in lines)


def test_a_role_is_narrowed_where_the_mode_knows_repositories():
    assert "--repository ubuntu" in fixes("abac").pull_role(PRINCIPAL, "User", "ubuntu").command


def test_there_is_no_upstream_without_a_rule():
    assert fixes().verified_upstream(probe(False)) == []
