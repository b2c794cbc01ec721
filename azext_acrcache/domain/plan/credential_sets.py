"""The steps that make one credential set as wanted: its secrets, the set, its access to them, its health.

Bodies: credentialSets in containerregistry.json (2025-11-01).
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from azext_acrcache.domain.plan import recovery
from azext_acrcache.domain.plan.actions import (AwaitCredentialSet, AwaitGone, AwaitHealth, HandOver, PatchCredentialSet,
                                                PrincipalOf, PutCredentialSet, StoreSecret)
from azext_acrcache.domain.plan.changes import BLOCKED, CREATE, CREDENTIAL_SET, MODIFY, NO_CHANGE, SECRET, Change
from azext_acrcache.domain.plan.hand_over import credential_set_hand_over, grant_vault_line
from azext_acrcache.domain.plan.in_place import has_secrets_of, is_in_place, is_settled
from azext_acrcache.domain.plan.keys import GONE, HEALTH, PROVISIONED
from azext_acrcache.domain.plan.keys import SECRET as SECRET_KEY
from azext_acrcache.domain.plan.keys import ResourceKey, child_key, credential_set_key
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.plan.vault_access import Reader, access_steps, already_healthy, check_vault
from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredSecret
from azext_acrcache.domain.state.observed import ABSENT, SOFT_DELETED, CredentialSet
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict, NotFound


def credential_set_steps(wanted: DesiredCredentialSet, snapshot: RegistrySnapshot) -> list[Step]:
    """What brings one credential set about, in the order of the report: secrets, set, access, health.

    Raises NotFound and Conflict for what can't work.
    """
    existing = snapshot.credential_set(wanted.name)
    if existing is None and snapshot.unseen_sets:
        return _unseen_set_steps(wanted, snapshot, snapshot.unseen_sets.reason)
    deleting = existing is not None and provisioning.is_deleting(existing.provisioning_state)
    _check_possible(wanted, existing, deleting, snapshot)
    if existing and not wanted.secrets and not is_settled(existing):
        wanted = _with_secrets_of(wanted, existing, snapshot)
    secrets = wanted.secrets or tuple(DesiredSecret(secret) for secret in (existing.secrets if existing else ()))
    storing = [_secret_step(secret, snapshot) for secret in wanted.secrets]
    set_id = snapshot.registry.id.child("credentialSets", wanted.name)
    if existing and is_in_place(wanted, snapshot):
        reader = Reader(existing.id, existing.principal_id or "")
        return [*storing, _existing_set(existing),
                *already_healthy(reader, [secret.id for secret in secrets], snapshot)]
    for host in sorted({secret.id.vault_host for secret in secrets} - set(snapshot.unseen_vaults)):
        check_vault(snapshot.vaults[host], wanted.access, snapshot.tenant_id)
    for secret in secrets:
        check_present(secret, snapshot)
    setting = _set_steps(wanted, existing, set_id, tuple(step.key for step in storing if step.action))
    key = credential_set_key(set_id)
    principal = existing.principal_id if existing and existing.principal_id and not deleting else PrincipalOf(key)
    written = any(step.key == key and step.action for step in setting)
    access = access_steps(snapshot, Reader(set_id, principal, (key,) if written else ()),
                          [secret.id for secret in secrets], wanted.scope)
    # New access is not looked for before it is granted; where it is blocked, one look tells how things stand.
    health = health_step(set_id, needs=(key,), after=tuple(step.key for step in (*storing, *access) if step.action))
    return [*storing, *setting, *access, health]


def health_step(set_id: ArmId, needs: tuple[ResourceKey, ...] = (), after: tuple[ResourceKey, ...] = ()) -> Step:
    """Waits until the service has read the secrets of a credential set."""
    return Step(child_key(set_id, HEALTH), f"credential set '{set_id.name}'", AwaitHealth(set_id), needs=needs,
                after=after)


def check_present(secret: DesiredSecret, snapshot: RegistrySnapshot) -> None:
    """Raises NotFound for a secret that must be there already and is not, Conflict for one that is disabled."""
    observed = snapshot.secret(secret.id)
    if secret.value is not None or observed is None:
        return
    vault, name = secret.id.vault_name, secret.id.name
    if observed.state == ABSENT:
        raise NotFound(f"The key vault '{vault}' has no secret '{name}'.",
                       f"Store it on the way with --upstream-username and --upstream-password-file, or before: "
                       f"az keyvault secret set --vault-name {vault} --name {name} --file FILE")
    if observed.state == SOFT_DELETED:
        raise NotFound(f"The secret '{name}' in the key vault '{vault}' is soft-deleted.",
                       f"Recover it: az keyvault secret recover --vault-name {vault} --name {name}")
    if observed.enabled is False:
        raise Conflict(f"The secret '{name}' in the key vault '{vault}' is disabled; no credential set can read it.",
                       f"Enable it: az keyvault secret set-attributes --vault-name {vault} --name {name} --enabled "
                       "true")


def _check_possible(wanted: DesiredCredentialSet, existing: CredentialSet | None, deleting: bool,
                    snapshot: RegistrySnapshot) -> None:
    if (existing is None or deleting) and not wanted.secrets:
        raise NotFound(f"The registry '{snapshot.registry.name}' has no credential set '{wanted.name}'"
                       f"{': it is being deleted' if deleting else ''}.",
                       "To make it, say where its user name and password are: --vault MyVault "
                       "--username-id MyUserSecret --password-id MyPasswordSecret")
    if existing and not deleting and existing.login_server.lower() != wanted.login_server.lower():
        raise Conflict(f"The credential set '{existing.name}' logs in to '{existing.login_server}', not to "
                       f"'{wanted.login_server}'; Azure can't change the login server of a credential set.",
                       "Choose another name with --cred-set, or take the old one down first: "
                       f"az acrcache bootstrap delete --registry {snapshot.registry.name} --cred-set {existing.name}")


def _with_secrets_of(wanted: DesiredCredentialSet, existing: CredentialSet, snapshot: RegistrySnapshot
                     ) -> DesiredCredentialSet:
    """With the secrets that the set has, for one that is to be written again. Raises Conflict where it lacks any."""
    if existing.username is None or existing.password is None:
        raise Conflict(f"The credential set '{existing.name}' does not name two secrets.",
                       "Say where its user name and password are: --vault MyVault --username-id MyUserSecret "
                       "--password-id MyPasswordSecret",
                       f"See it with: az acr credential-set show --registry {snapshot.registry.name} --name "
                       f"{existing.name}")
    return replace(wanted, username=DesiredSecret(existing.username), password=DesiredSecret(existing.password))


def _secret_step(secret: DesiredSecret, snapshot: RegistrySnapshot) -> Step:
    vault, name = snapshot.vaults.get(secret.id.vault_host), secret.id.subject
    # A pinned version is a resource of its own: storing a value leaves it as it is.
    version = f"/{secret.id.version}" if secret.id.version else ""
    key = ResourceKey.of(vault.id if vault else secret.id.vault_host, SECRET_KEY, f"{secret.id.name}{version}")
    observed, subject = snapshot.secret(secret.id), f"secret '{name}'"
    if secret.value is None or snapshot.current_values.get(secret.id.key):
        return Step(key, subject, change=Change(SECRET, NO_CHANGE, name, str(secret.id)))
    unseen = snapshot.unseen_vaults.get(secret.id.vault_host)
    if unseen:
        store = StoreSecret(secret.id, secret.value, False)
        return Step(key, subject, HandOver(unseen.reason, tuple(recovery.commands(store, ""))),
                    Change(SECRET, BLOCKED, name, str(secret.id), unseen.reason))
    deleted = observed is not None and observed.state == SOFT_DELETED
    new = observed is not None and observed.state in (ABSENT, SOFT_DELETED)
    detail = "recovered from soft delete, then stored" if deleted else "stored" if new else "a new version"
    return Step(key, subject, StoreSecret(secret.id, secret.value, deleted),
                Change(SECRET, CREATE if new else MODIFY, name, str(secret.id), detail))


def _unseen_set_steps(wanted: DesiredCredentialSet, snapshot: RegistrySnapshot, reason: str) -> list[Step]:
    """For a set that may not be read: one that is named alone is taken to be well; one with secrets is handed over, since
    it might be there already and be another team's."""
    if not wanted.secrets:
        return []
    set_id = snapshot.registry.id.child("credentialSets", wanted.name)
    lines = recovery.commands(PutCredentialSet(set_id, _body(wanted, with_login_server=True)), "")
    return [*(_secret_step(secret, snapshot) for secret in wanted.secrets),
            credential_set_hand_over(set_id, reason, *lines, grant_vault_line(set_id))]


def _existing_set(existing: CredentialSet) -> Step:
    return Step(credential_set_key(existing.id), f"credential set '{existing.name}'",
                change=Change(CREDENTIAL_SET, NO_CHANGE, existing.name, str(existing.id)))


def _set_steps(wanted: DesiredCredentialSet, existing: CredentialSet | None, set_id: ArmId,
               storing: tuple[ResourceKey, ...]) -> list[Step]:
    key, subject, steps = credential_set_key(set_id), f"credential set '{wanted.name}'", []
    provisioned = Step(key.awaiting(PROVISIONED), subject, AwaitCredentialSet(set_id), affects=(set_id,))
    if existing and provisioning.is_deleting(existing.provisioning_state):
        steps.append(Step(key.awaiting(GONE), subject, AwaitGone(set_id), affects=(set_id,)))
        existing = None
    if existing and has_secrets_of(wanted, existing) and is_settled(existing):
        if provisioning.is_under_way(existing.provisioning_state):
            return [_existing_set(existing), provisioned]
        return [_existing_set(existing)]
    if existing and not provisioning.has_failed(existing.provisioning_state):
        action: PatchCredentialSet | PutCredentialSet = PatchCredentialSet(
            set_id, _body(wanted, with_login_server=False))
        detail = "the secrets that it refers to" if existing.principal_id else "a system-assigned identity"
        change = Change(CREDENTIAL_SET, MODIFY, existing.name, str(set_id), detail)
    else:
        action = PutCredentialSet(set_id, _body(wanted, with_login_server=True))
        change = Change(CREDENTIAL_SET, MODIFY if existing else CREATE, wanted.name, str(set_id),
                        f"for {wanted.login_server}")
    needs = (*(step.key for step in steps), *storing)
    return [*steps, Step(key, subject, action, change, needs=needs), replace(provisioned, needs=(key,))]


def _body(wanted: DesiredCredentialSet, with_login_server: bool) -> dict[str, Any]:
    username, password = wanted.secrets
    properties: dict[str, Any] = {"authCredentials": [{
        "name": "Credential1", "usernameSecretIdentifier": str(username.id),
        "passwordSecretIdentifier": str(password.id)}]}
    if with_login_server:
        properties["loginServer"] = wanted.login_server
    return {"identity": {"type": "SystemAssigned"}, "properties": properties}
