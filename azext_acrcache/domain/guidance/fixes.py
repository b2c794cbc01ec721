"""Lines that mend what a check found, whole and ready to run."""
from __future__ import annotations

import shlex
from typing import Sequence

from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.checks.check import Fix
from azext_acrcache.domain.checks.snapshot import ChainSnapshot
from azext_acrcache.domain.state.observed import CredentialSet, Rule, Vault
from azext_acrcache.domain.values.secret_ids import SecretId

WRITE_RULE = "Microsoft.ContainerRegistry/registries/cacheRules/write"
DELETE_RULE = "Microsoft.ContainerRegistry/registries/cacheRules/delete"
WRITE_SET = "Microsoft.ContainerRegistry/registries/credentialSets/write"
DELETE_SET = "Microsoft.ContainerRegistry/registries/credentialSets/delete"
WRITE_REGISTRY = "Microsoft.ContainerRegistry/registries/write"
WRITE_ROLES = "Microsoft.Authorization/roleAssignments/write"
DELETE_ROLES = "Microsoft.Authorization/roleAssignments/delete"
WRITE_POLICIES = "Microsoft.KeyVault/vaults/accessPolicies/write"
WRITE_VAULT = "Microsoft.KeyVault/vaults/write"


class Fixes:
    """Names the subscription only where it is another than the one that az works in."""

    def __init__(self, seen: ChainSnapshot):
        self._seen, self._registry = seen, seen.registry.id

    def registry(self, *words: str) -> Fix:
        """`az acr update …` on the registry itself."""
        line = self._line(["acr", "update", "--name", self._registry.name, *self._where(self._registry), *words])
        return Fix(line, f"{WRITE_REGISTRY} on {self._registry.name}")

    def soft_delete_off(self) -> Fix:
        # This command of az knows no --resource-group.
        where = self._where(self._registry)[2:]
        line = self._line(["acr", "config", "soft-delete", "update", "--registry", self._registry.name, *where,
                           "--status", "disabled", "--yes"])
        return Fix(line, f"{WRITE_REGISTRY} on {self._registry.name}")

    def rule_again(self, rule: Rule) -> Fix:
        """The same rule once more: carries on where its provisioning failed."""
        words = ["acrcache", "bootstrap", "create", *self._on(), "--name", rule.name,
                 "--source-repo", str(rule.source), "--target-repo", str(rule.target)]
        words += ["--cred-set", rule.credential_set.name] if rule.credential_set else []
        words += ["--identity", rule.identities[0]] if rule.identities else []
        return Fix(self._line(words), f"{WRITE_RULE} on {self._registry.name}")

    def rule_with_set(self, rule: Rule, credential_set: str) -> Fix:
        line = self._line(["acr", "cache", "update", *self._on(), "--name", rule.name, "--cred-set", credential_set])
        return Fix(line, f"{WRITE_RULE} on {self._registry.name}")

    def rule_without_set(self, rule: Rule) -> Fix:
        line = self._line(["acr", "cache", "update", *self._on(), "--name", rule.name, "--remove-cred-set"])
        return Fix(line, f"{WRITE_RULE} on {self._registry.name}")

    def no_rule(self, rule: Rule) -> Fix:
        line = self._line(["acr", "cache", "delete", *self._on(), "--name", rule.name, "--yes"])
        return Fix(line, f"{DELETE_RULE} on {self._registry.name}")

    def rule_from(self, rule: Rule, source: str) -> Fix:
        """A rule as this one is, with another source."""
        words = ["acr", "cache", "create", *self._on(), "--name", rule.name, "--source-repo", source,
                 "--target-repo", str(rule.target)]
        words += ["--cred-set", rule.credential_set.name] if rule.credential_set else []
        return Fix(self._line(words), f"{WRITE_RULE} on {self._registry.name}")

    def set_secrets(self, found: CredentialSet, secrets: Sequence[SecretId], create: bool = False) -> Fix:
        """:param secrets: user name and password. :param create: PUT, which gives an identity where there is none."""
        words = ["acr", "credential-set", "create" if create else "update", *self._on(), "--name", found.name]
        words += ["--login-server", found.login_server] if create else []
        words += ["--username-id", str(secrets[0]), "--password-id", str(secrets[1])]
        return Fix(self._line(words), f"{WRITE_SET} on {self._registry.name}")

    def no_set(self, found: CredentialSet) -> Fix:
        line = self._line(["acrcache", "bootstrap", "delete", *self._on(), "--cred-set", found.name, "--yes"])
        return Fix(line, f"{DELETE_SET} on {self._registry.name}, {DELETE_ROLES} or {WRITE_POLICIES} on its key vaults")

    def vault_access(self, credential_set: str, vaults: Sequence[Vault] = ()) -> Fix:
        """Grants what is missing and waits until the set is Healthy."""
        needs = [f"{WRITE_ROLES if vault.rbac else WRITE_POLICIES} on {vault.name}" for vault in vaults]
        line = self._line(["acrcache", "grant", "vault", *self._on(), "--name", credential_set])
        return Fix(line, ", ".join(needs) or f"{WRITE_ROLES} or {WRITE_POLICIES} on its key vault")

    def vault(self, vault: Vault, *words: str) -> Fix:
        line = self._line(["keyvault", "update", "--name", vault.name, *self._where(vault.id), *words])
        return Fix(line, f"{WRITE_VAULT} on {vault.name}")

    def recovered_vault(self, name: str, vault: ArmId, location: str) -> Fix:
        words = ["keyvault", "recover", "--name", name, "--location", location, *self._where(vault)]
        return Fix(self._line(words), f"{WRITE_VAULT} on the resource group {vault.group}")

    def policy(self, vault: Vault, principal_id: str) -> Fix:
        words = ["keyvault", "set-policy", "--name", vault.name, *self._where(vault.id), "--object-id", principal_id,
                 "--secret-permissions", "get", "--key-permissions", "--certificate-permissions",
                 "--storage-permissions"]
        return Fix(self._line(words), f"{WRITE_VAULT} on {vault.name}")

    def no_policy(self, vault: Vault, principal_id: str) -> Fix:
        words = ["keyvault", "delete-policy", "--name", vault.name, *self._where(vault.id), "--object-id", principal_id]
        return Fix(self._line(words), f"{WRITE_VAULT} on {vault.name}")

    def role(self, scope: str, role: str, principal_id: str) -> Fix:
        words = ["role", "assignment", "create", "--role", role, "--scope", scope, "--assignee-object-id", principal_id,
                 "--assignee-principal-type", "ServicePrincipal"]
        return Fix(self._line(words), f"{WRITE_ROLES} on {scope}")

    def no_role(self, assignment_id: str) -> Fix:
        words = ["role", "assignment", "delete", "--ids", assignment_id]
        return Fix(self._line(words),
                   f"{DELETE_ROLES} on {assignment_id.partition('/providers/Microsoft.Authorization')[0]}")

    def recovered_secret(self, secret: SecretId) -> Fix:
        return self._secret(secret, ["recover"], "recover/action")

    def stored_secret(self, secret: SecretId) -> Fix:
        """Reads the value from standard input, so that it stands in no history."""
        return self._secret(secret, ["set"], "setSecret/action", "--file", "/dev/stdin")

    def secret_attributes(self, secret: SecretId, *words: str) -> Fix:
        return self._secret(secret, ["set-attributes"], "update/action", *words)

    def _secret(self, secret: SecretId, verb: list[str], action: str, *words: str) -> Fix:
        line = self._line(["keyvault", "secret", *verb, "--vault-name", secret.vault_name, "--name", secret.name,
                           *words])
        return Fix(line, f"Microsoft.KeyVault/vaults/secrets/{action} on {secret.subject}")

    def _on(self) -> list[str]:
        return ["--registry", self._registry.name, *self._where(self._registry)]

    def _where(self, resource: ArmId) -> list[str]:
        elsewhere = self._seen.subscription and resource.subscription.lower() != self._seen.subscription.lower()
        return ["--resource-group", resource.group, *(["--subscription", resource.subscription] if elsewhere else [])]

    @staticmethod
    def _line(words: list[str]) -> str:
        return shlex.join(["az", *words])
