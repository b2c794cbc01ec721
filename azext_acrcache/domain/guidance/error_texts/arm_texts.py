"""What Azure Resource Manager says when something can't be read, made or given.

Sources: role-based access control's troubleshooting page; Azure Policy's and resource locks' pages; request limits and
throttling; azure-cli issues 22911 and 28242; AKS issues 1517, 3566 and 4195; terraform-provider-azurerm issues 17478
and PR 26054; azure-docs issues 7006, 94535 and 113525; azqr issue 34.
"""
from __future__ import annotations

from typing import Callable

from azext_acrcache.domain.guidance.error_texts import az_ways, ways
from azext_acrcache.domain.guidance.error_texts.error_text import CODED, Case, near, text
from azext_acrcache.domain.guidance.error_texts.hosts import ARM
from azext_acrcache.domain.guidance.error_texts.reading import Reading

_ADMINISTRATOR = "Role Based Access Control Administrator"

# The resource that is spoken of, by its type, and the check that it belongs to. The first that stands there counts.
_TYPES = (("/cacherules", "rule/exists"), ("/credentialsets", "credset/exists"), ("/listcredentials", "login/admin"),
          ("containerregistry", "registry/exists"), ("keyvault/vaults/secrets", "vault/access"),
          ("keyvault", "vault/exists"), ("managedidentity", "consumer/identity"),
          ("containerservice", "consumer/exists"), ("microsoft.app", "consumer/exists"),
          ("microsoft.web", "consumer/exists"), ("containerinstance", "consumer/exists"),
          ("microsoft.compute", "consumer/exists"))


def _is_about(check: str) -> Callable[[Reading], bool]:
    def fits(reading: Reading) -> bool:
        about = (reading.nouns.get("action") or reading.near).lower()
        return next((named for word, named in _TYPES if word in about), "registry/exists") == check
    return fits


def _of_vault(reading: Reading) -> bool:
    return "keyvault" in reading.nouns.get("scope", "").lower()


_FORBIDDEN = {
    "rule/exists": "cache rules", "credset/exists": "credential sets", "login/admin": "the admin user",
    "registry/exists": "the registry", "vault/access": "secrets", "vault/exists": "the key vault",
    "consumer/identity": "the managed identity", "consumer/exists": "the consumer"}
_MISSING = {
    "rule/exists": "{rule} does not exist in {registry}.",
    "credset/exists": "{set} does not exist in {registry}.",
    "vault/exists": "{vault} does not exist{group}, or was deleted.",
    "consumer/identity": "The managed identity does not exist{group}.",
    "consumer/exists": "{consumer} does not exist{group}.",
    "registry/exists": "{registry} is not listed{group}: another subscription is current, or it is so new that ARM's "
                       "list lags behind."}
_LOOKS = {"rule/exists": ways.bootstrap_list, "credset/exists": ways.verify_chain("credset"),
          "vault/exists": az_ways.vault("show"), "registry/exists": az_ways.acr("show")}

ARM_TEXTS = (
    text(
        "requestdisallowedbypolicy|disallowed by (?:azure )?policy|policyviolation|requestdisallowedbyazure|"
        "denied by policy",
        Case("request/policy",
             "Azure Policy refuses the request{policy}; no role gets past it. What is asked for has to meet the "
             "policy, or its owner has to exempt the scope.",
             (az_ways.policy_states,)),
        speaker=ARM, weight=110),
    text(
        "deny assignment with (?:name|id)|denyassignmentauthorizationfailed|because of the deny assignment",
        Case("request/policy",
             "A deny assignment forbids {action} at {scope}; no role gets past it. It belongs to whoever manages the "
             "resource, such as a managed application or a deployment stack.",
             (az_ways.list_roles,)),
        speaker=ARM, weight=110),
    text(
        "missingsubscriptionregistration|not registered to use namespace|noregisteredproviderfound|"
        "subscriptionnotregistered",
        Case("request/policy", "The subscription is not registered for the resource provider{provider}.",
             (az_ways.register_provider,)),
        speaker=ARM, weight=105),
    text(
        r"scopelocked|scope\(s\) are locked|cannotdelete lock|readonly lock",
        Case("request/lock",
             "A lock on {locked} forbids the request; no role gets past it. Its owner has to remove it.",
             (az_ways.list_locks,)),
        speaker=ARM, weight=110),
    text(
        "roleassignmentlimitexceeded|no more role assignments can be created|quotaexceeded|"
        r"exceeds? (?:the )?allowed quota|not supported (?:for|in|on) (?:the )?(?:sku|tier)|notsupported\b|"
        "skunotsupported|networkrulenotsupported|exceeded the (?:maximum|allowed|quota)|quota has been (?:met|"
        "exceeded|reached)|maximum (?:number|allowed) .{0,60}(?:reached|exceeded)|"
        "limit of .{1,60} has been (?:reached|exceeded)|size ?limit ?exceeded|storage (?:quota|"
        "limit).{0,30}(?:exceeded|reached)|maxcountexceeded|has reached its limit|"
        "requires (?:the )?premium (?:sku|tier)|only (?:supported|available) (?:in|for|on) (?:the )?premium",
        Case("request/limit",
             "A limit of the subscription, or of the tier of {registry}, stands in the way; no role gets past it.",
             (az_ways.acr("show", "--query", "sku.name"), az_ways.acr("show-usage"))),
        speaker=ARM, weight=92),
    text(
        "subscriptionrequeststhrottled|resourcerequeststhrottled|tenantrequeststhrottled|"
        "number of .{1,120} (?:requests )?.{0,120}exceeded|operationnotallowed.{0,80}rate",
        Case("request/throttled",
             "Azure Resource Manager throttles {action}{wait}; no role changes that. Try again later.",
             (az_ways.az("account", "show"),)),
        speaker=ARM, weight=94),
    text(
        "connectivity_toomanyrequests_error",
        Case("request/throttled",
             "{registry} throttles its clients{wait}: its tier decides how many requests it takes.",
             (az_ways.acr("show", "--query", "sku.name"),)),
        weight=94),
    text(
        "principalnotfound|does not exist in the directory",
        Case("consumer/identity",
             "ARM does not know the identity{identity} yet, or it is of another tenant; with the kind of principal "
             "in the request a new one need not be looked up.",
             (ways.grant_vault, az_ways.give_principal_role),
             lambda reading: "set" in reading.nouns or _of_vault(reading)),
        Case("consumer/identity",
             "ARM does not know the identity{identity} yet, or it is of another tenant; with the kind of principal "
             "in the request a new one need not be looked up.",
             (ways.grant_principal,)),
        speaker=ARM),
    text(
        "unmatchedprincipaltype|invalidprincipaltype|principaltypenotsupported",
        Case("consumer/identity",
             "The kind of principal in the request is not that of the identity{identity}: --assignee-principal-type "
             "has to be User, Group or ServicePrincipal, as Entra ID has it.",
             (az_ways.show_principal,)),
        speaker=ARM),
    text(
        "roleassignmentupdatenotpermitted",
        Case("consumer/role",
             "A role assignment of that name belongs to an identity that is gone, since the identity of a credential "
             "set goes with the set. The old assignment has to be deleted.",
             (ways.orphans,)),
        speaker=ARM),
    text(
        "roleassignmentexists|role assignment already exists",
        Case("consumer/role",
             "The same role is assigned at the same scope already; a narrower condition on top of it changes nothing.",
             (ways.grant_list,)),
        speaker=ARM),
    text(
        "roledefinitiondoesnotexist|role definition.{0,60}does not exist|role '.{1,80}' doesn't exist",
        Case("consumer/role", "There is no role of that name or ID in the tenant.",
             (az_ways.az("role", "definition", "list", "--query", "[].roleName", "--output", "tsv"),)),
        speaker=ARM),
    text(
        "role assignment condition is invalid|invalidcondition",
        Case("consumer/role", "The condition of the role assignment is not valid, or its version is not 2.0.",
             (ways.grant_pull,)),
        speaker=ARM),
    text(
        "unauthorizedforcredentialoperations",
        Case("login/admin", "Something asks for the password of the admin user of {registry}, which is off.",
             (ways.verify_login,),
             near("admin user")),
        Case("credset/exists", "The caller may not attach a credential set or its credentials.",
             (az_ways.list_roles,)),
        speaker=ARM),
    text(
        "could not create a role assignment for acr",
        Case("consumer/role",
             "az says this of every cause: no right to write role assignments on the registry, an identity that is "
             "too new, no right to read Entra ID, a cluster of another tenant. The role may be there nonetheless.",
             (ways.verify_access, ways.grant_pull)),
        weight=70),
    text(
        "(?:does not have (?:authorization|permission)|abac condition not fulfilled).{0,120}roleassignments/write",
        Case("vault/access",
             "The caller{identity} may not write role assignments at {scope} ({action}): Contributor can't; Owner, "
             "User Access Administrator and Role Based Access Control Administrator can. A condition on the caller's "
             "own role can forbid one too.",
             (az_ways.give_role(_ADMINISTRATOR), ways.grant_vault),
             _of_vault),
        Case("consumer/role",
             "The caller{identity} may not write role assignments at {scope} ({action}): Contributor can't; Owner, "
             "User Access Administrator and Role Based Access Control Administrator can. A condition on the caller's "
             "own role can forbid one too.",
             (az_ways.give_role(_ADMINISTRATOR),)),
        speaker=ARM, weight=93),
    text(
        "does not have (?:authorization|permission) to perform action|authorizationfailed",
        *(Case(check,
               f"The caller{{identity}} lacks the right {{action}} at {{scope}}, so that it may not do this to {noun}. "
               "The narrow roles for cache rules and credential sets do not read the registry itself; give its group "
               "with --resource-group.",
               (az_ways.list_roles,),
               _is_about(check)) for check, noun in _FORBIDDEN.items()),
        speaker=ARM, weight=CODED),
    text(
        "resourcenotfound|resourcegroupnotfound|parentresourcenotfound|(?:could not be|"
        "was not) found in (?:the )?subscription|subscriptionnotfound|there is no container registry|"
        "registry with name .{1,60} could not be found|resource group '.{1,90}' could not be found|"
        "under resource group '.{1,90}' was not found",
        *(
             Case(check, cause, (_LOOKS.get(check, az_ways.az("account", "show")),), _is_about(check))
             for check, cause in _MISSING.items()),
        speaker=ARM, weight=CODED - 2),
    text(
        "registry dns name .{1,60} is already in use|registrynamealreadyinuse|alreadyinuse",
        Case("registry/exists", "Another registry in the world has this name.",
             (az_ways.acr("check-name"),)),
        speaker=ARM),
    text(
        "anotheroperationinprogress|another operation is (?:already )?in progress|operationinprogress",
        Case("rule/provisioned",
             "An operation on {registry} or its rules is still under way; try again when it has ended.",
             (ways.verify_chain(),)),
        speaker=ARM, weight=85),
)
