"""The steps that tell web apps and container apps which identity to pull with, and that take it back."""
from __future__ import annotations

from azext_acrcache.domain.plan.actions import ClientOf, SetAppRegistries, SetWebSettings
from azext_acrcache.domain.values.arm_ids import ArmId, same_id
from azext_acrcache.domain.plan.changes import DELETE, MODIFY, NO_CHANGE, PULL_ACCESS, Change
from azext_acrcache.domain.consumers.settings import ContainerAppSettings, WebSettings
from azext_acrcache.domain.consumers.consumer import SYSTEM, Consumer, Identity
from azext_acrcache.domain.plan.keys import APP_SETTINGS, ResourceKey
from azext_acrcache.domain.plan.step import Step


def settings_step(consumer: Consumer, login_server: str, named: str, client: str | ClientOf | None,
                  needs: tuple[ResourceKey, ...], after: tuple[ResourceKey, ...]) -> Step | None:
    """None for consumers without such settings.

    :param named: the identity that pulls: `system` or its ID. :param client: its client ID; None for the consumer's
    own.
    :param after: the grants, so that an app does not pull before it may; a blocked one does not hold its settings up.
    """
    key, subject = ResourceKey.of(consumer.id, APP_SETTINGS), f"settings of the {consumer.subject}"
    if isinstance(consumer.settings, WebSettings):
        what = "acrUseManagedIdentityCreds, with " + (f"the client ID {client}" if isinstance(client, str) else
                                                      "the new identity" if client else "its own identity")
        if not isinstance(client, ClientOf) and consumer.settings.pull_with(client):
            return _as_it_is(key, subject, consumer, what)
        action = SetWebSettings(ArmId.parse(consumer.id), consumer.kind.word, True, client)
        return Step(key, subject, action, Change(PULL_ACCESS, MODIFY, consumer.name, consumer.id, what), needs, after)
    if isinstance(consumer.settings, ContainerAppSettings):
        what = f"pulls from {login_server} with {'its own identity' if named == SYSTEM else named}"
        if is_set(consumer.settings, login_server, named):
            return _as_it_is(key, subject, consumer, what)
        action = SetAppRegistries(ArmId.parse(consumer.id), consumer.settings.with_identity(login_server, named),
                                  login_server,
                                  named)
        return Step(key, subject, action, Change(PULL_ACCESS, MODIFY, consumer.name, consumer.id, what), needs, after)
    return None


def removal_step(consumer: Consumer, login_server: str, identity: Identity) -> Step | None:
    """Takes back what a grant to `identity` set, and nothing that was set otherwise."""
    key, subject = ResourceKey.of(consumer.id, APP_SETTINGS), f"settings of the {consumer.subject}"
    if isinstance(consumer.settings, WebSettings):
        if not consumer.settings.pull_with(identity.client_id if identity.id else None):
            return _as_it_is(key, subject, consumer, "its settings do not name this identity")
        action: object = SetWebSettings(ArmId.parse(consumer.id), consumer.kind.word, False)
        what = "acrUseManagedIdentityCreds"
    elif isinstance(consumer.settings, ContainerAppSettings):
        if not is_set(consumer.settings, login_server, identity.id or SYSTEM):
            return _as_it_is(key, subject, consumer, "its settings do not name this identity")
        action = SetAppRegistries(ArmId.parse(consumer.id), consumer.settings.without(login_server), login_server, None)
        what = f"the entry for {login_server}"
    else:
        return None
    return Step(key, subject, action, Change(PULL_ACCESS, DELETE, consumer.name, consumer.id, what))


def is_set(settings: ContainerAppSettings, login_server: str, named: str) -> bool:
    return same_id(settings.identity_for(login_server), named)


def _as_it_is(key: ResourceKey, subject: str, consumer: Consumer, what: str) -> Step:
    return Step(key, subject, change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, consumer.id, what))
