"""Chains, joined from rules, credential sets, vaults and secrets, as `bootstrap show` and `list` answer them."""
from __future__ import annotations

from datetime import datetime, timezone

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.access.pull_access import pull_access
from azext_acrcache.domain.guidance.az_lines import Advice, chains_of
from azext_acrcache.domain.state.known import Unknown, value_or
from azext_acrcache.domain.state.observed import CredentialSet, Registry, Rule
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import NotFound
from azext_acrcache.domain.values.registry_ref import RegistryRef, child_name, registry_ref
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.observe.access import AccessReader
from azext_acrcache.observe.known import known
from azext_acrcache.observe.take_down import observe_chains
from azext_acrcache.workflows.access_listing import described, tell_unread_roles

logger = get_logger(__name__)


def show_chain(cmd, registry: str, rule_name: str, group: str | None) -> dict:
    """One chain with its consumers. Raises NotFound."""
    azure, name = Azure(cmd.cli_ctx), child_name(registry, rule_name, "cacheRules", "cache rule")
    snapshot = observe_chains(azure, registry_ref(registry, group), [name])
    rule = snapshot.rule(name)
    if rule is None:
        raise NotFound(f"The registry '{snapshot.registry.name}' has no cache rule '{name}'.",
                       Advice("See those that it has", chains_of(snapshot.registry.id)))
    _tell_unseen(snapshot)
    consumers = known(lambda: _consumers(azure, snapshot.registry, rule.target))
    if isinstance(consumers, Unknown):
        logger.warning("Who may pull is not shown. %s", consumers.reason)
    return {**_chain(rule, snapshot), "consumers": value_or(consumers, None)}


def list_chains(cmd, registry: str, group: str | None) -> list[dict]:
    """All chains of a registry, by name. Raises NotFound for the registry."""
    snapshot = observe_chains(Azure(cmd.cli_ctx), registry_ref(registry, group), None)
    _tell_unseen(snapshot)
    return [_chain(rule, snapshot) for rule in sorted(snapshot.rules, key=lambda rule: rule.name.lower())]


def _tell_unseen(snapshot: RegistrySnapshot) -> None:
    """What is null in the answer, in words."""
    for reason in snapshot.unseen:
        logger.warning("%s", reason)


def _consumers(azure: Azure, registry: Registry, target: RepositoryPattern) -> list[dict]:
    """Who may pull what the rule fills, as `grant list` answers it."""
    reader = AccessReader(azure, RegistryRef(registry.id))
    snapshot = reader.everybody()
    tell_unread_roles(snapshot)
    access = pull_access(snapshot.scope, registry.mode, snapshot.visible_assignments, snapshot.definitions)
    return described(reader, [entry for entry in access if entry.touches(target)])


def _chain(rule: Rule, snapshot: RegistrySnapshot) -> dict:
    credential_set = snapshot.credential_set(rule.credential_set.name) if rule.credential_set else None
    vault = snapshot.vaults.get(credential_set.secrets[0].vault_host) if credential_set and credential_set.secrets \
        else None
    target = rule.target.fill("<repository>") if rule.target.wildcard else rule.target
    return {
        "name": rule.name, "id": str(rule.id), "source": str(rule.source), "target": str(rule.target),
        "reference": f"{snapshot.registry.login_server}/{target}:<tag>",
        "credentialSet": _credential_set(rule, credential_set),
        "identity": rule.identities[0] if rule.identities else None,
        "vault": {"name": vault.name, "id": str(vault.id), "access": "rbac" if vault.rbac else "policy"}
        if vault else None,
        "secrets": _secrets(rule, credential_set, snapshot)}


def _credential_set(rule: Rule, credential_set: CredentialSet | None) -> dict | None:
    if rule.credential_set is None:
        return None
    if credential_set is None:
        # The rule names one that is gone, or that the caller may not read.
        return {"name": rule.credential_set.name, "loginServer": None, "health": None}
    health = {"status": credential_set.health.status, "errorCode": credential_set.health.error_code,
              "errorMessage": credential_set.health.error_message}
    return {"name": credential_set.name, "loginServer": credential_set.login_server, "health": health}


def _secrets(rule: Rule, credential_set: CredentialSet | None, snapshot: RegistrySnapshot) -> list[dict] | None:
    """None where the credential set that names them may not be read."""
    if credential_set:
        return [_secret(secret, snapshot) for secret in credential_set.secrets]
    return None if rule.credential_set and snapshot.unseen_sets else []


def _secret(secret: SecretId, snapshot: RegistrySnapshot) -> dict:
    observed = snapshot.secret(secret)
    return {"name": secret.name, "id": str(secret), "enabled": observed.enabled if observed else None,
            "expires": _as_date(observed.expires) if observed else None}


def _as_date(seconds: int | None) -> str | None:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat() if seconds else None
