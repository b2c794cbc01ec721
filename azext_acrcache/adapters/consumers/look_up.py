"""Consumers by name or by ID, all side by side. A name is looked up by one list for each type of resource."""
from __future__ import annotations

import importlib
from typing import Iterable, Sequence

from azext_acrcache.adapters.consumers.context import Context
from azext_acrcache.adapters.consumers.resources import Resources
from azext_acrcache.adapters.session import Session
from azext_acrcache.domain.values.arm_ids import ArmId, is_arm_id
from azext_acrcache.domain.consumers.consumer import Consumer, ConsumerKind, ConsumerRef
from azext_acrcache.domain.values.errors import Conflict, NotFound, ServiceError, UserError
from azext_acrcache.concurrency import gather


class Consumers:
    """:param context: what a module may ask besides."""

    def __init__(self, session: Session, context: Context):
        self._session, self._context = session, context
        self._resources = Resources(session)

    def find(self, named: Sequence[ConsumerRef], forgive: bool = False) -> list[Consumer | UserError]:
        """In the order of the names; one that stands twice comes once.

        Raises NotFound for one that does not exist, UserError for a name found twice and an ID of another type; with
        `forgive` they are among the answers instead.
        """
        named = list(dict.fromkeys(named))
        lists = dict(zip(types := _types_to_list(named), gather(
            [lambda listed=listed: self._list(*listed) for listed in types])))
        return gather([lambda one=one: self._one(one, lists, forgive) for one in named])

    def _list(self, resource_type: str, module: str) -> list[dict] | ServiceError:
        try:
            return list(self._resources.list(self._session.subscription, resource_type, _module(module).API))
        except ServiceError as refused:
            if refused.forbidden or refused.not_found:
                return refused
            raise

    def _one(self, named: ConsumerRef, lists, forgive: bool) -> Consumer | UserError:
        try:
            return self._found(named, lists)
        except UserError as refusal:
            if forgive:
                return refusal
            raise

    def _found(self, named: ConsumerRef, lists) -> Consumer:
        kind, module = named.kind, _module(named.kind.module)
        if not kind.type:
            return module.find(named.text, self._context)
        name, slash, slot = ("", "", "") if is_arm_id(named.text) else named.text.partition("/")
        if slash and not hasattr(module, "slot_of"):
            raise UserError(f"'{named.text}' is no name of a {kind.noun}.", "Give its name or its resource ID.")
        if is_arm_id(named.text):
            body = self._by_id(kind, module, ArmId.parse(named.text))
        else:
            body = self._by_name(kind, name, lists[(kind.type, kind.module)])
        if slash:
            body = self._by_id(kind, module, module.slot_of(ArmId.parse(body["id"]), slot))
        return module.consumer(kind, body, self._context)

    def _by_id(self, kind: ConsumerKind, module, resource: ArmId) -> dict:
        if not resource.is_a(kind.type) and not (hasattr(module, "SLOT_TYPE") and resource.is_a(module.SLOT_TYPE)):
            raise UserError(f"'{resource}' is the ID of a {resource.type}, not of a {kind.noun}.",
                            f"Give the ID or the name of a {kind.noun} ({kind.type}).")
        if not any(one["id"].lower() == resource.subscription.lower() for one in self._session.subscriptions()):
            raise Conflict(f"You are not signed in to the subscription {resource.subscription} of the {kind.noun} "
                           f"'{resource.name}', which may be another tenant's: a managed identity can only be given "
                           "roles in its own tenant.",
                           "See those that you are signed in to: az account list --query [].id",
                           "If it is in the registry's tenant, name its identity instead: --assignee-object-id ID "
                           "--assignee-principal-type ServicePrincipal")
        body = self._resources.get(resource, module.API)
        if body is None:
            raise NotFound(f"There is no {kind.noun} '{resource.name}' in the resource group '{resource.group}' of the "
                           f"subscription {resource.subscription}.",
                           "See what there is: az resource list --resource-type "
                           f"{kind.type} --subscription {resource.subscription} --query [].id")
        return body

    def _by_name(self, kind: ConsumerKind, name: str, listed: list[dict] | ServiceError) -> dict:
        if isinstance(listed, ServiceError):
            raise NotFound(f"The {kind.noun} '{name}' could not be looked for: the subscription "
                           f"{self._session.subscription} does not let you list ({listed.code}).",
                           "Give its resource ID instead of its name.")
        found = [body for body in listed if (body.get("name") or "").lower() == name.lower()]
        if len(found) > 1:
            raise UserError(f"There are {len(found)} of the name '{name}' ({kind.noun}): "
                            f"{' and '.join(body['id'] for body in found)}.", "Give the ID of the one that you mean.")
        if not found:
            raise NotFound(f"There is no {kind.noun} '{name}' in the subscription {self._session.subscription}.",
                           f"See what there is: az resource list --resource-type {kind.type} --query [].id",
                           "For one in another subscription, give its resource ID.")
        return found[0]


def _types_to_list(named: Iterable[ConsumerRef]) -> list[tuple[str, str]]:
    """Each type once: web apps and function apps are one list."""
    return list(dict.fromkeys((one.kind.type, one.kind.module) for one in named
                              if one.kind.type and not is_arm_id(one.text)))


def _module(name: str):
    return importlib.import_module(f"azext_acrcache.adapters.consumers.{name}")
