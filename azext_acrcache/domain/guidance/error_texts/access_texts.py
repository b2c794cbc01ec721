"""What stops a role from being given, a consumer from pulling, or a caller from looking.

Sources: azure-cli issues 14259, 18528, 22911, 28935 and 30667; AKS issues 1517, 3566, 4052 and 4195; role-based access
control's troubleshooting page; container-registry-health-error-reference.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.text import known

ACCESS_TEXTS = (
    known(r"PrincipalNotFound|principal (?P<principal>[0-9a-f-]{36}) does not exist in the directory|"
          "does not exist in the directory", "vault/access",
          "ARM does not know the new identity {principal} yet; with the kind of principal in the request it need not "
          "look.",
          "az role assignment create --role \"Key Vault Secrets User\" --assignee-object-id {principal} "
          "--assignee-principal-type ServicePrincipal --scope {scope}",
          "az acrcache grant vault --registry {registry} --name {set}"),
    known("could not create a role assignment for ACR", "consumer/role",
          "az says this of every cause: no right to write role assignments on the registry, an identity that is too "
          "new, no right to read Entra ID, a cluster of another tenant. The role may be there nonetheless.",
          "az acrcache verify access --registry {registry} --aks MyCluster",
          "az acrcache grant pull --registry {registry} --aks MyCluster"),
    known("failed to query .{0,40}by invoking graph api|insufficient privileges to complete the operation",
          "consumer/identity",
          "The caller may not read Entra ID; name the identity by its object ID and kind, then nothing need be read.",
          "az acrcache grant pull --registry {registry} --assignee-object-id {principal} --assignee-principal-type "
          "ServicePrincipal"),
    known(r"(?:does not have (?:authorization|permission)|ABAC condition not fulfilled).{0,80}"
          r"roleAssignments/write['\"]?(?: (?:at|over) scope ['\"](?P<scope>[^'\"]+))?", "consumer/role",
          "The caller may not write role assignments at '{scope}': Contributor can't; Owner, User Access Administrator "
          "and Role Based Access Control Administrator can. A condition on the caller's own role can forbid one too.",
          "az role assignment create --role \"Role Based Access Control Administrator\" --assignee-object-id "
          "{principal} --assignee-principal-type User --scope {scope}"),
    known("RoleAssignmentUpdateNotPermitted", "consumer/role",
          "A role assignment of that name belongs to an identity that is gone, since the identity of a credential set "
          "goes with the set. The old assignment has to be deleted.",
          "az acrcache grant list --registry {registry} --query \"[?orphan]\""),
    known("RoleAssignmentExists|role assignment already exists", "consumer/role",
          "The same role is assigned at the same scope already; a narrower condition on top of it changes nothing.",
          "az acrcache grant list --registry {registry} --output table"),
    known("identity not found", "consumer/role",
          "The assignment is of an identity that was deleted. It does no harm, and can be deleted.",
          "az acrcache grant list --registry {registry} --query \"[?orphan]\""),
    known("only ['\"]?honou?r(?:ed|s)?|roles? (?:are|is)n.t honou?red in an ABAC-enabled registry", "consumer/role",
          "The registry is in ABAC mode, where AcrPull and AcrPush count for nothing.",
          "az acrcache grant pull --registry {registry} --aks MyCluster"),
    known(r"does not have authorization to perform action ['\"](?P<action>[^'\"]+)['\"](?: over scope "
          r"['\"](?P<scope>[^'\"]+))?|AuthorizationFailed", "registry/exists",
          "The caller lacks the right {action} at '{scope}'. The narrow roles for cache rules and credential sets do "
          "not read the registry itself; give its group with --resource-group.",
          "az role assignment list --scope {scope} --include-inherited --output table"),
    known(r"KeyError: ['\"]serverVersion['\"]|az aks check-acr.{0,80}ValueError", None,
          "A fault of `az aks check-acr`, which needs kubectl and a running cluster that it can reach.",
          "az acrcache verify access --registry {registry} --aks MyCluster"),
    known("CONNECTIVITY_FORBIDDEN_ERROR", "registry/network",
          "The registry's network rules keep the caller out.", "az acr network-rule list --name {registry}"),
    known("CONNECTIVITY_DNS_ERROR|LOGIN_SERVER_ERROR|CONNECTIVITY_SSL_ERROR|CONNECTIVITY_CHALLENGE_ERROR|"
          "CONNECTIVITY_WWW_AUTHENTICATE_ERROR|RemoteDisconnected|ProxyError", "pull/login",
          "The registry was not reached, or something else answered in its name: a wrong name, a proxy, a private "
          "endpoint's DNS, or a connection that was cut.",
          "az acr show --name {registry} --query loginServer",
          "az acrcache verify login --registry {registry}"),
    known("CONNECTIVITY_AAD_LOGIN_ERROR|CONNECTIVITY_REFRESH_TOKEN_ERROR", "login/entra",
          "The registry did not take the caller's Entra token: another tenant, or no right on the registry at all.",
          "az acrcache verify login --registry {registry}"),
    known("CONNECTIVITY_ACCESS_TOKEN_ERROR", "pull/authorized",
          "The registry's token lacks a right that was asked for. `az acr check-health --repository` asks for push and "
          "delete too, so that who may only pull always fails there.",
          "az acrcache verify pull --registry {registry} --image {image}"),
    known("DOCKER_PULL_ERROR", "pull/manifest",
          "docker could not pull az's own test image from mcr.microsoft.com; that says nothing of the registry.",
          "az acrcache verify pull --registry {registry} --image {image}"),
    known(r"\bUNEXPECTED_ERROR\b", None,
          "`az acr check-health` met something that it has no name for. It looks at no cache rule, credential set or "
          "vault.",
          "az acrcache verify chain --registry {registry}"),
    known("CMK_ERROR", None, "The key that encrypts the registry can't be reached; cache rules have no part in it.",
          "az acr encryption show --name {registry}"),
    known("(?:DOCKER|HELM|NOTARY)_(?:COMMAND|DAEMON|VERSION)_ERROR", None,
          "A tool of this machine is missing, old or not running; a cached pull does not need it.",
          "az acrcache verify pull --registry {registry} --image {image}"),
)
