"""Azure Resource Manager IDs, as records that compare without case."""
from __future__ import annotations

import re
from dataclasses import dataclass, field

from azext_acrcache.domain.values.errors import UserError

REGISTRY = "Microsoft.ContainerRegistry/registries"
VAULT = "Microsoft.KeyVault/vaults"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"

_MANAGEMENT_GROUPS = "/providers/microsoft.management/managementgroups/"

_ID = re.compile(r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
                 r"/providers/(?P<namespace>[^/]+)/(?P<rest>[^/]+/[^/]+(?:/[^/]+/[^/]+)*)/?", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class ArmId:
    """A resource in a group. `type` is the full type, `names` one name for each level of it.

    :ivar canonical: the ID in lower case, by which IDs compare; made once, since thousands of them are compared.
    """

    subscription: str
    group: str
    type: str
    names: tuple[str, ...]
    canonical: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "canonical", str(self).lower())

    @classmethod
    def parse(cls, text: str) -> "ArmId":
        """Raises UserError for a text that is no ID of a resource in a group."""
        match = _ID.fullmatch(text.strip())
        if not match:
            raise UserError(f"'{text}' is not the ID of an Azure resource.",
                            "It looks like /subscriptions/…/resourceGroups/…/providers/…; "
                            "see it with the resource's own show command and --query id")
        parts = match["rest"].split("/")
        return cls(match["subscription"], match["group"], "/".join([match["namespace"], *parts[::2]]),
                   tuple(parts[1::2]))

    @classmethod
    def of(cls, subscription: str, group: str, resource_type: str, *names: str) -> "ArmId":
        return cls(subscription, group, resource_type, names)

    def __str__(self) -> str:
        namespace, *levels = self.type.split("/")
        path = "/".join(f"{level}/{name}" for level, name in zip(levels, self.names))
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}/providers/{namespace}/{path}"

    def __eq__(self, other) -> bool:
        return isinstance(other, ArmId) and self.canonical == other.canonical

    def __hash__(self) -> int:
        return hash(self.canonical)

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def parent(self) -> "ArmId":
        """The resource that this one is a child of. Only for types of more than one level."""
        return ArmId(self.subscription, self.group, self.type.rpartition("/")[0], self.names[:-1])

    def is_a(self, resource_type: str) -> bool:
        return self.type.lower() == resource_type.lower()

    def child(self, level: str, name: str) -> "ArmId":
        return ArmId(self.subscription, self.group, f"{self.type}/{level}", (*self.names, name))


def is_arm_id(text: str) -> bool:
    return text.strip().startswith("/")


def name_or_id(text: str, resource_type: str, what: str) -> str | ArmId:
    """The ID where `text` is one (UserError where it is of another type), else the name as it is."""
    text = text.strip()
    if not is_arm_id(text):
        return text
    found = ArmId.parse(text)
    if not found.is_a(resource_type):
        raise UserError(f"'{text}' is the ID of a {found.type}, not of a {what}.",
                        f"Give the ID or the name of a {what} ({resource_type}).")
    return found


def same_id(one: str | None, other: str | None) -> bool:
    return (one or "").rstrip("/").lower() == (other or "").rstrip("/").lower()


def is_at_or_above(scope: str, other: str) -> bool:
    """Whether an assignment at `scope` reaches down to `other`; `/` reaches everything.

    So does a management group: its ID is no prefix of what it holds, and ARM lists only those above what was asked for.
    """
    scope, other = scope.rstrip("/").lower(), other.rstrip("/").lower()
    return scope == "" or other == scope or other.startswith(f"{scope}/") or scope.startswith(_MANAGEMENT_GROUPS)
