"""Only the access of a credential set that exists, for `grant vault`."""
from __future__ import annotations

from dataclasses import replace

from azext_acrcache.domain.guidance.az_lines import Advice, AzLine, LineContext
from azext_acrcache.domain.plan.credential_sets import check_present, disabled_secrets, enabling_line, health_step
from azext_acrcache.domain.plan.hand_over import access_hand_over, grant_vault_line
from azext_acrcache.domain.plan.step import Plan
from azext_acrcache.domain.plan.vault_access import Reader, access_steps, check_vault
from azext_acrcache.domain.state.desired import DesiredSecret
from azext_acrcache.domain.state.observed import CredentialSet
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict


def plan_hand_over(set_id: ArmId, reason: str) -> Plan:
    """For a credential set that the caller may not read: somebody who may can run the same."""
    return Plan.of([access_hand_over(set_id, set_id.name, reason, grant_vault_line(set_id))])


def plan_vault_access(credential_set: CredentialSet, snapshot: RegistrySnapshot, access: str, scope: str) -> Plan:
    """The access that is missing, then a look at health where anything was missing or the set is not Healthy.

    Access to a secret that is disabled is granted all the same, and health, which it would have to wait for, not looked
    at: `warnings_on` says so.

    Raises UserError for what can't work.

    :param access: AUTO, RBAC or POLICY. :param scope: SECRET_SCOPE or VAULT_SCOPE.
    """
    if not credential_set.principal_id:
        raise Conflict(f"The credential set '{credential_set.name}' has no identity that access could be granted to.",
                       *_identity_given(credential_set))
    for host in sorted({secret.vault_host for secret in credential_set.secrets} - set(snapshot.unseen_vaults)):
        check_vault(snapshot.vaults[host], access, snapshot.tenant_id)
    disabled = disabled_secrets(credential_set.secrets, snapshot)
    for secret in credential_set.secrets:
        if secret not in disabled:
            check_present(DesiredSecret(secret), snapshot)
    steps = access_steps(snapshot, Reader(credential_set.id, credential_set.principal_id), credential_set.secrets,
                         scope)
    if not disabled and (any(step.action for step in steps) or not credential_set.health.healthy):
        steps.append(health_step(credential_set.id, after=tuple(step.key for step in steps if step.action)))
    return Plan.of(steps)


def warnings_on(credential_set: CredentialSet, snapshot: RegistrySnapshot, context: LineContext) -> list[str]:
    """What keeps the set from becoming Healthy whatever access it has; one sentence and its line each."""
    return [f"The secret '{secret.subject}' is disabled: the credential set '{credential_set.name}' can't read it "
            f"until it is enabled: {replace(enabling_line(secret), context=context)}"
            for secret in disabled_secrets(credential_set.secrets, snapshot)]


def _identity_given(credential_set: CredentialSet) -> list[str]:
    """A complete line only where the set names both secrets: a PUT gives it an identity."""
    if credential_set.username is None or credential_set.password is None:
        return ["Give it one with `az acrcache bootstrap create` and --cred-set, --vault, --username-id and "
                "--password-id."]
    line = AzLine.of("acr", "credential-set", "create").registry(credential_set.id.parent)
    line = line.option("--name", credential_set.name).option("--login-server", credential_set.login_server)
    line = line.option("--username-id", str(credential_set.username))
    return [Advice("Give it one", line.option("--password-id", str(credential_set.password)))]
