"""The credential sets of a registry as a manifest has them."""
from __future__ import annotations

from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.plan.credential_sets import credential_set_steps
from azext_acrcache.domain.plan.vault_access import SECRETS_USER
from azext_acrcache.domain.state.desired import SECRET_SCOPE, VAULT_SCOPE, DesiredCredentialSet, DesiredSecret
from azext_acrcache.domain.state.observed import CredentialSet, Vault
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.names import check_credential_set_name
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.values.upstreams import canonical_login_server


def exported_credential_sets(snapshot: RegistrySnapshot
                             ) -> tuple[tuple[DesiredCredentialSet, ...], tuple[str, ...]]:
    """The sets by name, and a sentence for each thing that a manifest can't say of them.

    A set whose secrets can't be said is named alone: a manifest then leaves it as it is where it exists, and refuses
    to make it where it does not.
    """
    sets, warnings = [], []
    for credential_set in sorted(snapshot.credential_sets, key=lambda each: each.name.lower()):
        reason = _unsayable(credential_set)
        if reason:
            warnings.append(f"The credential set '{credential_set.name}' is left out: {reason}.")
            continue
        warnings += _warnings(credential_set, snapshot)
        sets.append(_desired(credential_set, snapshot))
    return tuple(sets), tuple(warnings)


def unlisted_credential_sets(snapshot: RegistrySnapshot) -> tuple[DesiredCredentialSet, ...]:
    """Of sets that the caller may not read the names that rules tell, so that the rules keep them."""
    if not snapshot.unseen_sets:
        return ()
    own = f"{snapshot.registry.id.canonical}/credentialsets/"
    names = {rule.credential_set.name: rule.source.login_server for rule in snapshot.rules
             if rule.credential_set and rule.credential_set.canonical.startswith(own)}
    return tuple(DesiredCredentialSet(name, login_server) for name, login_server in sorted(names.items()))


def _unsayable(credential_set: CredentialSet) -> str:
    if provisioning.is_deleting(credential_set.provisioning_state):
        return "it is being deleted"
    canonical = canonical_login_server(credential_set.login_server)
    if canonical != credential_set.login_server.lower():
        return f"it logs in to '{credential_set.login_server}', which a manifest calls {canonical}"
    try:
        check_credential_set_name(credential_set.name)
    except UserError as error:
        return error.message.rstrip(".")
    return ""


def _desired(credential_set: CredentialSet, snapshot: RegistrySnapshot) -> DesiredCredentialSet:
    name, login_server = credential_set.name, credential_set.login_server
    if _unsayable_secrets(credential_set) or credential_set.username is None or credential_set.password is None:
        return DesiredCredentialSet(name, login_server)
    return DesiredCredentialSet(name, login_server, DesiredSecret(credential_set.username),
                                DesiredSecret(credential_set.password), scope=_scope(credential_set, snapshot))


def _unsayable_secrets(credential_set: CredentialSet) -> str:
    if credential_set.username is None or credential_set.password is None:
        return "it does not name two secrets"
    for secret in credential_set.secrets:
        if not secret.legal:
            return f"it names '{secret}', which is the ID of no secret"
        if secret.version:
            return f"it pins the version {secret.version} of the secret '{secret.subject}'"
    if credential_set.username.same(credential_set.password):
        return f"its user name and its password are both the secret '{credential_set.username.subject}'"
    return ""


def _warnings(credential_set: CredentialSet, snapshot: RegistrySnapshot) -> list[str]:
    subject = f"The credential set '{credential_set.name}'"
    unsayable = _unsayable_secrets(credential_set)
    if unsayable:
        return [f"{subject} is in the manifest without its secrets: {unsayable}. In another registry the manifest "
                "needs usernameSecret and passwordSecret for it."]
    healthy = credential_set.health.healthy
    by_host, warnings = _by_host(credential_set.secrets), []
    for host, secrets in by_host.items():
        vault_name = secrets[0].vault_name
        if host in snapshot.unseen_vaults:
            warnings.append(f"{subject} reads the key vault '{vault_name}', which is named as the secrets have it. "
                            f"{snapshot.unseen_vaults[host].reason}")
        elif host not in snapshot.vaults:
            warnings.append(f"{subject} reads the key vault '{vault_name}', which does not exist any more: applying "
                            "the manifest is refused.")
        elif snapshot.unseen_access and snapshot.vaults[host].rbac:
            warnings.append(f"Whether {subject[0].lower()}{subject[1:]} reads the whole key vault '{vault_name}' is "
                            f"not known. {snapshot.unseen_access.reason}")
        elif healthy and not _has_role(credential_set, snapshot.vaults[host], secrets, snapshot):
            warnings.append(f"{subject} reads the key vault '{vault_name}' by access that a manifest does not say. In "
                            f"another registry the manifest assigns {SECRETS_USER}.")
    if not warnings:
        warnings = _pending(_desired(credential_set, snapshot), snapshot)
    return warnings


def _pending(desired: DesiredCredentialSet, snapshot: RegistrySnapshot) -> list[str]:
    """What applying the manifest mends, or why it is refused: a set that is not Healthy is not as a manifest wants it.
    """
    try:
        steps = credential_set_steps(desired, snapshot)
    except UserError as error:
        return [f"As things are, applying the manifest is refused: {error.message}"]
    return [f"The credential set '{desired.name}' is not as it is in the manifest. Applying it changes "
            f"{step.change.name}: {step.change.detail}." for step in steps if step.action and step.change]


def _by_host(secrets: tuple[SecretId, ...]) -> dict[str, list[SecretId]]:
    by_host: dict[str, list[SecretId]] = {}
    for secret in secrets:
        by_host.setdefault(secret.vault_host, []).append(secret)
    return by_host


def _scopes(credential_set: CredentialSet, snapshot: RegistrySnapshot) -> set[str]:
    """Where the identity itself has the role that `grant vault` assigns, in lower case."""
    return {assignment.scope.rstrip("/").lower() for assignment in
            snapshot.assignments_of(credential_set.principal_id or "") if assignment.role == KEY_VAULT_SECRETS_USER}


def _has_role(credential_set: CredentialSet, vault: Vault, secrets: list[SecretId], snapshot: RegistrySnapshot) -> bool:
    if not vault.rbac:
        policy = vault.policy_of(credential_set.principal_id or "")
        return policy is not None and policy.reads_secrets
    scopes = _scopes(credential_set, snapshot)
    return str(vault.id).lower() in scopes or {vault.secret_scope(secret).lower() for secret in secrets} <= scopes


def _scope(credential_set: CredentialSet, snapshot: RegistrySnapshot) -> str:
    """The whole vault where the role is assigned on it and not on the secrets; else as it is by default."""
    scopes = _scopes(credential_set, snapshot)
    vaults = [(vault, secrets) for host, secrets in _by_host(credential_set.secrets).items()
              if (vault := snapshot.vaults.get(host)) and vault.rbac]
    wide = [str(vault.id).lower() in scopes and
            not {vault.secret_scope(secret).lower() for secret in secrets} <= scopes for vault, secrets in vaults]
    return VAULT_SCOPE if wide and all(wide) else SECRET_SCOPE
