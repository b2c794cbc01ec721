"""Everything that the simulated Azure knows, in memory."""
from __future__ import annotations

import uuid
from random import Random
from typing import Callable, TypeVar

from .clock import Clock
from .directory import Directory
from .governance import Lock, Policy
from .knobs import Knobs
from .operations import Operations
from .resources import Resource, ResourceStore
from .roles import DenyAssignment, RoleAssignments, RoleDefinitions
from .subscription import Subscription

Part = TypeVar("Part")


class World:
    """One simulated Azure. Handlers run one at a time, so each of them is atomic.

    `part(Kind)` gives a service its own state: one `Kind(world)` per world, made at first use. A part with a method
    `view()` and an attribute `view_name` shows itself under that name in the control API's view of the world.
    `on_remove` holds callbacks `(resource) -> None` that run for every resource which goes, children included.
    """

    def __init__(self, knobs: Knobs | None = None, random_seed: int = 1):
        self.knobs = knobs or Knobs()
        self.clock = Clock(self.knobs.speed)
        self.rng = Random(random_seed)
        # The same in every world: a client's cached token outlives a reset, as it outlives a change in Azure.
        self.signing_key = b"acrsim signs for no one but itself"
        self.directory = Directory(self.clock, self.knobs, self.rng)
        self.subscriptions: dict[str, Subscription] = {}
        self.resources = ResourceStore()
        self.operations = Operations(self.clock, self.knobs, self.rng)
        self.role_definitions = RoleDefinitions()
        self.role_assignments = RoleAssignments()
        self.deny_assignments: dict[str, DenyAssignment] = {}
        self.policies: dict[str, Policy] = {}
        self.locks: dict[str, Lock] = {}
        self.on_remove: list[Callable[[Resource], None]] = []
        self._parts: dict[type, object] = {}

    def part(self, kind: type[Part]) -> Part:
        if kind not in self._parts:
            self._parts[kind] = kind(self)
        return self._parts[kind]

    def parts(self) -> list[object]:
        """The parts made so far."""
        return list(self._parts.values())

    def new_guid(self) -> str:
        """A GUID from the world's own dice: the same seed gives the same ids."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def subscription(self, subscription_id: str) -> Subscription | None:
        return self.subscriptions.get(subscription_id.lower())

    def add_subscription(self, subscription: Subscription) -> Subscription:
        self.subscriptions[subscription.id.lower()] = subscription
        return subscription

    def put_policy(self, policy: Policy) -> Policy:
        self.policies[policy.id.lower()] = policy
        return policy

    def put_lock(self, lock: Lock) -> Lock:
        self.locks[lock.id.lower()] = lock
        return lock

    def tenant_of(self, resource_id: str) -> str:
        """The tenant of the subscription that an id names."""
        return self.subscriptions[resource_id.split("/")[2].lower()].tenant_id

    def remove_resource(self, resource_id: str) -> list[Resource]:
        """Removes a resource, what is below it, and the role assignments at those scopes (as ARM does)."""
        gone = self.resources.remove(resource_id)
        for resource in gone:
            for callback in self.on_remove:
                callback(resource)
        below = resource_id.lower() + "/"
        for key, assignment in list(self.role_assignments.items()):
            if (assignment.scope.lower() + "/").startswith(below):
                del self.role_assignments[key]
        return gone
