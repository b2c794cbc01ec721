"""Only the access of a credential set that exists, for `grant vault`."""
from __future__ import annotations

from azext_acrcache.domain.plan.credential_sets import check_present, health_step
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

    Raises UserError for what can't work.

    :param access: AUTO, RBAC or POLICY. :param scope: SECRET_SCOPE or VAULT_SCOPE.
    """
    if not credential_set.principal_id:
        raise Conflict(f"The credential set '{credential_set.name}' has no identity that access could be granted to.",
                       f"Give it one: az acrcache bootstrap create --registry {snapshot.registry.name} --cred-set "
                       f"{credential_set.name} with --vault, --username-id and --password-id")
    for host in sorted({secret.vault_host for secret in credential_set.secrets} - set(snapshot.unseen_vaults)):
        check_vault(snapshot.vaults[host], access, snapshot.tenant_id)
    for secret in credential_set.secrets:
        check_present(DesiredSecret(secret), snapshot)
    steps = access_steps(snapshot, Reader(credential_set.id, credential_set.principal_id), credential_set.secrets,
                         scope)
    if any(step.action for step in steps) or not credential_set.health.healthy:
        steps.append(health_step(credential_set.id, after=tuple(step.key for step in steps if step.action)))
    return Plan.of(steps)
