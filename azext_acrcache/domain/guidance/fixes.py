"""Lines that mend the chains of one registry, whole and ready to run, with the right that each takes."""
from __future__ import annotations

from typing import Sequence

from azext_acrcache.domain.guidance.az_lines import AzLine, LineContext
from azext_acrcache.domain.guidance.fix import Fix
from azext_acrcache.domain.state.observed import CredentialSet, Rule, Vault
from azext_acrcache.domain.values.arm_ids import ArmId
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


class Fixes:  # pylint: disable=too-many-public-methods  # one for each line that a check may print
    """:param context: which subscription need not be named, and what every line keeps."""

    def __init__(self, registry: ArmId, context: LineContext = LineContext()):
        self._registry, self._context = registry, context

    def registry(self, *words: str) -> Fix:
        """`az acr update …` on the registry itself."""
        return Fix(str(self._line("acr", "update").registry(self._registry, "--name").add(*words)),
                   f"{WRITE_REGISTRY} on {self._registry.name}")

    def approved_endpoint(self, connection: str) -> Fix:
        """For the connection of a private endpoint that waits."""
        line = self._line("acr", "private-endpoint-connection", "approve")
        line = line.registry(self._registry, "--registry-name").option("--name", connection)
        return Fix(str(line), f"{WRITE_REGISTRY.replace('/write', '/privateEndpointConnections/write')} on "
                              f"{self._registry.name}")

    def new_endpoint(self, location: str) -> Fix:
        """In a subnet that only the user knows."""
        line = self._line("network", "private-endpoint", "create").option("--name", f"{self._registry.name}-endpoint")
        line = line.group(self._registry).option("--location", location).option("--vnet-name", "MyVnet")
        line = line.option("--subnet", "MySubnet").option("--private-connection-resource-id", str(self._registry))
        line = line.option("--group-id", "registry").option("--connection-name", self._registry.name)
        return Fix(str(line), "Microsoft.Network/privateEndpoints/write on the resource group "
                              f"{self._registry.group}")

    def soft_delete_off(self) -> Fix:
        # This command of az knows no --resource-group.
        line = self._line("acr", "config", "soft-delete", "update").option("--registry", self._registry.name)
        line = line.subscription(self._registry).option("--status", "disabled").flag("--yes")
        return Fix(str(line), f"{WRITE_REGISTRY} on {self._registry.name}")

    def rule_again(self, rule: Rule) -> Fix:
        """The same rule once more: carries on where its provisioning failed."""
        line = self._on_registry("acrcache", "bootstrap", "create").option("--name", rule.name)
        line = line.option("--source-repo", str(rule.source)).option("--target-repo", str(rule.target))
        line = line.option("--cred-set", rule.credential_set.name if rule.credential_set else None)
        return self._rule(line.option("--identity", rule.identities[0] if rule.identities else None))

    def rule_with_set(self, rule: Rule, credential_set: str) -> Fix:
        return self._rule(self._on_registry("acr", "cache", "update").option("--name", rule.name)
                          .option("--cred-set", credential_set))

    def rule_with_new_set(self, rule: Rule, credential_set: str) -> Fix:
        """With secrets in a vault that only the user knows."""
        line = self._on_registry("acrcache", "bootstrap", "create").option("--name", rule.name)
        line = line.option("--source-repo", str(rule.source)).option("--target-repo", str(rule.target))
        line = line.option("--cred-set", credential_set).option("--vault", "MyVault")
        line = line.option("--username-id", "MyUserSecret").option("--password-id", "MyPasswordSecret")
        return Fix(str(line), f"{WRITE_SET} and {WRITE_RULE} on {self._registry.name}, {WRITE_ROLES} or "
                              f"{WRITE_POLICIES} on the key vault")

    def rule_without_set(self, rule: Rule) -> Fix:
        return self._rule(self._on_registry("acr", "cache", "update").option("--name", rule.name)
                          .flag("--remove-cred-set"))

    def no_rule(self, rule: Rule) -> Fix:
        line = self._on_registry("acr", "cache", "delete").option("--name", rule.name).flag("--yes")
        return Fix(str(line), f"{DELETE_RULE} on {self._registry.name}")

    def rule_from(self, rule: Rule, source: str) -> Fix:
        """A rule as this one is, with another source."""
        line = self._on_registry("acr", "cache", "create").option("--name", rule.name).option("--source-repo", source)
        line = line.option("--target-repo", str(rule.target))
        return self._rule(line.option("--cred-set", rule.credential_set.name if rule.credential_set else None))

    def set_secrets(self, credential_set: CredentialSet, secrets: Sequence[SecretId], create: bool = False) -> Fix:
        """:param secrets: user name and password. :param create: PUT, which gives an identity where there is none."""
        line = self._on_registry("acr", "credential-set", "create" if create else "update")
        line = line.option("--name", credential_set.name)
        line = line.option("--login-server", credential_set.login_server if create else None)
        line = line.option("--username-id", str(secrets[0])).option("--password-id", str(secrets[1]))
        return Fix(str(line), f"{WRITE_SET} on {self._registry.name}")

    def no_set(self, credential_set: CredentialSet) -> Fix:
        line = self._on_registry("acrcache", "bootstrap", "delete").option("--cred-set", credential_set.name)
        return Fix(str(line.flag("--yes")),
                   f"{DELETE_SET} on {self._registry.name}, {DELETE_ROLES} or {WRITE_POLICIES} on its key vaults")

    def vault_access(self, credential_set: str, vaults: Sequence[Vault] = ()) -> Fix:
        """Grants what is missing and waits until the set is Healthy."""
        needs = [f"{WRITE_ROLES if vault.rbac else WRITE_POLICIES} on {vault.name}" for vault in vaults]
        line = self._on_registry("acrcache", "grant", "vault").option("--name", credential_set)
        return Fix(str(line), ", ".join(needs) or f"{WRITE_ROLES} or {WRITE_POLICIES} on its key vault")

    def vault(self, vault: Vault, *words: str) -> Fix:
        """`az keyvault update …` on a vault itself."""
        return Fix(str(self._line("keyvault", "update").resource(vault.id).add(*words)),
                   f"{WRITE_VAULT} on {vault.name}")

    def recovered_vault(self, name: str, vault: ArmId, location: str) -> Fix:
        line = self._line("keyvault", "recover").option("--name", name).option("--location", location).group(vault)
        return Fix(str(line), f"{WRITE_VAULT} on the resource group {vault.group}")

    def policy(self, vault: Vault, principal_id: str) -> Fix:
        """An access policy that gets secrets and does nothing else."""
        line = self._line("keyvault", "set-policy").resource(vault.id).option("--object-id", principal_id)
        line = line.option("--secret-permissions", "get").flag("--key-permissions")
        line = line.flag("--certificate-permissions").flag("--storage-permissions")
        return Fix(str(line), f"{WRITE_VAULT} on {vault.name}")

    def no_policy(self, vault: Vault, principal_id: str) -> Fix:
        line = self._line("keyvault", "delete-policy").resource(vault.id).option("--object-id", principal_id)
        return Fix(str(line), f"{WRITE_VAULT} on {vault.name}")

    def role(self, scope: str, role: str, principal_id: str) -> Fix:
        line = self._line("role", "assignment", "create").option("--role", role).option("--scope", scope)
        line = line.option("--assignee-object-id", principal_id)
        return Fix(str(line.option("--assignee-principal-type", "ServicePrincipal")), f"{WRITE_ROLES} on {scope}")

    def no_role(self, assignment_id: str) -> Fix:
        line = self._line("role", "assignment", "delete").option("--ids", assignment_id)
        return Fix(str(line), f"{DELETE_ROLES} on {assignment_id.partition('/providers/Microsoft.Authorization')[0]}")

    def recovered_secret(self, secret: SecretId) -> Fix:
        return self._secret(secret, "recover", "recover/action")

    def stored_secret(self, secret: SecretId) -> Fix:
        """From a file with the value, which nobody but the user has: without it the line fails and stores nothing.

        Standard input would be empty in a script, and an empty secret would be stored.
        """
        return self._secret(secret, "set", "setSecret/action", "--file", "FILE", "--encoding", "utf-8")

    def secret_attributes(self, secret: SecretId, *words: str) -> Fix:
        return self._secret(secret, "set-attributes", "update/action", *words)

    def _secret(self, secret: SecretId, verb: str, action: str, *words: str) -> Fix:
        line = self._line("keyvault", "secret", verb).option("--vault-name", secret.vault_name)
        return Fix(str(line.option("--name", secret.name).add(*words)),
                   f"Microsoft.KeyVault/vaults/secrets/{action} on {secret.subject}")

    def _rule(self, line: AzLine) -> Fix:
        return Fix(str(line), f"{WRITE_RULE} on {self._registry.name}")

    def _on_registry(self, *command: str) -> AzLine:
        return self._line(*command).registry(self._registry)

    def _line(self, *command: str) -> AzLine:
        return self._context.line(*command)
