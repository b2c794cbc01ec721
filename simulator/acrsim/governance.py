"""Refusals that are not about rights: locks, policies, providers that a subscription has not registered.

Sources: learn.microsoft.com, azure-resource-manager/management/lock-resources, governance/policy and
azure-resource-manager/troubleshooting (error-register-resource-provider, error-policy-requestdisallowedbypolicy).
"""
from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .protocol.http import Reject, Request, Response, arm_error
from .rbac.authorization import covers
from .state.governance import READ_ONLY, Policy

if TYPE_CHECKING:
    from .state.world import World

SECRET_TYPE = "Microsoft.KeyVault.Data/vaults/secrets"
_DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions/"


def check_governance(world: World, request: Request, resource_type: str, resource_id: str) -> None:
    """Raises Reject for a write that the caller has the right to, and that something else forbids.

    409 ScopeLocked, 409 MissingSubscriptionRegistration, 403 RequestDisallowedByPolicy, 403 RequestDisallowedByAzure.
    Guess: the order among them.
    """
    method = request.method.upper()
    if method in ("GET", "HEAD"):
        return
    check_locks(world, method, resource_id)
    if method in ("PUT", "PATCH"):
        check_registration(world, resource_type, resource_id)
        check_policies(world, resource_type, resource_id, request.json())


def check_locks(world: World, method: str, resource_id: str) -> None:
    """Raises Reject 409 ScopeLocked: ReadOnly stops every write, both levels stop deleting, also of what is around."""
    deleting = method == "DELETE"
    locks = [lock for lock in world.locks.values() if (deleting or lock.level == READ_ONLY) and (
        covers(lock.scope, resource_id) or (deleting and covers(resource_id, lock.scope)))]
    if locks:
        scopes = ",".join(sorted({lock.scope for lock in locks}))
        raise arm_error(409, "ScopeLocked",
                        f"The scope '{resource_id}' cannot perform {'delete' if deleting else 'write'} operation "
                        f"because following scope(s) are locked: '{scopes}'. Please remove the lock and try again.")


def check_registration(world: World, resource_type: str, resource_id: str) -> None:
    """Raises Reject 409 where the subscription has not registered the provider. Guess: reading is not refused."""
    namespace = resource_type.split("/")[0]
    subscription = world.subscription(resource_id.split("/")[2])
    if subscription and namespace.lower() in subscription.unregistered:
        message = f"The subscription is not registered to use namespace '{namespace}'. See " \
                  "https://aka.ms/rps-not-found for how to register subscriptions."
        code = "MissingSubscriptionRegistration"
        raise Reject(Response(409, {"error": {"code": code, "message": message, "details": [
            {"code": code, "target": namespace, "message": message}]}}))


def check_policies(world: World, resource_type: str, resource_id: str, document: dict) -> None:
    """Raises Reject 403 for the policies in force at the resource that deny what the document describes."""
    name = resource_id.rsplit("/", 1)[-1]
    broken = [policy for policy in world.policies.values()
              if covers(policy.scope, resource_id) and policy.denies(resource_type, document)]
    if not broken:
        return
    if broken[0].by_azure:
        # Guess: the words; the code is known from subscriptions that may use some regions only.
        raise arm_error(403, "RequestDisallowedByAzure",
                        f"Resource '{name}' was disallowed by Azure: This policy maintains a set of best available "
                        "regions where your subscription can deploy resources. The objective of this policy is to "
                        "ensure that your subscription has full access to Azure services with optimal performance. "
                        "Should you need additional or different regions, contact support.")
    identifiers = json.dumps([{"policyAssignment": {"name": policy.display_name, "id": policy.id},
                               "policyDefinition": {"name": policy.definition_display_name,
                                                    "id": _DEFINITIONS + policy.definition_name}}
                              for policy in broken], separators=(",", ":"))
    raise Reject(Response(403, {"error": {
        "code": "RequestDisallowedByPolicy", "target": name,
        "message": f"Resource '{name}' was disallowed by policy. Policy identifiers: '{identifiers}'.",
        "additionalInfo": [_violation(policy, resource_type) for policy in broken]}}))


def _violation(policy: Policy, resource_type: str) -> dict:
    evaluated = [{"result": "True", "expressionKind": "Field", "expression": "type", "path": "type",
                  "expressionValue": resource_type, "targetValue": policy.resource_type, "operator": "Equals"}]
    if policy.field:
        evaluated.append({"result": "True", "expressionKind": "Field", "expression": policy.field, "path": policy.field,
                          "targetValue": "false" if policy.missing else policy.matches,
                          "operator": "Exists" if policy.missing else "Match"})
    return {"type": "PolicyViolation", "info": {
        "evaluationDetails": {"evaluatedExpressions": evaluated},
        "policyDefinitionId": _DEFINITIONS + policy.definition_name, "policyDefinitionName": policy.definition_name,
        "policyDefinitionDisplayName": policy.definition_display_name, "policyDefinitionEffect": "deny",
        "policyAssignmentId": policy.id, "policyAssignmentName": policy.name,
        "policyAssignmentDisplayName": policy.display_name, "policyAssignmentScope": policy.scope,
        "policyAssignmentParameters": {}, "policyExemptionIds": []}}
