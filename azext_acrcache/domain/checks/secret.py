"""Checks of secrets, by their attributes; no value is read.

Source: Key Vault's about-secrets (an expired secret can still be read, a disabled one can't), soft-delete-overview.
"""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Callable, Iterator

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, not_known, passed, warned
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.observed import ABSENT, SOFT_DELETED, Secret

_DAY = 86400


def questions(chain: ChainSnapshot) -> Iterator[Question]:
    for secret_id in chain.secret_ids:
        subject, exists = secret_id.subject, key_of("secret/exists", secret_id.subject)
        secret, vault = chain.secret(secret_id), key_of("vault/exists", secret_id.vault_name)
        yield Question("secret/exists", subject, partial(_where_visible, _exists, chain, secret), (vault,))
        yield Question("secret/enabled", subject, partial(_where_visible, _enabled, chain, secret), (exists,))
        yield Question("secret/expiry", subject, partial(_where_visible, _expiry, chain, secret), (exists,))


def _where_visible(answer: Callable[[ChainSnapshot, Secret], Answer], chain: ChainSnapshot,
                   secret: Known[Secret] | Unknown) -> Answer:
    return not_known(secret) if isinstance(secret, Unknown) else answer(chain, secret.value)


def _exists(chain: ChainSnapshot, secret: Secret) -> Answer:
    name, vault, fixes = secret.id.name, secret.id.vault_name, chain.fixes
    if secret.state == SOFT_DELETED:
        return failed(f"The secret '{name}' in the key vault '{vault}' is soft-deleted.",
                      fixes.recovered_secret(secret.id))
    if secret.state == ABSENT:
        return failed(f"The key vault '{vault}' has no secret '{name}'. Put its value into a file, FILE below, without "
                      "a newline at the end, and store it from there.", fixes.stored_secret(secret.id))
    return passed(f"The key vault '{vault}' has the secret '{name}'.")


def _enabled(chain: ChainSnapshot, secret: Secret) -> Answer:
    if secret.enabled is False:
        return failed(f"The secret '{secret.id.name}' in the key vault '{secret.id.vault_name}' is disabled.",
                      chain.fixes.secret_attributes(secret.id, "--enabled", "true"))
    return passed(f"The secret '{secret.id.subject}' is enabled.")


def _expiry(chain: ChainSnapshot, secret: Secret) -> Answer:
    subject, query = secret.id.subject, chain.query
    if secret.expires is None:
        return passed(f"The secret '{subject}' has no expiry date.")
    day = datetime.fromtimestamp(secret.expires, timezone.utc)
    if secret.expires > query.now + query.expiry_days * _DAY:
        return passed(f"The secret '{subject}' expires on {day:%Y-%m-%d}.")
    how = "is past its expiry date" if secret.expires <= query.now else "is near its expiry date"
    later = datetime.fromtimestamp(query.now, timezone.utc) + timedelta(days=max(365, 2 * query.expiry_days))
    fixes = chain.fixes
    return warned(f"The secret '{subject}' {how}, {day:%Y-%m-%d}. Renew the credentials at the upstream and store the "
                  "new value (first command). Only if the upstream accepts the stored value for longer, set a later "
                  "date instead (second command). Until then the secret can still be read.",
                  fixes.stored_secret(secret.id),
                  fixes.secret_attributes(secret.id, "--expires", f"{later:%Y-%m-%dT%H:%M:%SZ}"))
