"""For each action a sample, the call that it makes of Azure, and what a refusal of that call comes to.

Whoever adds an action adds it here: `test_faults` fails until the table, a handler and a recovery line know it.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER
from azext_acrcache.domain.consumers.settings import RegistriesSettings, SettingsChange, WebSettings
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.engine.outcome import PROPAGATION, PROVISIONING, Blocked, Failed, NotYet, ResourceBusy
from unit.records import (PAT, PRINCIPAL, PULLER, REGISTRY_ID, SUBSCRIPTION, TENANT, USER, VAULT_ID, policy, rule_id,
                          secret_scope, set_id)

VM = ArmId.of(SUBSCRIPTION, "my-rg", "Microsoft.Compute/virtualMachines", "my-vm")
SITE = ArmId.of(SUBSCRIPTION, "my-rg", "Microsoft.Web/sites", "my-site")
APP = ArmId.of(SUBSCRIPTION, "my-rg", "Microsoft.App/containerApps", "my-app")
SET_BODY = {"properties": {"loginServer": "docker.io", "authCredentials": [
    {"usernameSecretIdentifier": str(USER), "passwordSecretIdentifier": str(PAT)}]}}
SOURCE = {"sourceRepository": "ghcr.io/a", "targetRepository": "a"}

FORBIDDEN, IN_PROGRESS, CONFLICT, UNAVAILABLE = "403", "409 in progress", "409", "503"
NO_ANSWER = "no answer"
# What a refusal comes to unless the row says otherwise.
USUAL = {FORBIDDEN: (Blocked, None), IN_PROGRESS: (ResourceBusy, PROVISIONING), CONFLICT: (Failed, None),
         UNAVAILABLE: (Failed, None), NO_ANSWER: (Failed, None)}


@dataclass(frozen=True)
class Row:
    """:ivar adapter, operation: the call that is refused. :ivar unlike_usual: fault to what it comes to, with its pace.

    :ivar only_waits: for an action that writes nothing: why nobody else needs a line for it.
    """

    action: object
    adapter: str
    operation: str
    unlike_usual: Mapping[str, tuple[type, str | None]]
    only_waits: str = ""

    @property
    def outcomes(self) -> dict[str, tuple[type, str | None]]:
        return {**USUAL, **self.unlike_usual}


_MADE_BY_A_STEP_BEFORE = "the step that began it has its own line"
_COMES_BY_ITSELF = "health comes by itself once the steps before are done, which have their own lines"
# Another update of the same consumer ends by itself, whatever the service's words for it.
_WAITS = {CONFLICT: (ResourceBusy, PROVISIONING)}

ROWS = [
    Row(act.StoreSecret(PAT, SecretValue("s3cr3t"), False), "secrets", "store", {}),
    Row(act.AwaitGone(rule_id("my-rule")), "registries", "exists", {}, _MADE_BY_A_STEP_BEFORE),
    Row(act.PutCredentialSet(set_id("hub-set"), SET_BODY), "registries", "write", {}),
    Row(act.PatchCredentialSet(set_id("hub-set"), SET_BODY), "registries", "write", {}),
    Row(act.AwaitCredentialSet(set_id("hub-set")), "registries", "credential_set", {}, _MADE_BY_A_STEP_BEFORE),
    Row(act.AssignRole(secret_scope(PAT), KEY_VAULT_SECRETS_USER, PRINCIPAL), "authorization", "assign", {}),
    Row(act.AddPolicy(VAULT_ID, TENANT, PRINCIPAL), "vaults", "add_policy", {}),
    Row(act.PutRule(rule_id("my-rule"), {"properties": SOURCE}, False), "registries", "write", {}),
    Row(act.PatchRule(rule_id("my-rule"), {"properties": {"credentialSetResourceId": None}}, False), "registries",
        "write", {}),
    Row(act.AwaitRules(REGISTRY_ID, (rule_id("my-rule"),)), "registries", "rules", {}, _MADE_BY_A_STEP_BEFORE),
    Row(act.AwaitHealth(set_id("hub-set")), "registries", "credential_set", {}, _COMES_BY_ITSELF),
    Row(act.RemoveRule(rule_id("my-rule")), "registries", "write", {}),
    Row(act.RemoveCredentialSet(set_id("hub-set")), "registries", "write", {}),
    Row(act.RemoveAssignment(f"{VAULT_ID}/providers/Microsoft.Authorization/roleAssignments/a1"), "authorization",
        "remove", {}),
    Row(act.RemovePolicy(VAULT_ID, policy("get")), "vaults", "remove_policy", {}),
    Row(act.ChangeCondition(f"{REGISTRY_ID}/providers/Microsoft.Authorization/roleAssignments/a1",
                            KEY_VAULT_SECRETS_USER, PRINCIPAL, "User", None), "authorization", "change_condition", {}),
    Row(act.CreateIdentity(ArmId.parse(PULLER), "westeurope"), "resources", "put", {}),
    Row(act.AttachIdentity(VM, "vm", None, {"type": "SystemAssigned"}), "resources", "patch",
        _WAITS),
    Row(act.SetPullSettings(SITE, "webapp", WebSettings(), SettingsChange("a.io", "system")), "resources", "patch", {}),
    Row(act.SetPullSettings(APP, "containerapp", RegistriesSettings(({"server": "a.io"},)),
                            SettingsChange("a.io", "system")), "resources", "patch", _WAITS),
]

# Faults of one action alone: what the service answers, and what it comes to.
SPECIAL = [
    (ROWS[5], (400, "PrincipalNotFound", "no"), NotYet, PROPAGATION),
]
