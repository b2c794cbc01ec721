"""What Key Vault and Entra ID say when the secrets of a credential set can't be read or stored.

Sources: recordings of credentialHealth (2023, 2026), Key Vault's pages on REST error codes and on soft delete,
terraform-provider-azurerm issue 23927, azure-docs issues 61015 and 122468, external-secrets issue 3519.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.error_texts.text import known

VAULT_TEXTS = (
    known("AADSTS700016|unauthorized_client", "credset/health",
          "Entra ID does not know the identity of the credential set yet: a new identity takes a minute or two.",
          "az acrcache verify chain --registry {registry} --only credset/health"),
    known(r"does not have secrets get permission on key vault ['\"](?P<vault>[^'\";]+)|ForbiddenByPolicy",
          "vault/access",
          "The key vault '{vault}' uses access policies, and none lets the identity get secrets.",
          "az acrcache grant vault --registry {registry} --name {set}"),
    known(r"vaults/secrets/setSecret/action", "vault/access",
          "The caller may not store secrets in the key vault. On a vault with Azure RBAC, Owner and Contributor have "
          "no right on its data; a role that was just given can take ten minutes and more.",
          "az role assignment create --role \"Key Vault Secrets Officer\" --assignee-object-id {principal} "
          "--assignee-principal-type User --scope {scope}"),
    known(r"client address is not authorized|ForbiddenByFirewall|ForbiddenByConnection|"
          r"public network access is disabled.{0,60}(?:vault|trusted)", "vault/network",
          "The key vault's firewall does not let the caller in. For the registry, the vault must let trusted Azure "
          "services pass; that this covers credential sets is not documented, health decides.",
          "az keyvault update --name {vault} --bypass AzureServices"),
    known("SecuredByPerimeter", "vault/network",
          "A network security perimeter holds the key vault, which no bypass for trusted services gets through; the "
          "perimeter needs a rule for it.",
          "az keyvault show --name {vault} --query properties.publicNetworkAccess"),
    known(r"ForbiddenByRbac|vaults/secrets/getSecret/action|caller is not authorized to perform action on resource",
          "vault/access",
          "The key vault uses Azure RBAC, and the identity has no role that reads the secret, or the role has not "
          "taken effect yet (up to ten minutes).",
          "az acrcache grant vault --registry {registry} --name {set}",
          "az acrcache verify chain --registry {registry} --only vault/access"),
    known(r"SecretDisabled|operation get is not allowed on a disabled secret", "secret/enabled",
          "A secret of the credential set is disabled.",
          "az keyvault secret set-attributes --vault-name {vault} --name {secret} --enabled true"),
    known(r"ObjectIsDeletedButRecoverable|deleted but recoverable state", "secret/exists",
          "A deleted secret still holds the name; it has to be recovered before a new value can be stored.",
          "az keyvault secret recover --vault-name {vault} --name {secret}"),
    known("ObjectIsBeingRecovered", "secret/exists", "The recovery of the secret is under way and takes some seconds.",
          "az keyvault secret show --vault-name {vault} --name {secret} --query attributes.enabled"),
    known(r"SecretNotFound|was not found in this key vault", "secret/exists",
          "The secret that the credential set names does not exist in the vault, or was deleted.",
          "az keyvault secret list-deleted --vault-name {vault}",
          "az acrcache verify chain --registry {registry} --only secret"),
    known("cannot set policies to a vault with ['\"]?--enable-rbac-authorization", "vault/access",
          "The key vault uses Azure RBAC, where access policies are void; a role is needed.",
          "az acrcache grant vault --registry {registry} --name {set}"),
    known("only works for key vaults that use the ['\"]?(?:azure )?role-based access control", "vault/access",
          "The key vault uses access policies, where roles on its data are void.",
          "az acrcache grant vault --registry {registry} --name {set}"),
    known("org access token is expired|access token (?:is|has) expired|personal access token.{0,20}expired",
          "upstream/login", "The upstream's access token in the key vault has run out; all rules that use it fail at "
                            "once.",
          "az keyvault secret set --vault-name {vault} --name {secret} --file FILE --encoding utf-8",
          "az acrcache verify upstream --registry {registry}"),
    known("incorrect username or password", "upstream/login",
          "The upstream did not take the user name or the password. A newline at the end of the secret does that too.",
          "az acrcache verify upstream --registry {registry}"),
)
