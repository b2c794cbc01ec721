"""From what is wanted and what exists to the steps that close the gap. Refuses what can't work before any step."""
from __future__ import annotations

from dataclasses import replace

from azext_acrcache.domain import provisioning
from azext_acrcache.domain.actions import (AwaitCredentialSet, AwaitGone, AwaitHealth, AwaitRules, PatchCredentialSet,
                                           PatchRule, PrincipalOf, PutCredentialSet, PutRule, StoreSecret)
from azext_acrcache.domain.arm_ids import ArmId, same_id
from azext_acrcache.domain.changes import CACHE_RULE, CREATE, CREDENTIAL_SET, MODIFY, NO_CHANGE, SECRET, Change
from azext_acrcache.domain.collisions import check_against_existing, check_among_desired, check_limit, check_unoccupied
from azext_acrcache.domain.desired import DesiredCredentialSet, DesiredRegistry, DesiredRule, DesiredSecret
from azext_acrcache.domain.in_place import adopt, has_secrets_of, is_in_place, is_settled
from azext_acrcache.domain.observed import ABSENT, SOFT_DELETED, CredentialSet, Rule, Snapshot
from azext_acrcache.domain.plan import Plan, Step
from azext_acrcache.domain.refusal import Conflict, Missing
from azext_acrcache.domain.vault_access import Reader, access_steps, already_healthy, check_vault


def plan_chains(desired: DesiredRegistry, snapshot: Snapshot) -> Plan:
    """Raises Refusal (Missing, Conflict) for what can't be brought about."""
    rules = [adopt(rule, snapshot) for rule in desired.rules]
    check_among_desired(rules)
    new = [rule for rule in rules if snapshot.rule(rule.name) is None]
    check_limit(len(snapshot.rules), len(new))
    for rule in new:
        check_against_existing(rule, snapshot.rules)
        check_unoccupied(rule, snapshot.occupied, snapshot.registry.name)
    steps: list[Step] = []
    for wanted in desired.credential_sets:
        # Credential sets may share a secret; it is stored once.
        made = {step.key for step in steps}
        steps += [step for step in _credential_set_steps(wanted, snapshot) if step.key not in made]
    made = {step.key for step in steps}
    rule_steps = [step for rule in rules for step in _rule_steps(rule, snapshot, made)]
    waiting = [step for step in rule_steps if isinstance(step.action, (PutRule, PatchRule))]
    in_progress = [rule.name for rule in rules
                   if (found := snapshot.rule(rule.name)) and provisioning.is_under_way(found.provisioning_state)]
    names = tuple(dict.fromkeys([step.action.id.name for step in waiting] + in_progress))
    if names:
        rule_steps.append(Step("rules:ready", "the cache rules", AwaitRules(snapshot.registry.id, names),
                               after=tuple(step.key for step in waiting)))
    return Plan.of(steps + rule_steps)


def plan_vault_access(found: CredentialSet, snapshot: Snapshot, access: str, scope: str) -> Plan:
    """Only the access of an existing credential set. Raises Refusal."""
    if not found.principal_id:
        raise Conflict(f"The credential set '{found.name}' has no identity that access could be granted to.",
                       f"Give it one: az acrcache bootstrap create --registry {snapshot.registry.name} --cred-set "
                       f"{found.name} with --vault, --username-id and --password-id")
    for host in sorted({secret.vault_host for secret in found.secrets}):
        check_vault(snapshot.vaults[host], access, snapshot.tenant_id)
    for secret in found.secrets:
        _check_present(DesiredSecret(secret), snapshot)
    steps = access_steps(snapshot, Reader(found.name, found.principal_id), found.secrets, scope)
    if any(step.action for step in steps) or not found.health.healthy:
        steps.append(Step(f"health:{found.name.lower()}", f"credential set '{found.name}'", AwaitHealth(found.id),
                          after=tuple(step.key for step in steps if step.action)))
    return Plan.of(steps)


def credential_set_key(name: str) -> str:
    return f"credentialSet:{name.lower()}"


def rule_key(name: str) -> str:
    return f"cacheRule:{name.lower()}"


def _credential_set_steps(wanted: DesiredCredentialSet, snapshot: Snapshot) -> list[Step]:
    found = snapshot.credential_set(wanted.name)
    going = found is not None and provisioning.is_going(found.provisioning_state)
    if (found is None or going) and not wanted.secrets:
        raise Missing(f"The registry '{snapshot.registry.name}' has no credential set '{wanted.name}'"
                      f"{': it is being deleted' if going else ''}.",
                      "To make it, say where its user name and password are: --vault MyVault "
                      "--username-id MyUserSecret --password-id MyPasswordSecret")
    if found and not going and found.login_server.lower() != wanted.login_server.lower():
        raise Conflict(f"The credential set '{found.name}' logs in to '{found.login_server}', not to "
                       f"'{wanted.login_server}'; Azure can't change the login server of a credential set.",
                       "Choose another name with --cred-set, or take the old one down first: "
                       f"az acrcache bootstrap delete --registry {snapshot.registry.name} --cred-set {found.name}")
    if found and not wanted.secrets:
        as_it_is = _with_secrets_of(wanted, found, snapshot)
        wanted = wanted if is_settled(found) else as_it_is
    secrets = wanted.secrets or tuple(DesiredSecret(secret) for secret in (found.secrets if found else ()))
    storing = [_secret_step(secret, snapshot) for secret in wanted.secrets]
    vaults = {secret.id.vault_host for secret in secrets}
    if found and is_in_place(wanted, snapshot):
        reader = Reader(wanted.name, found.principal_id or "")
        return [*storing, _found_set(found), *already_healthy(reader, [secret.id for secret in secrets])]
    for host in sorted(vaults):
        check_vault(snapshot.vaults[host], wanted.access, snapshot.tenant_id)
    for secret in secrets:
        _check_present(secret, snapshot)
    unchanged = found is not None and has_secrets_of(wanted, found) and is_settled(found)
    setting = _set_steps(wanted, found, unchanged, snapshot, tuple(step.key for step in storing if step.action))
    key = credential_set_key(wanted.name)
    principal = found.principal_id if found and found.principal_id and \
        not provisioning.is_going(found.provisioning_state) else PrincipalOf(key)
    reader = Reader(wanted.name, principal, (key,) if setting[-1].action else ())
    access = access_steps(snapshot, reader, [secret.id for secret in secrets], wanted.scope)
    # New access is not looked for before it is granted; where it is blocked, one look tells how things stand.
    health = Step(f"health:{wanted.name.lower()}", f"credential set '{wanted.name}'",
                  AwaitHealth(_child(snapshot, "credentialSets", wanted.name)), needs=(key,),
                  after=tuple(step.key for step in (*storing, *access) if step.action))
    return [*storing, *setting, *access, health]


def _with_secrets_of(wanted: DesiredCredentialSet, found: CredentialSet, snapshot: Snapshot) -> DesiredCredentialSet:
    """With the secrets that the set has, for one that is to be written again. Raises Conflict where it lacks any."""
    if found.username is None or found.password is None:
        raise Conflict(f"The credential set '{found.name}' does not name two secrets.",
                       "Say where its user name and password are: --vault MyVault --username-id MyUserSecret "
                       "--password-id MyPasswordSecret",
                       f"See it with: az acr credential-set show --registry {snapshot.registry.name} --name "
                       f"{found.name}")
    return replace(wanted, username=DesiredSecret(found.username), password=DesiredSecret(found.password))


def _secret_step(secret: DesiredSecret, snapshot: Snapshot) -> Step:
    key, name, current = f"secret:{str(secret.id).lower()}", secret.id.subject, snapshot.secret(secret.id)
    subject = f"secret '{name}'"
    if secret.value is None or snapshot.current_values.get(str(secret.id).lower()):
        return Step(key, subject, change=Change(SECRET, NO_CHANGE, name, str(secret.id)))
    deleted = current is not None and current.state == SOFT_DELETED
    new = current is not None and current.state in (ABSENT, SOFT_DELETED)
    detail = "recovered from soft delete, then stored" if deleted else "stored" if new else "a new version"
    return Step(key, subject, StoreSecret(secret.id, secret.value, deleted),
                Change(SECRET, CREATE if new else MODIFY, name, str(secret.id), detail))


def _check_present(secret: DesiredSecret, snapshot: Snapshot) -> None:
    found = snapshot.secret(secret.id)
    if secret.value is not None or found is None:
        return
    vault, name = secret.id.vault_name, secret.id.name
    if found.state == ABSENT:
        raise Missing(f"The key vault '{vault}' has no secret '{name}'.",
                      f"Store it on the way with --upstream-username and --upstream-password-file, or before: "
                      f"az keyvault secret set --vault-name {vault} --name {name} --file FILE")
    if found.state == SOFT_DELETED:
        raise Missing(f"The secret '{name}' in the key vault '{vault}' is soft-deleted.",
                      f"Recover it: az keyvault secret recover --vault-name {vault} --name {name}")
    if found.enabled is False:
        raise Conflict(f"The secret '{name}' in the key vault '{vault}' is disabled; no credential set can read it.",
                       f"Enable it: az keyvault secret set-attributes --vault-name {vault} --name {name} --enabled "
                       "true")


def _found_set(found: CredentialSet) -> Step:
    return Step(credential_set_key(found.name), f"credential set '{found.name}'",
                change=Change(CREDENTIAL_SET, NO_CHANGE, found.name, str(found.id)))


def _set_steps(wanted: DesiredCredentialSet, found: CredentialSet | None, unchanged: bool, snapshot: Snapshot,
               storing: tuple[str, ...]) -> list[Step]:
    """The step under the set's own key comes last before the one that waits for it to be provisioned."""
    key, set_id = credential_set_key(wanted.name), _child(snapshot, "credentialSets", wanted.name)
    subject, ready = f"credential set '{wanted.name}'", f"{credential_set_key(wanted.name)}:ready"
    steps = []
    if found and provisioning.is_going(found.provisioning_state):
        steps.append(Step(f"{key}:gone", subject, AwaitGone(set_id)))
        found = None
    gone = tuple(step.key for step in steps)
    if found and unchanged:
        if provisioning.is_under_way(found.provisioning_state):
            return [_found_set(found), Step(ready, subject, AwaitCredentialSet(set_id))]
        return [_found_set(found)]
    if found and not provisioning.has_failed(found.provisioning_state):
        action = PatchCredentialSet(set_id, _set_body(wanted, with_login_server=False))
        detail = "the secrets that it refers to" if found.principal_id else "a system-assigned identity"
        change = Change(CREDENTIAL_SET, MODIFY, found.name, str(set_id), detail)
    else:
        action = PutCredentialSet(set_id, _set_body(wanted, with_login_server=True))
        change = Change(CREDENTIAL_SET, MODIFY if found else CREATE, wanted.name, str(set_id),
                        f"for {wanted.login_server}")
    return [*steps, Step(ready, subject, AwaitCredentialSet(set_id), needs=(key,)),
            Step(key, subject, action, change, needs=(*gone, *storing))]


def _set_body(wanted: DesiredCredentialSet, with_login_server: bool) -> dict:
    properties: dict = {"authCredentials": [{"name": "Credential1",
                                             "usernameSecretIdentifier": str(wanted.username.id),
                                             "passwordSecretIdentifier": str(wanted.password.id)}]}
    if with_login_server:
        properties["loginServer"] = wanted.login_server
    return {"identity": {"type": "SystemAssigned"}, "properties": properties}


def _rule_steps(rule: DesiredRule, snapshot: Snapshot, made: set[str]) -> list[Step]:
    found = snapshot.rule(rule.name)
    key, rule_id = rule_key(rule.name), _child(snapshot, "cacheRules", rule.name)
    subject, steps = f"cache rule '{rule.name}'", []
    if found and not provisioning.is_going(found.provisioning_state):
        check_immutable(rule, found, snapshot.registry.name)
    if found and provisioning.is_going(found.provisioning_state):
        steps.append(Step(f"{key}:gone", subject, AwaitGone(rule_id)))
        found = None
    set_id = _child(snapshot, "credentialSets", rule.credential_set) if rule.credential_set else None
    needs = tuple(step.key for step in steps)
    if rule.credential_set:
        set_key = credential_set_key(rule.credential_set)
        needs += (f"{set_key}:ready",) if f"{set_key}:ready" in made else (set_key,) if set_key in made else ()
    detail = f"{rule.target} <= {rule.source}"
    preview = rule.identity is not None
    if found is None or provisioning.has_failed(found.provisioning_state):
        change = Change(CACHE_RULE, MODIFY if found else CREATE, rule.name, str(rule_id), detail)
        return [*steps, Step(key, subject, PutRule(rule_id, _rule_body(rule, set_id), preview), change, needs)]
    if found.credential_set == set_id and _same_identity(rule, found):
        return [Step(key, subject, change=Change(CACHE_RULE, NO_CHANGE, found.name, str(found.id), detail))]
    _check_keeps_identity(rule, found, snapshot.registry.name)
    _check_keeps_credentials(rule, found, snapshot.registry.name)
    properties = {} if found.credential_set == set_id else {"credentialSetResourceId": str(set_id) if set_id else None}
    body = {"properties": properties, **_identity_body(rule)}
    what = f"credential set '{rule.credential_set}'" if rule.credential_set else \
        "identity" if rule.identity else "no credential set"
    return [Step(key, subject, PatchRule(rule_id, body, preview),
                 Change(CACHE_RULE, MODIFY, found.name, str(found.id), f"{detail}, {what}"), needs)]


def _check_keeps_credentials(rule: DesiredRule, found: Rule, registry: str) -> None:
    """Leaving the credentials out of a command is no wish to take them off a rule. Raises Conflict."""
    if found.credential_set is None or rule.credential_set or rule.identity:
        return
    raise Conflict(f"The cache rule '{found.name}' uses the credential set '{found.credential_set.name}', and no "
                   "credentials were given.",
                   f"To keep it, add --cred-set {found.credential_set.name}",
                   "To take it off the rule: az acr cache update --remove-cred-set "
                   f"--registry {registry} --name {found.name}")


def check_immutable(rule: DesiredRule, found: Rule, registry: str) -> None:
    """Azure can't change a rule's source or target. Raises Conflict."""
    for what, old, new in (("source", str(found.source), str(rule.source)),
                           ("target", str(found.target), str(rule.target))):
        if old == new or (what == "source" and found.source.same_images(rule.source)):
            continue
        raise Conflict(f"The cache rule '{found.name}' has the {what} '{old}', not '{new}'; Azure can't change the "
                       f"{what} of a rule.",
                       "Choose another name with --name, or delete the rule first: "
                       f"az acrcache bootstrap delete --registry {registry} --name {found.name}",
                       "After that the old target repository still stands in the registry: a new rule needs another "
                       "target, or that repository deleted.")


def _check_keeps_identity(rule: DesiredRule, found: Rule, registry: str) -> None:
    """An identity can be replaced by another; that it can be taken off is written nowhere. Raises Conflict."""
    if found.identities and not rule.identity:
        raise Conflict(f"The cache rule '{found.name}' signs in to its upstream with the identity "
                       f"'{found.identities[0].rpartition('/')[2]}'; Azure is not known to take it off again.",
                       f"Keep it with --identity {found.identities[0]}",
                       f"Or delete the rule first: az acrcache bootstrap delete --registry {registry} --name "
                       f"{found.name}")


def _same_identity(rule: DesiredRule, found: Rule) -> bool:
    wanted = [rule.identity] if rule.identity else []
    return len(wanted) == len(found.identities) and all(same_id(a, b) for a, b in zip(wanted, found.identities))


def _rule_body(rule: DesiredRule, set_id: ArmId | None) -> dict:
    properties = {"sourceRepository": str(rule.source), "targetRepository": str(rule.target)}
    if set_id:
        properties["credentialSetResourceId"] = str(set_id)
    return {"properties": properties, **_identity_body(rule)}


def _identity_body(rule: DesiredRule) -> dict:
    if not rule.identity:
        return {}
    return {"identity": {"type": "UserAssigned", "userAssignedIdentities": {rule.identity: {}}}}


def _child(snapshot: Snapshot, level: str, name: str) -> ArmId:
    return snapshot.registry.id.child(level, name)
