"""Checks of credential sets.

Sources: containerregistry.json (credentialHealth), recordings of it, artifact-cache-cli.
"""
from __future__ import annotations

from functools import partial
from typing import Iterator

from azext_acrcache.domain.checks.check import Answer, Question, failed, key_of, not_known, passed, warned
from azext_acrcache.domain.checks.credset_health import health_answer, without_versions
from azext_acrcache.domain.checks.rule_credentials import other_credentials
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.checks.vault import access_subject
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId


def questions(chain: ChainSnapshot) -> Iterator[Question]:
    named = {rule.credential_set: chain.set_subject(rule.credential_set)
             for rule in chain.rules if rule.credential_set}
    if isinstance(chain.all_credential_sets, Unknown):
        for subject in sorted(set(named.values())) or (chain.registry.name,):
            yield Question("credset/exists", subject, partial(not_known, chain.all_credential_sets))
        return
    missing = [(subject, set_id) for set_id, subject in named.items() if set_id not in chain.sets_by_id]
    for subject, set_id in sorted(missing, key=lambda each: each[0]):
        yield Question("credset/exists", subject, partial(_missing, chain, set_id))
    for credential_set in chain.credential_sets:
        name, exists = credential_set.name, (key_of("credset/exists", credential_set.name),)
        yield Question("credset/exists", name, partial(_exists, credential_set))
        yield Question("credset/provisioned", name, partial(_provisioned, chain, credential_set), exists)
        yield Question("credset/identity", name, partial(_identity, chain, credential_set), exists)
        yield Question("credset/secret-ids", name, partial(_secret_ids, chain, credential_set), exists)
        yield Question("credset/health", name, partial(health_answer, chain, credential_set),
                       _beneath_health(chain, credential_set))
        if chain.query.rules is None:
            yield Question("credset/unused", name, partial(_unused, chain, credential_set), exists)


def _beneath_health(chain: ChainSnapshot, credential_set: CredentialSet) -> tuple[str, ...]:
    """All that health depends on: what is wrong there is the cause, and health only its effect."""
    keys = [key_of(f"credset/{what}", credential_set.name)
            for what in ("exists", "provisioned", "identity", "secret-ids")]
    for secret in credential_set.secrets:
        subject = chain.secret_subject(secret)
        keys += [key_of("vault/exists", secret.vault_name), key_of("vault/network", secret.vault_name),
                 key_of("vault/access", access_subject(credential_set, secret.vault_host)),
                 key_of("secret/exists", subject), key_of("secret/enabled", subject)]
    return tuple(dict.fromkeys(keys))


def _exists(credential_set: CredentialSet) -> Answer:
    return passed(f"The credential set '{credential_set.name}' exists, for {credential_set.login_server}.")


def _missing(chain: ChainSnapshot, set_id: ArmId) -> Answer:
    """A set that rules name and the registry does not have; it may be one of another registry."""
    rules = chain.rules_naming(set_id)
    users = ", ".join(f"'{rule.name}'" for rule in rules)
    subject = chain.set_subject(set_id)
    own = subject == set_id.name
    # A new set of the missing one's name serves all rules that name it.
    others = [other_credentials(chain, rule, set_id.name if own else None) for rule in rules]
    hints = {other.hint: other.fix for other in reversed(others) if other.hint} if own else {}
    fixes = [other.fix for other in others if not (own and other.hint)] + list(hints.values())
    reason = f"The registry '{chain.registry.name}' has no credential set '{set_id.name}', which is named by: {users}."
    if not own:
        reason = (f"The credential set '{set_id}' is not one of the registry '{chain.registry.name}', and a cache rule "
                  f"can only use those of its own registry. It is named by: {users}.")
    return failed(reason + next((other.hint for other in others if other.hint), ""), *fixes)


def _provisioned(chain: ChainSnapshot, credential_set: CredentialSet) -> Answer:
    state, name = credential_set.provisioning_state, credential_set.name
    if provisioning.has_failed(state):
        return failed(f"The last change of the credential set '{name}' ended as {state}.",
                      *_same_secrets_again(chain, credential_set))
    if provisioning.is_deleting(state):
        return failed(f"The credential set '{name}' is being deleted.")
    if provisioning.is_under_way(state):
        return warned(f"The credential set '{name}' is not ready yet ({state}); check again in a minute.")
    return passed(f"The credential set '{name}' is provisioned.")


def _identity(chain: ChainSnapshot, credential_set: CredentialSet) -> Answer:
    name = credential_set.name
    if credential_set.principal_id:
        return passed(f"The credential set '{name}' has the identity {credential_set.principal_id}.")
    return failed(f"The credential set '{name}' has no identity, so that it can read no secret.",
                  *_same_secrets_again(chain, credential_set, create=True), chain.fixes.vault_access(name))


def _same_secrets_again(chain: ChainSnapshot, credential_set: CredentialSet, create: bool = False) -> tuple[Fix, ...]:
    """A complete line only where the set names both secrets."""
    if len(credential_set.secrets) < 2:
        return ()
    return (chain.fixes.set_secrets(credential_set, credential_set.secrets, create=create),)


def _secret_ids(chain: ChainSnapshot, credential_set: CredentialSet) -> Answer:
    name = credential_set.name
    if not credential_set.username or not credential_set.password:
        missing = "user name" if not credential_set.username else "password"
        return failed(f"The credential set '{name}' names no secret for the {missing}.")
    other_hosts = [secret.vault_host for secret in credential_set.secrets
                   if not chain.is_vault_host(secret.vault_host)]
    if other_hosts:
        return failed(f"The credential set '{name}' has a secret at '{other_hosts[0]}', which is no key vault of "
                      f"this cloud: those end in {chain.vault_suffix}.")
    pinned = [secret for secret in credential_set.secrets if secret.version]
    if pinned:
        return warned(f"The credential set '{name}' names a version of '{pinned[0].subject}', so that a new "
                      "password would not be used.", without_versions(chain, credential_set))
    return passed(f"The credential set '{name}' reads {credential_set.username.subject} and "
                  f"{credential_set.password.subject}.")


def _unused(chain: ChainSnapshot, credential_set: CredentialSet) -> Answer:
    if isinstance(chain.all_rules, Unknown):
        return not_known(chain.all_rules)
    users, name = chain.rules_using(credential_set.id), credential_set.name
    if users:
        return passed(f"The credential set '{name}' is used by {len(users)} cache "
                      f"{'rule' if len(users) == 1 else 'rules'}.")
    return warned(f"No cache rule uses the credential set '{name}'.", chain.fixes.no_set(credential_set))
