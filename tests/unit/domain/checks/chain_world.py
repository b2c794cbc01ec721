"""A snapshot of one healthy chain; each test changes what it is about and looks at one check."""
from __future__ import annotations

from azext_acrcache.domain.checks.chain import chain_questions
from azext_acrcache.domain.checks.check import Finding
from azext_acrcache.domain.checks.snapshot import Access, ChainQuery, ChainSnapshot
from azext_acrcache.domain.checks.verdict import judge
from azext_acrcache.domain.guidance.az_lines import LineContext
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import PRESENT, Secret
from unit import records

NOW = 1_800_000_000
GOOD_ACCESS = Access(Known((records.assignment(records.secret_scope(records.USER)),
                            records.assignment(records.secret_scope(records.PAT), name="a2"))))
RULE = records.rule("hub-ubuntu", "docker.io/library/ubuntu", "ubuntu", "docker-io")


def chain(access: Access = GOOD_ACCESS, *, rules=(RULE,), credential_sets=None, vault=None, secrets=None,
          query: ChainQuery = ChainQuery(now=NOW), **changed) -> ChainSnapshot:
    """:param rules, credential_sets: records, or Unknown. :param secrets: records, of both secrets.
    :param changed: other fields of the snapshot.
    """
    secrets = (Secret(records.USER, PRESENT, True), Secret(records.PAT, PRESENT, True)) if secrets is None else secrets
    credential_sets = (records.credential_set(),) if credential_sets is None else credential_sets
    known = {"all_rules": _known(rules), "all_credential_sets": _known(credential_sets),
             "vaults": {records.HOST: Known(vault or records.vault())},
             "secrets": {secret.id.key: Known(secret) for secret in secrets},
             "access": {(records.PRINCIPAL, records.HOST): access},
             "definitions": {records.SECRETS_USER.guid: records.SECRETS_USER}, "tenant_id": records.TENANT,
             "line_context": LineContext(records.SUBSCRIPTION)}
    return ChainSnapshot(records.registry(), query, **{**known, **changed})


def findings(snapshot: ChainSnapshot) -> dict[str, Finding]:
    return {finding.key: finding for finding in judge(chain_questions(snapshot))}


def wrong(snapshot: ChainSnapshot) -> dict[str, str]:
    """Key to status of all that is neither a pass nor blocked."""
    return {key: finding.status for key, finding in findings(snapshot).items()
            if finding.status != "pass" and not finding.blocked_by}


def commands(finding: Finding) -> list[str]:
    return [fix.command for fix in finding.answer.fix]


def unhealthy(code: str | None = "Forbidden", message: str | None = None, **changed):
    """The one credential set, which the service cannot read the secrets of."""
    return (records.credential_set(status="Unhealthy", code=code, message=message, **changed),)


def _known(records_or_unknown):
    return records_or_unknown if isinstance(records_or_unknown, Unknown) else Known(tuple(records_or_unknown))
