"""Checks of secrets, by their attributes; no value is read.

Source: Key Vault's about-secrets (an expired secret can still be read, a disabled one can't), soft-delete-overview.
"""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Iterator

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, passed, skipped, warned
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.state.observed import ABSENT, SOFT_DELETED, UNREADABLE
from azext_acrcache.domain.values.secret_ids import SecretId

_DAY = 86400


def questions(seen: ChainSnapshot) -> Iterator[Question]:
    for secret in seen.secrets:
        subject, exists = secret.subject, key_of("secret/exists", secret.subject)
        vault = key_of("vault/exists", secret.vault_name)
        yield Question("secret/exists", subject, lambda secret=secret: _exists(seen, secret), (vault,))
        yield Question("secret/enabled", subject, lambda secret=secret: _enabled(seen, secret), (exists,))
        yield Question("secret/expiry", subject, lambda secret=secret: _expiry(seen, secret), (exists,))


def _unseen(seen: ChainSnapshot, secret: SecretId) -> Answer | None:
    found = seen.secret(secret)
    if found is None:
        return skipped(f"The key vault '{secret.vault_name}' could not be seen, so neither could '{secret.name}'.")
    if found.state == UNREADABLE:
        return skipped(f"The attributes of the secret '{secret.subject}' could not be read. {found.reason}")
    return None


def _exists(seen: ChainSnapshot, secret: SecretId) -> Answer:
    unseen, found, mend = _unseen(seen, secret), seen.secret(secret), seen.fixes
    if unseen or found is None:
        return unseen
    if found.state == SOFT_DELETED:
        return failed(f"The secret '{secret.name}' in the key vault '{secret.vault_name}' is soft-deleted.",
                      mend.recovered_secret(secret))
    if found.state == ABSENT:
        return failed(f"The key vault '{secret.vault_name}' has no secret '{secret.name}'. Store its value, given on "
                      "standard input, without a newline at the end.", mend.stored_secret(secret))
    return passed(f"The key vault '{secret.vault_name}' has the secret '{secret.name}'.")


def _enabled(seen: ChainSnapshot, secret: SecretId) -> Answer:
    unseen, found = _unseen(seen, secret), seen.secret(secret)
    if unseen or found is None:
        return unseen
    if found.enabled is False:
        return failed(f"The secret '{secret.name}' in the key vault '{secret.vault_name}' is disabled.",
                      seen.fixes.secret_attributes(secret, "--enabled", "true"))
    return passed(f"The secret '{secret.subject}' is enabled.")


def _expiry(seen: ChainSnapshot, secret: SecretId) -> Answer:
    unseen, found, asked = _unseen(seen, secret), seen.secret(secret), seen.asked
    if unseen or found is None:
        return unseen
    if found.expires is None:
        return passed(f"The secret '{secret.subject}' has no expiry date.")
    day = datetime.fromtimestamp(found.expires, timezone.utc)
    if found.expires > asked.now + asked.expiry_days * _DAY:
        return passed(f"The secret '{secret.subject}' expires on {day:%Y-%m-%d}.")
    how = "is past its expiry date" if found.expires <= asked.now else "is near its expiry date"
    later = datetime.fromtimestamp(asked.now, timezone.utc) + timedelta(days=max(365, 2 * asked.expiry_days))
    return warned(f"The secret '{secret.subject}' {how}, {day:%Y-%m-%d}. It can still be read; where the upstream's "
                  "credentials end with it, renew them and store them first, then set a new date.",
                  seen.fixes.secret_attributes(secret, "--expires", f"{later:%Y-%m-%dT%H:%M:%SZ}"))
