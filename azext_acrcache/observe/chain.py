"""Looks at all chains of a registry at once, by lists: the number of requests grows with sets and vaults, not rules.

What the caller may not see is noted with the reason and never stops the rest.
"""
from __future__ import annotations

from dataclasses import replace
from typing import Callable, Iterable, TypeVar

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.access.roles import READ_SECRET
from azext_acrcache.domain.checks.check import NoAnswer
from azext_acrcache.domain.checks.snapshot import (CREDENTIAL_SETS, DELETED_VAULTS, RULES, VAULTS, Access, ChainQuery,
                                                   ChainSnapshot, asked_rules)
from azext_acrcache.domain.state.observed import UNREADABLE, Rule, Secret, Vault
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.errors import NotFound, ServiceError, ServiceUnreachable
from azext_acrcache.domain.values.registry_ref import RegistryRef
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.observe.registries import find_registry
from azext_acrcache.observe.vaults import VaultReader

T = TypeVar("T")


class ChainReader:
    def __init__(self, azure: Azure, ref: RegistryRef, asked: ChainQuery):
        self._azure, self._asked = azure, asked
        self._ref, self._vaults = ref, VaultReader(azure)

    def look(self) -> ChainSnapshot:
        """Raises NotFound for a registry or a named rule that does not exist, ServiceError and ServiceUnreachable where nothing of
        the registry can be found out."""
        registry, session = find_registry(self._azure, self._ref), self._azure.session
        rules_of = Future(lambda: _or_reason(lambda: self._azure.registries.rules(registry.id)))
        sets, sets_reason = _or_reason(lambda: self._azure.registries.credential_sets(registry.id))
        snapshot = RegistrySnapshot(registry, credential_sets=tuple(sets or ()),
                            tenant_id=session.home_tenant_of(registry.id.subscription))
        seen = ChainSnapshot(snapshot, self._asked, vault_suffix=session.vault_suffix, subscription=session.subscription,
                             unseen={CREDENTIAL_SETS: sets_reason} if sets_reason else {})
        if self._asked.rules is None:
            # Vaults hang on the sets alone, so they need not wait for a thousand rules.
            seen = self._with_vaults(seen)
        seen = self._with_rules(seen, *rules_of.result())
        return seen if self._asked.rules is None else self._with_vaults(seen)

    def _with_rules(self, seen: ChainSnapshot, rules: list[Rule] | None, reason: str | None) -> ChainSnapshot:
        if rules is None:
            return replace(seen, unseen={**seen.unseen, RULES: reason})
        seen = replace(seen, snapshot=replace(seen.snapshot, rules=tuple(rules)))
        known = {rule.name.lower() for rule in asked_rules(seen.snapshot.rules, self._asked)}
        for name in self._asked.rules or ():
            if name.lower() not in known:
                registry = seen.registry.name
                raise NotFound(f"The registry '{registry}' has no cache rule '{name}'.", "See those that it has: "
                               f"az acrcache bootstrap list --registry {registry} --output table")
        return seen

    def _with_vaults(self, seen: ChainSnapshot) -> ChainSnapshot:
        names = {host[:-len(seen.vault_suffix)]: host for host in seen.hosts}
        if not names:
            return seen
        (found, unlisted), reason = _or_reason(lambda: self._azure.vaults.find_all(names), ({}, ()))
        unseen = {VAULTS: reason or _unlisted("key vaults", unlisted)} if reason or unlisted else {}
        vaults = {names[name]: replace(vault, host=names[name]) for name, vault in found.items()}
        missing = [name for name in names if name not in found]
        deleted, looked, secrets = {}, Future(lambda: self._deleted(missing)), {}
        readers = [(one.principal_id, vaults[host]) for host in vaults for one in seen.sets_at(host)
                   if one.principal_id]
        readable = [secret for secret in seen.secrets if secret.vault_host in vaults]
        answers = gather([
            lambda: self._access(readers),
            *(lambda secret=secret: self._secret(vaults[secret.vault_host], secret) for secret in readable)])
        (access, definitions), secrets = answers[0], {str(one.id).lower(): one for one in answers[1:]}
        deleted, deleted_unseen = looked.result()
        return replace(seen, access=access, unseen={**seen.unseen, **unseen, **deleted_unseen},
                       deleted_vaults={names[name]: vault for name, vault in deleted.items()},
                       snapshot=replace(seen.snapshot, vaults=vaults, secrets=secrets, definitions=definitions))

    def _deleted(self, names: list[str]) -> tuple[dict, dict[str, str]]:
        (found, unlisted), reason = _or_reason(lambda: self._azure.vaults.deleted(names), ({}, ()))
        missing = [name for name in names if name not in found]
        if missing and (reason or unlisted):
            return found, {DELETED_VAULTS: reason or _unlisted("deleted key vaults", unlisted)}
        return found, {}

    def _secret(self, vault: Vault, secret: SecretId) -> Secret:
        found, reason = _or_reason(lambda: self._vaults.secret(vault, secret))
        return found or Secret(secret, UNREADABLE, reason=reason)

    def _access(self, readers: Iterable[tuple[str, Vault]]) -> tuple[dict[tuple[str, str], Access], dict]:
        readers = list({(principal.lower(), vault.host): vault for principal, vault in readers}.items())
        vaults = list({vault.host: vault for _, vault in readers}.values())
        authorization = self._azure.authorization
        answers = gather([
            *(lambda vault=vault: _or_reason(lambda: authorization.denials(str(vault.id))) for vault in vaults),
            *(lambda who=who, vault=vault: _or_reason(lambda: authorization.assignments_reaching(who[0], str(vault.id)))
              for who, vault in readers)])
        denials = dict(zip((vault.host for vault in vaults), answers))
        # Mostly nobody is denied anything; only where somebody is does it matter which groups he is in.
        strict = {host for host,
                  (found, _) in denials.items() if any(one.denies_data(READ_SECRET) for one in found or ())}
        narrowed = dict(gather([
            lambda who=who, vault=vault: (who, _or_reason(lambda: authorization.denials(str(vault.id), who[0])))
            for who, vault in readers if vault.host in strict]))
        access, roles = {}, {}
        for (who, vault), (assignments, reason) in zip(readers, answers[len(vaults):]):
            found, denials_reason = narrowed.get(who) or (
                () if denials[vault.host][0] is not None else None, denials[vault.host][1])
            access[who] = Access(tuple(assignments or ()), tuple(found or ()), reason or denials_reason)
            roles.update({one.role: (one, str(vault.id)) for one in assignments or ()})
        return access, self._definitions(roles)

    def _definitions(self, roles: dict) -> dict:
        """Each role once, asked for in the subscription where it was met."""
        by_scope: dict[str, list] = {}
        for assignment, scope in roles.values():
            by_scope.setdefault(scope, []).append(assignment)
        found: dict = {}
        for part in gather([lambda scope=scope, some=some: self._azure.authorization.definitions(some, scope)
                            for scope, some in by_scope.items()]):
            found.update(part)
        return found


def _or_reason(look: Callable[[], T], instead: T | None = None) -> tuple[T | None, str | None]:
    """What `look` finds, or why it may not or cannot look; other failures are raised, since nothing is known then."""
    try:
        return look(), None
    except ServiceError as refused:
        if refused.status not in (401, 403):
            raise
        return instead, f"You may not read {refused.subject}: {refused.message}"
    except ServiceUnreachable as ex:
        return instead, NoAnswer(f"No answer from {ex.subject}: {ex.reason}")


def _unlisted(what: str, subscriptions: Iterable[str]) -> str:
    return f"You may not list {what} in the subscription {', '.join(subscriptions)}."
