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

    :ivar canonical: the ID in lower case, by which IDs compare. It and the ID's text are made once, since thousands
        of IDs are compared and written.
    """

    subscription: str
    group: str
    type: str
    names: tuple[str, ...]
    _text: str = field(default="", repr=False)
    canonical: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self._text:
            namespace, *levels = self.type.split("/")
            path = "/".join(f"{level}/{name}" for level, name in zip(levels, self.names))
            object.__setattr__(self, "_text", f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
                                              f"/providers/{namespace}/{path}")
        object.__setattr__(self, "canonical", self._text.lower())

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
        """From a full type, such as `Microsoft.KeyVault/vaults`, and one name for each level of it."""
        return cls(subscription, group, resource_type, names)

    def __str__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArmId) and self.canonical == other.canonical

    def __hash__(self) -> int:
        return hash(self.canonical)

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def parent(self) -> "ArmId":
        """The resource that this one is a child of. Only for types of more than one level."""
        return ArmId(self.subscription, self.group, self.type.rpartition("/")[0], self.names[:-1],
                     self._text.rsplit("/", 2)[0])

    def is_a(self, resource_type: str) -> bool:
        """Whether it is of this full type, compared without case."""
        return self.type.lower() == resource_type.lower()

    def child(self, level: str, name: str) -> "ArmId":
        """The resource of this name below this one. :param level: its own part of the type, such as `cacheRules`."""
        return ArmId(self.subscription, self.group, f"{self.type}/{level}", (*self.names, name),
                     f"{self._text}/{level}/{name}")


def is_arm_id(text: str) -> bool:
    """Whether a text is meant as a resource ID and not as a name; whether it is a legal one, `ArmId.parse` says."""
    return text.strip().startswith("/")


def name_or_id(text: str, resource_type: str, what: str) -> str | ArmId:
    """The ID where `text` is one (UserError where it is of another type), else the name as it is."""
    text = text.strip()
    if not text:
        raise UserError(f"The name of the {what} is empty.", f"Give the name or the ID of a {what} ({resource_type}).")
    if not is_arm_id(text):
        return text
    arm_id = ArmId.parse(text)
    if not arm_id.is_a(resource_type):
        raise UserError(f"'{text}' is the ID of a {arm_id.type}, not of a {what}.",
                        f"Give the ID or the name of a {what} ({resource_type}).")
    return arm_id


def same_id(first: str | None, second: str | None) -> bool:
    """Whether two texts are the same ID as ARM compares IDs: without case, with or without a slash at the end."""
    return (first or "").rstrip("/").lower() == (second or "").rstrip("/").lower()


def is_at_or_above(scope: str, other: str) -> bool:
    """Whether an assignment at `scope` reaches down to `other`; `/` reaches everything.

    So does a management group: its ID is no prefix of what it holds, and ARM lists only those above what was asked for.
    """
    scope, other = scope.rstrip("/").lower(), other.rstrip("/").lower()
    return scope == "" or other == scope or other.startswith(f"{scope}/") or scope.startswith(_MANAGEMENT_GROUPS)
