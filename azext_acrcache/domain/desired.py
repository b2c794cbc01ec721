"""What the user wants to be so, in one registry."""
from __future__ import annotations

from dataclasses import dataclass, field

from azext_acrcache.domain.repositories import RepositoryPattern, Source
from azext_acrcache.domain.secret_ids import SecretId

AUTO, RBAC, POLICY = "auto", "rbac", "policy"
SECRET_SCOPE, VAULT_SCOPE = "secret", "vault"


class SecretValue:
    """A value to be stored. Shows itself nowhere: not in repr, str, format or comparison messages."""

    __slots__ = ("_value",)

    def __init__(self, value: str):
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "SecretValue(…)"

    __str__ = __repr__

    def __eq__(self, other) -> bool:
        return isinstance(other, SecretValue) and other._value == self._value

    def __hash__(self) -> int:
        return id(type(self))


@dataclass(frozen=True)
class DesiredSecret:
    """`value` None: it must be there already."""

    id: SecretId
    value: SecretValue | None = None


@dataclass(frozen=True)
class DesiredCredentialSet:
    """`username` and `password` None: the set must exist already and stays as it is."""

    name: str
    login_server: str
    username: DesiredSecret | None = None
    password: DesiredSecret | None = None
    access: str = AUTO
    scope: str = SECRET_SCOPE

    @property
    def secrets(self) -> tuple[DesiredSecret, ...]:
        return tuple(secret for secret in (self.username, self.password) if secret)


@dataclass(frozen=True)
class DesiredRule:
    """`named`: the user chose the name, so an equal rule of another name is not taken for it."""

    name: str
    source: Source
    target: RepositoryPattern
    credential_set: str | None = None
    identity: str | None = None
    named: bool = True


@dataclass(frozen=True)
class DesiredRegistry:
    rules: tuple[DesiredRule, ...] = ()
    credential_sets: tuple[DesiredCredentialSet, ...] = field(default=())
