"""Consumers by name or by ID, all side by side. A name is looked up by one list for each type of resource."""
from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Iterable, Mapping, Sequence, TypeVar

from azext_acrcache.adapters.consumers.reader import ReadContext, reader_of
from azext_acrcache.adapters.consumers.resources import Resources
from azext_acrcache.adapters.session import Session
from azext_acrcache.concurrency import Future, gather
from azext_acrcache.domain.consumers.consumer import Consumer, ConsumerRef, UnfoundConsumer
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.values.arm_ids import ArmId, is_arm_id
from azext_acrcache.domain.values.errors import Conflict, NotFound, ServiceError, UserError, raise_all

T = TypeVar("T")

# The resources of one type in the current subscription by name in lower case, or why they can't be listed; by type and
# reader.
ByName = Mapping[str, "list[Mapping[str, Any]]"]
Lists = Mapping[tuple, "ByName | ServiceError"]


class ConsumerLists:
    """The lists of one command: each kind is listed once, whoever looks for a name in it and from any thread."""

    def __init__(self, session: Session):
        self._session, self._resources = session, Resources(session)
        self._lock = threading.Lock()
        self._lists: dict[tuple, Future[ByName | ServiceError]] = {}

    def of(self, kinds: Iterable[ConsumerSpec]) -> Lists:
        """Those of these kinds, looked up side by side."""
        with self._lock:
            for kind in kinds:
                if _list_key(kind) not in self._lists:
                    self._lists[_list_key(kind)] = Future(partial(self._list, kind))
            looking_up = {_list_key(kind): self._lists[_list_key(kind)] for kind in kinds}
        return {key: listed.result() for key, listed in looking_up.items()}

    def _list(self, kind: ConsumerSpec) -> ByName | ServiceError:
        try:
            by_name: dict[str, list[Mapping[str, Any]]] = {}
            for body in self._resources.list(self._session.subscription, kind.type, reader_of(kind).api):
                by_name.setdefault((body.get("name") or "").lower(), []).append(body)
            return by_name
        except ServiceError as error:
            if error.forbidden or error.not_found:
                return error
            raise


@dataclass(frozen=True)
class LookedUp:
    """:ivar consumers: by how they were named. :ivar unfound: the others, in the order of the names."""

    consumers: Mapping[ConsumerRef, Consumer]
    unfound: tuple[UnfoundConsumer, ...] = ()


class Consumers:
    """:param context: what a reader may ask besides; None where nothing but `bodies` is asked for.
    :param lists: those of the command, where it has any.
    """

    def __init__(self, session: Session, context: ReadContext | None, lists: ConsumerLists | None = None):
        self._session, self._context = session, context
        self._resources = Resources(session)
        self._lists = lists or ConsumerLists(session)

    def find(self, refs: Sequence[ConsumerRef]) -> list[Consumer]:
        """In the order of the names; one that stands twice comes once.

        Raises NotFound for one that does not exist, Conflict where the caller may not look for it, UserError for a name
        that stands twice and an ID of another type, SeveralErrors for several of these.
        """
        looked_up = self.look_up(refs)
        raise_all([unfound.reason for unfound in looked_up.unfound])
        return list(looked_up.consumers.values())

    def look_up(self, refs: Sequence[ConsumerRef]) -> LookedUp:
        """With what `find` raises as the reason of each that it would be raised for. Raises ServiceError."""
        answers = self._each(refs, self._find)
        return LookedUp({ref: answer for ref, answer in answers.items() if not isinstance(answer, UnfoundConsumer)},
                        tuple(answer for answer in answers.values() if isinstance(answer, UnfoundConsumer)))

    def bodies(self, refs: Sequence[ConsumerRef]) -> list[Mapping[str, Any]]:
        """The resources themselves, for who needs no identity of theirs. For kinds that are resources; raises as
        `find`."""
        answers = self._each(refs, self._body).values()
        raise_all([answer.reason for answer in answers if isinstance(answer, UnfoundConsumer)])
        return [answer for answer in answers if not isinstance(answer, UnfoundConsumer)]

    def _each(self, refs: Sequence[ConsumerRef], look: Callable[[ConsumerRef, Lists], T]
              ) -> dict[ConsumerRef, T | UnfoundConsumer]:
        refs = list(dict.fromkeys(refs))
        lists = self._lists.of(list(_kinds_to_list(refs).values()))

        def answer(ref: ConsumerRef) -> T | UnfoundConsumer:
            try:
                return look(ref, lists)
            except UserError as error:
                return UnfoundConsumer(ref, error)

        return dict(zip(refs, gather([partial(answer, ref) for ref in refs])))

    def _find(self, ref: ConsumerRef, lists: Lists) -> Consumer:
        kind, reader = ref.kind, reader_of(ref.kind)
        if not kind.type:
            return reader.find(kind, ref.text, self._context)
        return reader.consumer(kind, self._body(ref, lists), self._context)

    def _body(self, ref: ConsumerRef, lists: Lists) -> Mapping[str, Any]:
        kind = ref.kind
        if is_arm_id(ref.text):
            return self._by_id(kind, ArmId.parse(ref.text))
        name, slash, part = ref.text.partition("/")
        if slash and not kind.child_type:
            raise UserError(f"'{ref.text}' is no name of a {kind.noun}.", "Give its name or its resource ID.")
        body = self._by_name(kind, name, lists[_list_key(kind)])
        if slash:
            level = kind.child_type.rpartition("/")[2]
            body = self._by_id(kind, ArmId.parse(body["id"]).child(level, part))
        return body

    def _by_id(self, kind: ConsumerSpec, resource: ArmId) -> Mapping[str, Any]:
        if not kind.is_type(resource.type):
            raise UserError(f"'{resource}' is the ID of a {resource.type}, not of a {kind.noun}.",
                            f"Give the ID or the name of a {kind.noun} ({kind.type}).")
        if not any(known["id"].lower() == resource.subscription.lower() for known in self._session.subscriptions()):
            raise self._not_signed_in(kind, resource)
        body = self._resources.get(resource, reader_of(kind).api)
        if body is None:
            raise NotFound(f"There is no {kind.noun} '{resource.name}' in the resource group '{resource.group}' of the "
                           f"subscription {resource.subscription}.",
                           _listing(kind, resource.subscription))
        return body

    def _not_signed_in(self, kind: ConsumerSpec, resource: ArmId) -> Conflict:
        signed_in = Advice("See those that you are signed in to",
                           AzLine.of("account", "list").option("--query", "[].id"))
        message = f"You are not signed in to the subscription {resource.subscription} of the {kind.noun} " \
                  f"'{resource.name}'"
        if self._context is None:
            return Conflict(f"{message}.", signed_in)
        return Conflict(f"{message}, which may be another tenant's: a managed identity can only be given roles in its "
                        "own tenant.", signed_in,
                        "If it is in the registry's tenant, name its identity instead: --assignee-object-id ID "
                        "--assignee-principal-type ServicePrincipal")

    def _by_name(self, kind: ConsumerSpec, name: str, listed: ByName | ServiceError
                 ) -> Mapping[str, Any]:
        subscription = self._session.subscription
        if isinstance(listed, ServiceError):
            # Where the caller may not list, it may well be there. A 404 is a provider that nobody registered: it isn't.
            refusal = Conflict if listed.forbidden else NotFound
            raise refusal(f"The {kind.noun} '{name}' could not be looked for: the subscription {subscription} does not "
                          f"let you list ({listed.code}).", "Give its resource ID instead of its name.")
        namesakes = listed.get(name.lower(), [])
        if len(namesakes) > 1:
            raise UserError(f"There are {len(namesakes)} of the name '{name}' ({kind.noun}): "
                            f"{' and '.join(body['id'] for body in namesakes)}.",
                            "Give the ID of the one that you mean.")
        if not namesakes:
            raise NotFound(f"There is no {kind.noun} '{name}' in the subscription {subscription}.",
                           _listing(kind, subscription),
                           "For one in another subscription, give its resource ID.")
        return namesakes[0]


def _listing(kind: ConsumerSpec, subscription: str) -> Advice:
    return Advice("See what there is", AzLine.of("resource", "list").option("--resource-type", kind.type)
                  .option("--subscription", subscription).option("--query", "[].id"))


def _list_key(kind: ConsumerSpec) -> tuple:
    """Web apps and function apps are one list."""
    return kind.type, kind.reader


def _kinds_to_list(refs: Iterable[ConsumerRef]) -> dict[tuple, ConsumerSpec]:
    return {_list_key(ref.kind): ref.kind for ref in refs if ref.kind.type and not is_arm_id(ref.text)}
