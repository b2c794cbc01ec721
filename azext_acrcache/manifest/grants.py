"""The grants of a registry in a manifest."""
from __future__ import annotations

import uuid
from functools import partial

from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.identity import SYSTEM
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.state.desired import DesiredGrant
from azext_acrcache.domain.values.arm_ids import IDENTITY, ArmId, is_arm_id, name_or_id
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.repositories import RepositoryPattern
from azext_acrcache.manifest.entries import Entry
from azext_acrcache.manifest.keys import CONSUMERS, PUSH
from azext_acrcache.manifest.tree import Sequence


def read_grant(entry: Entry) -> DesiredGrant | None:
    """The grant, unless something is wrong with it."""
    consumer: ConsumerRef | None = None
    for key, spec in CONSUMERS.items():
        consumer = entry.read(key, partial(_consumer, spec)) or consumer
    principal_id = entry.read("principalId", _object_id)
    if ("principalId" in entry.node) != ("principalType" in entry.node):
        missing = "principalType" if "principalId" in entry.node else "principalId"
        entry.refuse(UserError(f"{missing} is missing: principalId and principalType belong together, so that nothing "
                               "is looked up.", f"Add {missing}, or name the consumer with another key."))
    assigned = entry.read("assignIdentity", _assigned)
    if assigned and not entry.wrong and (consumer is None or not consumer.kind.takes_identity):
        what = consumer.kind.plural if consumer else "Principals"
        entry.refuse(UserError(f"{what} can't be given an identity.", "Leave assignIdentity out; it goes with: "
                               f"{', '.join(key for key, spec in CONSUMERS.items() if spec.takes_identity)}."),
                     "assignIdentity")
    repositories = _repositories(entry)
    if entry.wrong:
        return None
    return DesiredGrant(consumer, principal_id or "", entry.text("principalType") or "", entry.text("role") == PUSH,
                        repositories, assigned, entry.place)


def _repositories(entry: Entry) -> tuple[RepositoryPattern, ...]:
    repositories: list[RepositoryPattern] = []
    texts = entry.node.get("repositories")
    for number, text in enumerate(texts if isinstance(texts, Sequence) else ()):
        if not isinstance(text, str) or (*entry.path, "repositories", number) in entry.violated:
            continue
        try:
            repositories.append(RepositoryPattern.parse(text, "repository"))
        except UserError as error:
            entry.refuse(error, "repositories", number)
    return tuple(dict.fromkeys(repositories))


def _consumer(spec: ConsumerSpec, text: str) -> ConsumerRef:
    text = text.strip()
    if not text:
        raise UserError(f"The name of the {spec.noun} is empty.", "Give the name or the resource ID.")
    if not is_arm_id(text):
        if spec.type and "/" in text and not spec.child_type:
            raise UserError(f"'{text}' is no name: {spec.plural} are named by {spec.named_by}.",
                            "Give the name or the resource ID.")
        return ConsumerRef(spec, text)
    if not spec.type:
        raise UserError(f"A {spec.noun} has no resource ID.", f"Name it by {spec.named_by}.")
    resource = ArmId.parse(text)
    if not spec.is_type(resource.type):
        raise UserError(f"'{text}' is the ID of a {resource.type}; {spec.plural} are {spec.type}.",
                        "Give the name or the resource ID.")
    return ConsumerRef(spec, text)


def _object_id(text: str) -> str:
    try:
        uuid.UUID(text.strip())
        return text.strip().lower()
    except ValueError:
        raise UserError(f"'{text}' is no object ID.", "It looks like 00000000-0000-0000-0000-000000000000; an "
                        "application is named with servicePrincipal.") from None


def _assigned(text: str) -> str:
    if text.strip().lower() == SYSTEM:
        return SYSTEM
    identity = name_or_id(text, IDENTITY, "user-assigned identity")
    if not isinstance(identity, ArmId):
        raise UserError(f"'{text}' is no resource ID.",
                        f"Give the ID of a user-assigned identity, or {SYSTEM} for a system-assigned one.")
    return str(identity)
