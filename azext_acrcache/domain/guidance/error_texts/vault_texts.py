"""What Key Vault says when the secrets of a credential set can't be read or stored.

Sources: recordings of credentialHealth (2023, 2026); Key Vault's pages on REST error codes, soft delete and firewalls;
terraform-provider-azurerm issue 23927, azure-docs issues 61015 and 122468, external-secrets issue 3519, azure-cli
issues 29268, 31406 and 33226, azure-key-vault-to-kubernetes issue 232.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts import az_ways, ways
from azext_acrcache.domain.guidance.error_texts.error_text import CODED, FAILED, REFUSED, Case, text
from azext_acrcache.domain.guidance.error_texts.hosts import KEY_VAULT, TOOL, UPSTREAM

_OFFICER = az_ways.give_role("Key Vault Secrets Officer")

VAULT_TEXTS = (
    text(
        "client address is not authorized|forbiddenbyfirewall|forbiddenbyconnection|"
        "not an approved private link|public network access is disabled.{0,80}(?:trusted|private link)|"
        "caller is not a trusted service",
        Case("vault/network",
             "The firewall of {vault} does not let the caller{ip}{identity} in. For the registry, the vault must let "
             "trusted Azure services pass; that this covers credential sets is not documented, health decides.",
             (az_ways.let_registry_into_vault, ways.verify_chain("credset/health"))),
        speaker=KEY_VAULT, weight=102),
    text(
        "securedbyperimeter|network security perimeter",
        Case("vault/network",
             "A network security perimeter holds {vault}, which no bypass for trusted services gets through; the "
             "perimeter needs an access rule.",
             (az_ways.vault("show", "--query", "properties.publicNetworkAccess"),)),
        speaker=KEY_VAULT, weight=101),
    text(
        r"on-behalf-of \(obo\)|use on-behalf-of",
        Case("vault/access",
             "An access policy of {vault} names the application{application} together with the identity{identity}, "
             "so that it counts for tokens of both only; the identity needs a policy of its own.",
             (az_ways.vault("show", "--query", "properties.accessPolicies"), ways.grant_vault)),
        speaker=KEY_VAULT, weight=101),
    text(
        "does not have secrets set permission|secrets/setsecret/action",
        Case("vault/access",
             "The caller{identity} may not store secrets in {vault}: it lacks {action}. In a vault with Azure RBAC, "
             "Owner and Contributor have no right on the data; a role that was just given can take ten minutes and "
             "more.",
             (_OFFICER,)),
        speaker=KEY_VAULT, weight=101),
    text(
        r"does not have secrets (?:get|list|\w+) permission|not found on any access policy|forbiddenbypolicy|"
        r"accessdenied\b.{0,60}vault|access denied to first party service",
        Case("vault/access", "{vault} uses access policies, and none of them lets the identity{identity} get secrets.",
             (ways.grant_vault,)),
        speaker=KEY_VAULT),
    text(
        "forbiddenbyrbac|secrets/getsecret/action|caller is not authorized to perform action on resource",
        Case("vault/access",
             "{vault} uses Azure RBAC, and the identity{identity} has no role that allows {action} on {secret}, or "
             "the role has not taken effect yet (up to ten minutes).",
             (ways.grant_vault, ways.verify_chain("vault/access"))),
        speaker=KEY_VAULT),
    text(
        r"(?:set|get|read|store|list) (?:the )?secrets?\b.{0,120}(?:\b403\b|forbidden)",
        Case("vault/access",
             "{vault} refused the caller: no role or access policy lets it, the vault's network keeps it out, or a "
             "policy wants something of the secret, such as an expiry date.",
             (ways.verify_chain("vault"),)),
        speaker=KEY_VAULT, weight=REFUSED - 1),
    text(
        r"akv100(?:0[01]|22|32)|akv\d{5}",
        Case("vault/access",
             "{vault} did not accept the token: none was sent, or it is of another tenant or for another service.",
             (az_ways.vault("show", "--query", "properties.tenantId"),
              az_ways.az("account", "show", "--query", "tenantId"))),
        speaker=KEY_VAULT),
    text(
        "secretdisabled|not allowed on an? disabled secret|secret is disabled|(?:secret|password).{0,40}is disabled",
        Case("secret/enabled", "{secret} of the credential set is disabled.",
             (az_ways.enable_secret,)),
        speaker=KEY_VAULT),
    text(
        "not allowed on an? expired secret|secretexpired|secret (?:is|has) expired",
        Case("secret/expiry",
             "The expiry date of {secret} is past. A new value is the mend; moving the date is right only where the "
             "old value is still valid.",
             (az_ways.store_secret,)),
        speaker=KEY_VAULT),
    text(
        "secretnotyetvalid|not allowed on a(?: secret that is)? not yet valid|not yet valid secret",
        Case("secret/expiry", "{secret} is not valid yet: its activation date lies ahead.",
             (az_ways.show_secret,)),
        speaker=KEY_VAULT),
    text(
        "objectisbeingrecovered|currently being recovered",
        Case("secret/exists", "The recovery of {secret} is under way and takes some seconds.",
             (az_ways.show_secret,)),
        speaker=KEY_VAULT, weight=101),
    text(
        "objectisdeletedbutrecoverable|deleted but recoverable state|objectisbeingdeleted|currently being deleted",
        Case("secret/exists",
             "A deleted secret still holds the name of {secret}; it has to be recovered before a new value can be "
             "stored.",
             (az_ways.recover_secret,)),
        speaker=KEY_VAULT),
    text(
        "secretnotfound|was not found in this key ?vault",
        Case("secret/exists", "{secret} does not exist in {vault}, or was deleted.",
             (az_ways.deleted_secrets, ways.verify_chain("secret"))),
        speaker=KEY_VAULT),
    text(
        r"vaultnotfound|(?:key )?vault ['\"]?[\w-]{3,24}['\"]? (?:was )?(?:not found|could not be found|"
        "does not exist)",
        Case("vault/exists", "{vault} does not exist, or its name does not resolve where the text is from.",
             (az_ways.vault("show"), az_ways.az("keyvault", "list-deleted", "--output", "table"))),
        speaker=TOOL),
    text(
        "vaultalreadyexists|vault.{0,60}(?:already exists in deleted state|"
        "in a deleted (?:but recoverable )?state)|vaultnameinusebysoftdelete|deleted vault.{0,60}exists",
        Case("vault/exists", "{vault} is soft-deleted and still holds its name; it can be recovered.",
             (az_ways.vault("recover", needs="Microsoft.KeyVault/vaults/write"),)),
        speaker=KEY_VAULT, weight=101),
    text(
        "vaultrequesttypelimitreached|not processed because too many requests",
        Case("request/throttled", "{vault} throttles its callers{wait}; try again later.",
             (ways.verify_chain("vault"),)),
        speaker=KEY_VAULT),
    text(
        "cannot set policies to a vault with",
        Case("vault/access", "{vault} uses Azure RBAC, where access policies have no effect; a role is needed.",
             (ways.grant_vault,)),
        speaker=TOOL),
    text(
        r"only works for key ?vaults that use the ['\"]?(?:azure )?role-based access control",
        Case("vault/access", "{vault} uses access policies, where roles on its data have no effect.",
             (ways.grant_vault,)),
        speaker=TOOL),
    text(
        r"(?:secret|credential)\w* (?:identifier|id)\b.{0,60}(?:invalid|not valid|version)|invalidsecretidentifier",
        Case("credset/secret-ids",
             "A secret identifier of the credential set is not one of a key vault's secret without a version.",
             (ways.verify_chain("credset/secret-ids"),)),
        weight=CODED),
    text(
        "(?:org|personal)? ?access token (?:is|has) expired|access token.{0,20}expired|token has expired|"
        "pat has expired",
        Case("upstream/login",
             "The upstream's access token in {vault} has run out; all rules that use it fail at once.",
             (az_ways.store_secret, ways.verify_upstream)),
        speaker=UPSTREAM, weight=REFUSED + 5),
    text(
        "incorrect username or password|bad credentials",
        Case("upstream/login",
             "The upstream did not accept the user name or the password. A newline at the end of the secret has the "
             "same effect.",
             (ways.verify_upstream,)),
        speaker=UPSTREAM, weight=REFUSED + 3),
    text(
        "sequence contains no elements",
        Case("credset/health",
             "The service failed to read the credentials for a reason of its own: seen in June 2026 on sets of "
             "dhi.io, with nothing wrong in the chain. If all other checks pass, it is for Azure's support.",
             (ways.verify_chain(),))),
    text(
        "credentialhealth.{0,80}unhealthy",
        Case("credset/health", "The service can't read the secrets of {set}.",
             (ways.verify_chain("credset/health"),)),
        weight=FAILED),
)
