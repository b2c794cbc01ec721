"""The adapters of Azure over a model of it: what observers ask and handlers write, without a request.

`asked` holds each call, such as `("registries.find", "myregistry")`; `refuse` makes a call raise what is given.
"""
from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

from azext_acrcache.adapters.consumers.resources import Resources
from azext_acrcache.adapters.rest import Answer
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.state.observed import ABSENT, PRESENT, SOFT_DELETED, Secret
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import NotFound, ServiceError, ServiceUnreachable, UserError
from azext_acrcache.domain.values.secret_value import SecretValue
from azext_acrcache.domain.values.vault_hosts import vault_name_in
from unit.adapters.strict_client import FakeTime
from unit.azure_model import AzureModel
from unit.modelled_services import ModelledServices
from unit.records import SUBSCRIPTION, TENANT

SUFFIX = ".vault.azure.net"


class ModelledAzure(ModelledServices):
    """Stands in the place of `adapters.azure.Azure`. :param occupied: repositories by the target that they hold."""

    def __init__(self, model: AzureModel, occupied: dict | None = None):
        self.model, self._occupied = model, occupied or {}
        self.asked: list[tuple] = []
        self.refuse: dict[str, Exception] = {}
        self.values: dict[str, Any] = {}
        self._lock = threading.Lock()
        # What an operation answers instead of what the model knows, by the name that `asked` has.
        self.answers: dict[str, Any] = {}
        # Consumers by resource ID as ARM has them, and principals by object ID.
        self.resource_bodies: dict[str, dict] = {}
        self.directory: dict[str, DirectoryEntry] = {}
        self.deleted_vaults: set[str] = set()
        self.denials: tuple[Denial, ...] = ()
        self.registries = self._adapter("registries", ("find", "all", "rules", "credential_sets", "credential_set",
                                                       "exists", "write"))
        self.registries.find_all = lambda refs: [self._registry_or_refusal(ref) for ref in refs]
        self.vaults = self._adapter("vaults", ("find", "find_all", "deleted", "secret", "add_policy", "remove_policy"))
        self.authorization = self._adapter("authorization", (
            "assignments_of", "assignments_at", "assignments_reaching", "denials", "definitions", "assign",
            "change_condition", "remove"))
        self.identities = self._adapter("identities", ("find",))
        self.time = FakeTime()
        gate = self.time.gate()
        arm = self._adapter("arm", ("find", "pages", "call"))
        self.session = SimpleNamespace(
            vault_suffix=SUFFIX, is_vault_host=lambda host: bool(vault_name_in(host, SUFFIX)),
            home_tenant_of=lambda subscription: TENANT,
            sign_in_tenant_of=lambda subscription: TENANT, asked=threading.Event(), gate=gate, patience=gate.patience,
            time_left=gate.time_left,
            subscription=SUBSCRIPTION, subscriptions=lambda: [{"id": SUBSCRIPTION}], rest=lambda sdk, subscription: arm,
            cli_ctx=SimpleNamespace(cloud=SimpleNamespace(name="AzureCloud")))
        self.resources = Resources(self.session)

    def secrets_of(self, vault):
        return self._adapter("secrets", ("state", "store", "recover", "read", "is_deleted"))

    def secrets_at(self, vault_host, subscription):
        """Of a vault that may not be in sight: one that is gone has no host that answers."""
        def is_deleted(secret):
            self.asked.append(("secrets.is_deleted", secret))
            if vault_host not in self.model.vaults:
                raise ServiceUnreachable(vault_host, "no such host")
            return False
        adapter = self.secrets_of(vault_host)
        adapter.is_deleted = is_deleted
        return adapter

    def content_of(self, registry):
        return self._adapter("content", ("sign_in", "occupied", "caller_claims", "pull_token", "manifest", "tags"))

    def content_at(self, login_server, subscription):
        return self.content_of(login_server)

    def upstream(self, login_server, username=None, password=None):
        return self._adapter("upstream", ("sign_in", "rate_limit", "tags", "manifest",
                                          "without_credentials"))

    def graph_of(self, registry):
        return self._adapter("graph", ("entries", "gone"))

    def count(self, operation: str) -> int:
        return sum(call[0] == operation for call in self.asked)

    def writes(self) -> list[tuple]:
        return [call for call in self.asked if call[0] in ("registries.write", "vaults.add_policy", "secrets.store",
                                                           "vaults.remove_policy", "authorization.assign",
                                                           "authorization.change_condition", "authorization.remove",
                                                           "secrets.recover", "arm.call")]

    def _adapter(self, service: str, operations: tuple[str, ...]) -> SimpleNamespace:
        return SimpleNamespace(**{operation: self._call(f"{service}.{operation}") for operation in operations})

    def _call(self, name: str):
        def call(*args, **options):
            with self._lock:
                self.asked.append((name, *args))
                if name in self.refuse:
                    raise self.refuse[name]
                if name in self.answers:
                    return self.answers[name]
                return getattr(self, "_" + name.replace(".", "_"))(*args, **options)
        return call

    def _registry(self, registry_id: ArmId):
        return next(there for there in self.model.estate.registries if there.registry.id == registry_id)

    def _registries_find(self, name_or_id, group=None, login_server=None):
        for there in self.model.estate.registries:
            if name_or_id == there.registry.id or str(name_or_id).lower() == there.registry.name.lower():
                return there.registry
        raise NotFound(f"There is no registry '{name_or_id}'.", "az acr list")

    def _registries_all(self, group=None):
        return [there.registry for there in self.model.estate.registries
                if group in (None, there.registry.id.group)]

    def _registry_or_refusal(self, ref):
        try:
            return self.registries.find(ref.registry, ref.group, ref.login_server)
        except UserError as refusal:
            return refusal

    def _registries_rules(self, registry_id, with_identities=False):
        return list(self._registry(registry_id).rules)

    def _registries_credential_sets(self, registry_id):
        return list(self._registry(registry_id).credential_sets)

    def _registries_credential_set(self, set_id):
        return self._registry(set_id.parent).credential_set(set_id.name)

    def _registries_exists(self, resource_id):
        there = self._registry(resource_id.parent)
        return any(entry.id == resource_id for entry in (*there.rules, *there.credential_sets))

    def _registries_write(self, method, resource_id, body, preview=False):
        is_rule = resource_id.type.endswith("cacheRules")
        if method == "DELETE":
            self.model.do(act.RemoveRule(resource_id) if is_rule else act.RemoveCredentialSet(resource_id))
            self.model.do(act.AwaitGone(resource_id))
            return Answer(202, {}, {})
        kinds = {("PUT", True): act.PutRule, ("PATCH", True): act.PatchRule, ("PUT", False): act.PutCredentialSet,
                 ("PATCH", False): act.PatchCredentialSet}
        kind = kinds[method, is_rule]
        self.model.do(kind(resource_id, body, preview) if is_rule else kind(resource_id, body))
        principal = None if is_rule else self._registries_credential_set(resource_id).principal_id
        return Answer(201, {"id": str(resource_id), "identity": {"principalId": principal},
                            "properties": {**body["properties"], "provisioningState": "Succeeded"}}, {})

    def _vaults_find(self, name_or_id):
        for vault in self.model.vaults.values():
            if name_or_id in (vault.id, vault.name):
                return vault
        raise NotFound(f"There is no key vault '{name_or_id}'.", "az keyvault list")

    def _vaults_find_all(self, names):
        return {name: vault for name in names for vault in self.model.vaults.values() if vault.name == name}, ()

    def _vaults_deleted(self, names):
        return {name: object() for name in names if name in self.deleted_vaults}, ()

    def _vaults_secret(self, vault, secret):
        observed = self.model.secrets.get(secret.key, Secret(secret, ABSENT))
        # ARM shows no soft-deleted secret.
        return Secret(secret, ABSENT) if observed.state == SOFT_DELETED else observed

    def _vaults_add_policy(self, vault, tenant_id, object_id, words):
        self.model.do(act.AddPolicy(vault, tenant_id, object_id, tuple(words)))

    def _vaults_remove_policy(self, vault, policy):
        self.model.do(act.RemovePolicy(vault, policy))

    def _secrets_state(self, secret, value):
        observed = self.model.secrets.get(secret.key, Secret(secret, ABSENT))
        return observed, observed.state == PRESENT and self.values.get(secret.key) == value.reveal()

    def _secrets_store(self, secret, value, expires=None):
        self.values[secret.key] = value.reveal()
        self.model.secrets[secret.key] = Secret(secret, PRESENT, True)

    def _secrets_recover(self, secret):
        self.model.secrets[secret.key] = Secret(secret, PRESENT, True)

    def _secrets_read(self, secret):
        value = self.values.get(secret.key)
        return None if value is None else SecretValue(value)

    def _secrets_is_deleted(self, secret):
        return self.model.secrets.get(secret.key, Secret(secret, ABSENT)).state == SOFT_DELETED

    def _authorization_assignments_of(self, principal_id, scope):
        return [entry for entry in self.model.assignments if entry.principal_id == principal_id
                and (entry.scope.lower().startswith(scope.lower()) or scope.lower().startswith(entry.scope.lower()))]

    def _authorization_assignments_at(self, scope):
        return [entry for entry in self.model.assignments if entry.reaches(scope)]

    def _authorization_assignments_reaching(self, principal_id, scope):
        return self._authorization_assignments_of(principal_id, scope)

    def _authorization_denials(self, scope, principal_id=None):
        return list(self.denials)

    def _authorization_change_condition(self, assignment_id, role, principal_id, principal_type, condition):
        self.model.do(act.ChangeCondition(assignment_id, role, principal_id, principal_type, condition))

    def _authorization_definitions(self, assignments, scope):
        return dict(self.model.definitions)

    def _authorization_assign(self, scope, role, principal_id, principal_type, condition=None):
        self.model.do(act.AssignRole(scope, role, principal_id, principal_type, condition))
        return self.model.assignments[-1].id, True

    def _authorization_remove(self, assignment_id):
        if not any(entry.id == assignment_id for entry in self.model.assignments):
            return False
        self.model.do(act.RemoveAssignment(assignment_id))
        return True

    def _identities_find(self, identity_id):
        return identity_id

    def _content_occupied(self, targets):
        return {target: self._occupied.get(target) for target in targets}


def forbidden() -> ServiceError:
    return ServiceError(403, "AuthorizationFailed", "may not perform action 'Microsoft.X/y/write'", "subject")


class Cmd:
    """What commands are given by az. `exit_code`: what az would end with after the report."""

    def __init__(self, config_dir: str = ""):
        self._events: list = []
        self.cli_ctx = SimpleNamespace(only_show_errors=False, data={}, register_event=lambda event, leave:
                                       self._events.append(leave), config=SimpleNamespace(config_dir=config_dir))

    @property
    def exit_code(self) -> int:
        for leave in self._events:
            try:
                leave()
            except SystemExit as ex:
                return ex.code
        return 0
