"""What there is to know of one kind of consumer, in one record."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class IdentityCommand:
    """How az gives a kind of resource an identity: `az <group> identity assign <option> …`.

    :ivar own: the words for a system-assigned one. :ivar assigned: the option for a user-assigned one.
    """

    group: str
    own: tuple[str, ...] = ("--identities", "[system]")
    assigned: str = "--identities"

    def words(self, identity: str | None) -> list[str]:
        """:param identity: the ID of a user-assigned one; None for its own."""
        return [*self.own] if identity is None else [self.assigned, identity]


@dataclass(frozen=True)
class ConsumerSpec:
    """One kind of consumer. A further kind is one of these in `kinds` and one reader in `adapters.consumers`.

    :ivar flag: its flag without dashes, and its name in reports.
    :ivar noun, plural: how messages and help name it.
    :ivar reader: the module in `adapters.consumers` that reads it; empty for what is never looked up.
    :ivar type: of its resource; empty for what is no resource of ARM.
    :ivar child_type: of a part that pulls by itself and is named NAME/CHILD, such as a slot of a site.
    :ivar choosable: whether it may have several identities, of which one pulls.
    :ivar identity_command: how az gives it an identity; None where it can't be given one.
    :ivar identity_note: what to say of the identity that pulls, after its name.
    :ivar without_identity: what helps one that has no identity to pull with and can't be given one.
    :ivar made_identity: whether Azure makes the user-assigned identity that it pulls with, which the directory names
        after itself. Its reader then has `pulling_principal`.
    :ivar shared_identity: whether others may be pulling with its user-assigned identity too.
    :ivar settings_path: below the resource, where its settings for pulling are written; empty for the resource itself.
    :ivar settles: whether a change goes on after it was accepted and has to be waited for.
    """

    flag: str
    noun: str
    plural: str
    reader: str = ""
    type: str = ""
    child_type: str = ""
    choosable: bool = False
    identity_command: IdentityCommand | None = None
    identity_note: str = ""
    without_identity: str = ""
    made_identity: bool = False
    shared_identity: bool = True
    settings_path: tuple[str, str] | None = None
    settles: bool = False

    @property
    def dest(self) -> str:
        """The name of its argument in Python."""
        return self.flag.replace("-", "_")

    @property
    def takes_identity(self) -> bool:
        return self.identity_command is not None

    @property
    def named_by(self) -> str:
        """How its flag may name it, for help."""
        if not self.type:
            return "application IDs or object IDs"
        return "names, NAME/SLOT, or resource IDs" if self.child_type else "names or resource IDs"

    def is_type(self, resource_type: str) -> bool:
        """Whether a resource type is this kind's, or that of a part of it. Without regard to case."""
        return resource_type.lower() in (self.type.lower(), self.child_type.lower()) and bool(resource_type)
