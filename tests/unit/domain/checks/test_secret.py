from __future__ import annotations

import pytest

from azext_acrcache.domain.checks.snapshot import ChainQuery
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, Secret
from unit import records
from unit.domain.checks.chain_world import NOW, chain, commands, findings, unhealthy, wrong

SUBJECT, DAY = "myvault/hub-pat", 86400


def secrets(state: str = PRESENT, enabled: bool | None = True, expires: int | None = None):
    return Secret(records.USER, PRESENT, True), Secret(records.PAT, state, enabled, expires)


@pytest.mark.parametrize("observed, key, words", [
    (secrets(ABSENT), f"secret/exists:{SUBJECT}", "keyvault secret set "),
    (secrets(SOFT_DELETED), f"secret/exists:{SUBJECT}", "keyvault secret recover "),
    (secrets(enabled=False), f"secret/enabled:{SUBJECT}", "--enabled true")])
def test_a_secret_that_can_not_be_read_is_the_only_cause(observed, key, words):
    snapshot = chain(secrets=observed, credential_sets=unhealthy("SecretNotFound"))
    assert wrong(snapshot) == {key: "fail"}
    assert words in commands(findings(snapshot)[key])[0]
    assert findings(snapshot)["credset/health:docker-io"].blocked_by == (key,)


@pytest.mark.parametrize("expires, days, warned", [
    (NOW + 31 * DAY, 30, False), (NOW + 29 * DAY, 30, True), (NOW - DAY, 0, True), (NOW + DAY, 0, False),
    (None, 30, False)])
def test_expiry(expires, days, warned):
    snapshot = chain(secrets=secrets(expires=expires), query=ChainQuery(None, days, NOW))
    assert wrong(snapshot) == ({f"secret/expiry:{SUBJECT}": "warn"} if warned else {})


def test_a_new_value_is_the_fix_and_a_later_date_the_exception():
    finding = findings(chain(secrets=secrets(expires=NOW)))[f"secret/expiry:{SUBJECT}"]
    assert [line.split()[1:4] for line in commands(finding)] == [
        ["keyvault", "secret", "set"], ["keyvault", "secret", "set-attributes"]]
    assert "Only if" in finding.answer.message


def test_the_printed_expiry_date_is_late_enough():
    snapshot = chain(secrets=secrets(expires=NOW), query=ChainQuery(None, 1000, NOW))
    date = commands(findings(snapshot)[f"secret/expiry:{SUBJECT}"])[-1].split()[-1]
    assert date == "2032-07-07T08:00:00Z"


def test_an_unreadable_secret_is_skipped_though_the_set_is_healthy():
    snapshot = chain(secrets=secrets()[:1])
    snapshot.secrets[records.PAT.key] = Unknown("not yours")
    assert wrong(snapshot) == {f"secret/{what}:{SUBJECT}": "skip" for what in ("exists", "enabled", "expiry")}
    assert findings(snapshot)[f"secret/exists:{SUBJECT}"].answer.message == "not yours"


@pytest.mark.parametrize("vault, unanswered", [(Known(None), False), (Unknown("no answer", silent=True), True)])
def test_a_secret_whose_vault_was_not_seen(vault, unanswered):
    answer = findings(chain(vaults={records.HOST: vault}, secrets=()))[f"secret/exists:{SUBJECT}"].answer
    assert (answer.status, answer.unanswered) == ("skip", unanswered)
    assert "could not be seen" in answer.message
