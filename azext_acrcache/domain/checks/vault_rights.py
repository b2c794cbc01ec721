"""Whether a principal may read one secret of a key vault that uses Azure roles, and through what.

Sources: Key Vault rbac-guide, role-based-access-control/role-definitions, deny-assignments, conditions-format.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Mapping, Sequence

from azext_acrcache.domain.access.denials import Denial
from azext_acrcache.domain.access.roles import KEY_VAULT_SECRETS_USER, READ_SECRET, RoleAssignment, RoleDefinition
from azext_acrcache.domain.checks.snapshot import Access
from azext_acrcache.domain.state.known import value_or
from azext_acrcache.domain.state.observed import CredentialSet, Vault
from azext_acrcache.domain.values.secret_ids import SecretId


@dataclass(frozen=True)
class Right:
    """Whether one secret may be read; `allowed` None: that can't be told.

    :ivar through: the assignments that give it, the narrowest first.
    :ivar why: in words, where it is not allowed or not known.
    :ivar in_the_way: assignments that hold the place where a good one would stand.
    """

    allowed: bool | None
    why: str = ""
    through: tuple[RoleAssignment, ...] = ()
    in_the_way: tuple[RoleAssignment, ...] = ()
    denied: bool = False


def right_to_read(access: Access, definitions: Mapping[str, RoleDefinition], principal_id: str, scope: str) -> Right:
    """Roles, groups, wildcards, conditions and denials together. :param scope: of one secret of an RBAC vault."""
    if access.unknown:
        return Right(None, access.unknown.reason)
    denied = _denied(value_or(access.denials, ()), principal_id, scope)
    if denied is not None:
        return denied
    assignments = access.visible_assignments
    reaching = [assignment for assignment in assignments if assignment.reaches(scope)]
    giving = list(reading_secrets(reaching, definitions))
    admitted = [assignment for assignment in giving if assignment.admits(READ_SECRET)]
    if admitted:
        return Right(True, through=tuple(sorted(admitted, key=lambda assignment: -len(assignment.scope))))
    undecided = [assignment for assignment in giving if assignment.admits(READ_SECRET) is None]
    if undecided:
        return Right(None, f"it depends on the condition of the role assignment on '{place_of(undecided[0])}'")
    unread = [assignment for assignment in reaching if assignment.role not in definitions]
    if unread:
        return Right(None, f"you may not read the role {unread[0].role}, which is assigned on '{place_of(unread[0])}'")
    if giving:
        closed = tuple(assignment for assignment in giving
                       if assignment.role == KEY_VAULT_SECRETS_USER and assignment.is_direct(scope))
        return Right(False, f"the condition of its role assignment on '{place_of(giving[0])}' excludes reading secrets",
                     in_the_way=closed)
    if reaching:
        names = ", ".join(sorted({role_name(assignment, definitions) for assignment in reaching}))
        return Right(False, f"none of its roles there gives that ({names})")
    elsewhere = list(reading_secrets(assignments, definitions))
    if elsewhere:
        return Right(False, f"its role assignment is on '{place_of(elsewhere[0])}' only")
    return Right(False, "it has no role there")


def reading_secrets(assignments: Iterable[RoleAssignment], definitions: Mapping[str, RoleDefinition]
                    ) -> Iterable[RoleAssignment]:
    """Those whose role lets secrets be read, whatever their conditions say."""
    for assignment in assignments:
        definition = definitions.get(assignment.role)
        if definition is not None and definition.allows_data(READ_SECRET):
            yield assignment


def secrets_in(credential_set: CredentialSet, vault: Vault) -> list[SecretId]:
    """The set's secrets in one vault, each once."""
    named = {secret.name.lower(): secret for secret in credential_set.secrets if secret.vault_host == vault.host}
    return list(named.values())


def role_name(assignment: RoleAssignment, definitions: Mapping[str, RoleDefinition]) -> str:
    definition = definitions.get(assignment.role)
    return (definition.name if definition else "") or assignment.role


def place_of(assignment: RoleAssignment) -> str:
    """The scope of an assignment; `/` for one on everything."""
    return assignment.scope or "/"


def _denied(denials: Sequence[Denial], principal_id: str, scope: str) -> Right | None:
    undecided = None
    for denial in denials:
        applies = denial.denies_data(READ_SECRET) and denial.reaches(scope) and denial.applies_to(principal_id)
        if applies:
            return Right(False, f"the deny assignment '{denial.name}' on '{denial.scope}' forbids it "
                                f"({denial.description or 'without a reason'}); it can only be lifted where it was "
                                "made", denied=True)
        if applies is None:
            undecided = Right(None, f"the deny assignment '{denial.name}' on '{denial.scope}' {denial.why_unsure}")
    return undecided
