"""What the identity of a credential set may effectively do in a key vault, and whether that is what it needs.

Sources: Key Vault rbac-guide (policies are void on RBAC vaults, roles on the others), assign-access-policy,
role-based-access-control/role-definitions, deny-assignments, conditions-format.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Sequence

from azext_acrcache.domain.checks.check import Answer, Fix, failed, passed, skipped, warned
from azext_acrcache.domain.checks.snapshot import Access, ChainSnapshot
from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.state.observed import CredentialSet, Policy, Vault
from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER, READ_SECRET, RoleAssignment, RoleDefinition
from azext_acrcache.domain.values.secret_ids import SecretId
from azext_acrcache.domain.plan.vault_access import SECRETS_USER

# One or two actions of each kind that goes beyond reading a secret: enough to tell a role that is too wide.
_MORE_DATA = ("Microsoft.KeyVault/vaults/secrets/setSecret/action", "Microsoft.KeyVault/vaults/secrets/delete",
              "Microsoft.KeyVault/vaults/keys/sign/action", "Microsoft.KeyVault/vaults/keys/decrypt/action",
              "Microsoft.KeyVault/vaults/keys/create/action", "Microsoft.KeyVault/vaults/certificates/create/action")
_MORE_CONTROL = ("Microsoft.KeyVault/vaults/write", "Microsoft.KeyVault/vaults/delete",
                 "Microsoft.Authorization/roleAssignments/write")


@dataclass(frozen=True)
class Right:
    """Whether one secret may be read; `allowed` None: that can't be told.

    :ivar through: the assignments that give it. :ivar why: in words, where it is not allowed or not known.
    :ivar in_the_way: assignments that hold the place where a good one would stand.
    """

    allowed: bool | None
    why: str = ""
    through: tuple[RoleAssignment, ...] = ()
    in_the_way: tuple[RoleAssignment, ...] = ()
    denied: bool = False


def answer_access(seen: ChainSnapshot, found: CredentialSet, vault: Vault) -> Answer:
    if vault.tenant_id and seen.snapshot.tenant_id and vault.tenant_id.lower() != seen.snapshot.tenant_id.lower():
        return failed(f"The key vault '{vault.name}' is in the tenant {vault.tenant_id}; the identity of the "
                      f"credential set '{found.name}' can only read vaults of its own, {seen.snapshot.tenant_id}.")
    return _by_roles(seen, found, vault) if vault.rbac else _by_policy(seen, found, vault)


def answer_least_privilege(seen: ChainSnapshot, found: CredentialSet, vault: Vault) -> Answer:
    return _least_roles(seen, found, vault) if vault.rbac else _least_policy(seen, found, vault)


def _secrets_in(found: CredentialSet, vault: Vault) -> list[SecretId]:
    named = {secret.name.lower(): secret for secret in found.secrets if secret.vault_host == vault.host}
    return list(named.values())


def _by_policy(seen: ChainSnapshot, found: CredentialSet, vault: Vault) -> Answer:
    policy = vault.policy_of(found.principal_id or "")
    if policy and policy.reads_secrets:
        return passed(f"An access policy lets the identity of '{found.name}' get secrets of the key vault "
                      f"'{vault.name}'.")
    access = seen.access_of(found.principal_id or "", vault.host)
    void = [one for one in access.assignments if _gives(one, seen.snapshot.definitions.get(one.role))]
    said = f" Its role assignment on '{_place(void[0])}' counts for nothing: the vault uses access policies." \
        if void else ""
    has = f"an access policy without get on secrets ({', '.join(policy.secrets) or 'none'})" \
        if policy else "no access policy"
    return _refused(seen, found, vault, f"The identity of the credential set '{found.name}' has {has} in the key vault "
                    f"'{vault.name}'.{said}", [seen.fixes.vault_access(found.name, [vault])])


def _by_roles(seen: ChainSnapshot, found: CredentialSet, vault: Vault) -> Answer:
    secrets, access = _secrets_in(found, vault), seen.access_of(found.principal_id or "", vault.host)
    if access.unseen:
        return skipped(f"What the identity of the credential set '{found.name}' may do in the key vault '{vault.name}' "
                       f"can't be seen: {access.unseen}")
    definitions, principal = seen.snapshot.definitions, found.principal_id or ""
    rights = {secret: right_to_read(access, definitions, principal, vault.secret_scope(secret)) for secret in secrets}
    refused = [secret for secret in secrets if rights[secret].allowed is False]
    unknown = [secret for secret in secrets if rights[secret].allowed is None]
    if not refused and unknown:
        return skipped(f"Whether the identity of '{found.name}' may read '{unknown[0].subject}' can't be told: "
                       f"{rights[unknown[0]].why}.")
    if not refused:
        return passed(f"The identity of the credential set '{found.name}' reads "
                      + ", ".join(f"'{secret.subject}' through "
                                  f"{_through(seen, rights[secret], vault.secret_scope(secret))}"
                                  for secret in secrets) + ".")
    why = "; ".join(dict.fromkeys(rights[secret].why for secret in refused))
    policy = vault.policy_of(found.principal_id or "")
    void = " Its access policy counts for nothing: the vault uses Azure roles." \
        if policy and policy.reads_secrets else ""
    names = " and ".join(f"'{secret.subject}'" for secret in refused)
    fixes = [] if any(rights[secret].denied for secret in refused) else [
        *(seen.fixes.no_role(one)
          for one in dict.fromkeys(one.id for secret in refused for one in rights[secret].in_the_way)),
        seen.fixes.vault_access(found.name, [vault])]
    return _refused(seen, found, vault, f"The identity of the credential set '{found.name}' may not read {names}: "
                    f"{why}.{void}", fixes)


def _refused(seen: ChainSnapshot, found: CredentialSet, vault: Vault, message: str, fixes: Sequence[Fix]) -> Answer:
    """Where the service has just read the secrets all the same, access was taken away and still has effect."""
    if found.health.healthy:
        return warned(f"{message} The service still reads the secrets, which will end within minutes; or the identity "
                      "has its access through a group that can't be seen.", *fixes)
    return failed(message, *fixes)


def right_to_read(access: Access, definitions: Mapping[str, RoleDefinition], principal_id: str, scope: str) -> Right:
    """Roles, groups, wildcards, conditions and denials together. :param scope: of one secret of an RBAC vault."""
    denied = _denied(access.denials, principal_id, scope)
    if denied is not None:
        return denied
    reaching = [one for one in access.assignments if one.reaches(scope)]
    giving = [one for one in reaching if _gives(one, definitions.get(one.role))]
    admitted = [one for one in giving if one.admits(READ_SECRET)]
    if admitted:
        return Right(True, through=tuple(sorted(admitted, key=lambda one: -len(one.scope))))
    uncertain = [one for one in giving if one.admits(READ_SECRET) is None]
    if uncertain:
        return Right(None, f"it hangs on the condition of the role assignment on '{_place(uncertain[0])}'")
    unread = [one for one in reaching if one.role not in definitions]
    if unread:
        return Right(None, f"you may not read the role {unread[0].role}, which is assigned on '{_place(unread[0])}'")
    closed = tuple(one for one in giving if one.role == KEY_VAULT_SECRETS_USER and one.is_direct(scope))
    if giving:
        return Right(False, f"the condition of its role assignment on '{_place(giving[0])}' leaves reading secrets out",
                     in_the_way=closed)
    if reaching:
        names = ", ".join(sorted({definitions[one.role].name or one.role for one in reaching}))
        return Right(False, f"none of its roles there gives that ({names})")
    elsewhere = [one for one in access.assignments if _gives(one, definitions.get(one.role))]
    if elsewhere:
        return Right(False, f"its role assignment is on '{_place(elsewhere[0])}' only")
    return Right(False, "it has no role there")


def _denied(denials: Sequence[Denial], principal_id: str, scope: str) -> Right | None:
    uncertain = None
    for denial in denials:
        applies = denial.denies_data(READ_SECRET) and denial.reaches(scope) and denial.applies_to(principal_id)
        if applies:
            return Right(False, f"the deny assignment '{denial.name}' on '{denial.scope}' forbids it "
                                f"({denial.description or 'without a reason'}); it can only be lifted where it was "
                                "made", denied=True)
        if applies is None:
            uncertain = Right(None, f"the deny assignment '{denial.name}' on '{denial.scope}' spares the members of "
                                    "groups, which can't be seen")
    return uncertain


def _gives(assignment: RoleAssignment, definition: RoleDefinition | None) -> bool:
    return definition is not None and definition.allows_data(READ_SECRET)


def _through(seen: ChainSnapshot, right: Right, scope: str) -> str:
    best = right.through[0]
    name = seen.snapshot.definitions[best.role].name or best.role
    return f"the role '{name}'" + ("" if best.is_direct(scope) else f" on '{_place(best)}'")


def _place(assignment: RoleAssignment) -> str:
    return assignment.scope or "/"


def _least_roles(seen: ChainSnapshot, found: CredentialSet, vault: Vault) -> Answer:
    principal, mend, definitions = found.principal_id or "", seen.fixes, seen.snapshot.definitions
    access = seen.access_of(principal, vault.host)
    if access.unseen:
        return skipped(f"What the identity of the credential set '{found.name}' may do in the key vault '{vault.name}' "
                       f"can't be seen: {access.unseen}")
    scopes = [vault.secret_scope(secret) for secret in _secrets_in(found, vault)]
    own = [one for one in access.assignments if one.principal_id.lower() == principal.lower()]
    wide = {one.id: (one, why) for one in own if (why := _too_wide(one, definitions.get(one.role), scopes))}
    if wide:
        # What is too wide may be all that lets the secrets be read, so the narrow roles come first.
        kept = [one for one in own if one.id not in wide]
        missing = [scope for scope in scopes if not any(
            one.is_direct(scope) and _gives(one, definitions.get(one.role)) and one.admits(READ_SECRET)
            for one in kept)]
        one, why = next(iter(wide.values()))
        return warned(f"The identity of the credential set '{found.name}' needs to read its secrets and no more; its "
                      f"role '{_role_name(one, definitions)}' on '{_place(one)}' {why}.",
                      *(mend.role(scope, SECRETS_USER, principal) for scope in missing), *map(mend.no_role, wide))
    unread = [one for one in own if one.role not in definitions]
    if unread:
        return skipped(f"You may not read the role {unread[0].role}, which the identity of '{found.name}' has on "
                       f"'{_place(unread[0])}'.")
    if vault.policy_of(principal):
        return warned(f"The identity of the credential set '{found.name}' has an access policy in the key vault "
                      f"'{vault.name}' that counts for nothing now and would count again if the vault left Azure "
                      "roles.",
                      mend.no_policy(vault, principal))
    return passed(f"The identity of the credential set '{found.name}' may read its own secrets in the key vault "
                  f"'{vault.name}', and no more.")


def _too_wide(assignment: RoleAssignment, definition: RoleDefinition | None, scopes: Sequence[str]) -> str | None:
    """How an assignment of the identity goes beyond reading the set's own secrets; None where it does not."""
    if definition is None:
        return None
    data = any(map(definition.allows_data, _MORE_DATA))
    if data or any(map(definition.allows, _MORE_CONTROL)):
        return "gives more than reading secrets"
    if not definition.allows_data(READ_SECRET):
        return None
    if not any(assignment.is_direct(scope) for scope in scopes):
        below = any(assignment.reaches(scope) for scope in scopes)
        return "reaches all secrets of the vault" if below else "reaches another secret"
    return None


def _role_name(assignment: RoleAssignment, definitions) -> str:
    definition = definitions.get(assignment.role)
    return (definition.name if definition else "") or assignment.role


def _least_policy(seen: ChainSnapshot, found: CredentialSet, vault: Vault) -> Answer:
    principal, mend = found.principal_id or "", seen.fixes
    policy = vault.policy_of(principal)
    more = _more_than_get(policy) if policy else ()
    if more:
        return warned(f"The access policy of the identity of '{found.name}' in the key vault '{vault.name}' gives more "
                      f"than get on secrets: {', '.join(more)}.", mend.policy(vault, principal))
    access = seen.access_of(principal, vault.host)
    void = [one for one in access.assignments if one.principal_id.lower() == principal.lower()
            and _gives(one, seen.snapshot.definitions.get(one.role))]
    if void:
        return warned(f"The role assignment of the identity of '{found.name}' on '{_place(void[0])}' counts for "
                      f"nothing in the key vault '{vault.name}', which uses access policies.",
                      *(mend.no_role(one.id) for one in void))
    return passed(f"The access policy of the identity of '{found.name}' in the key vault '{vault.name}' gives get on "
                  "secrets and no more.")


def _more_than_get(policy: Policy) -> list[str]:
    permissions = policy.rest.get("permissions") or {}
    return [f"{kind} {word}" for kind in ("secrets", "keys", "certificates", "storage")
            for word in permissions.get(kind) or () if (kind, word.lower()) != ("secrets", "get")]
