"""What a survey saw of one healthy chain; each test changes what it is about and looks at one check."""
from __future__ import annotations

from azext_acrcache.domain.checks.chain import chain_questions
from azext_acrcache.domain.checks.check import Finding
from azext_acrcache.domain.checks.snapshot import Access, ChainQuery, ChainSnapshot
from azext_acrcache.domain.checks.verdict import judge
from unit import records

NOW = 1_800_000_000
GOOD_ACCESS = Access((records.assignment(records.secret_scope(records.USER)),
                      records.assignment(records.secret_scope(records.PAT), name="a2")))


def seen(access: Access = GOOD_ACCESS, asked: ChainQuery = ChainQuery(now=NOW), unseen: dict | None = None,
         deleted: dict | None = None, **snapshot) -> ChainSnapshot:
    known = {"rules": (records.rule("hub-ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io"),),
             "credential_sets": (records.credential_set(),), **snapshot}
    return ChainSnapshot(records.snapshot(**known), asked, {(records.PRINCIPAL, records.HOST): access}, deleted or {},
                         unseen or {}, subscription=records.SUBSCRIPTION)


def findings(world: ChainSnapshot) -> dict[str, Finding]:
    return {finding.key: finding for finding in judge(chain_questions(world))}


def wrong(world: ChainSnapshot) -> dict[str, str]:
    """Key to status of all that is neither a pass nor blocked."""
    return {key: finding.status for key, finding in findings(world).items()
            if finding.status != "pass" and not finding.blocked_by}


def commands(finding: Finding) -> list[str]:
    return [fix.command for fix in finding.answer.fix]
