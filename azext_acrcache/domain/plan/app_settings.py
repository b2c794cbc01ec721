"""The steps that tell apps which identity to pull with, and that take it back."""
from __future__ import annotations

from azext_acrcache.domain.consumers.consumer import Consumer
from azext_acrcache.domain.consumers.identity import Identity
from azext_acrcache.domain.consumers.images import images_elsewhere
from azext_acrcache.domain.consumers.settings import SettingsChange
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.plan.actions import ClientOf, SetPullSettings
from azext_acrcache.domain.plan.changes import DELETE, MODIFY, NO_CHANGE, PULL_ACCESS, Change
from azext_acrcache.domain.plan.keys import APP_SETTINGS, ResourceKey
from azext_acrcache.domain.plan.step import Step
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import Conflict


def settings_step(consumer: Consumer, login_server: str, named: str, identity: Identity | None,
                  client: ClientOf | None, needs: tuple[ResourceKey, ...], after: tuple[ResourceKey, ...]
                  ) -> Step | None:
    """None for consumers that can't be told.

    :param named: the identity that pulls: `system` or its ID. :param identity: the same, where it exists already.
    :param client: the step that will bring the client ID of one that is about to be made.
    :param after: the grants, so that an app does not pull before it may; a blocked one does not hold its settings up.

    Raises Conflict where the settings name identities by client ID and Azure does not show that one's: without it they
    would name the consumer's own identity.
    """
    if consumer.settings is None or not consumer.can_be_set_up:
        return None
    if identity and identity.id and not identity.client_id and consumer.settings.names_by_client_id:
        raise Conflict(f"The {consumer.subject} is to name its identity {identity.label} by client ID, which Azure "
                       "does not show for it.",
                       Advice("See whether the identity still exists", AzLine.of("identity", "show")
                              .option("--ids", identity.id).option("--query", "clientId")),
                       f"If it does, take it from the {consumer.kind.noun} and give it again, then run this again.")
    change = SettingsChange(login_server, named, identity.client_id if identity and identity.id else None)
    what = consumer.settings.words(change)
    if identity and consumer.settings.pulls_with(login_server, identity):
        return _unchanged(consumer, login_server, what)
    if elsewhere := in_the_way(consumer, login_server):
        return _unchanged(consumer, login_server,
                          f"{what}: not set, since {', '.join(elsewhere)} is not on {login_server}")
    return Step(_key(consumer, login_server), f"settings of the {consumer.subject}",
                SetPullSettings(ArmId.parse(consumer.id), consumer.kind.flag, consumer.settings, change, client),
                Change(PULL_ACCESS, MODIFY, consumer.name, consumer.id, what), needs, after)


def in_the_way(consumer: Consumer, login_server: str) -> tuple[str, ...]:
    """Images on other registries, where the settings of the app count for those too."""
    if consumer.settings is None or not consumer.settings.for_every_registry:
        return ()
    return images_elsewhere(consumer, login_server)


def settings_warning(consumer: Consumer, login_server: str, identity: Identity | None) -> str | None:
    """What would break if the settings of the app were changed, where they are not for that."""
    elsewhere = in_the_way(consumer, login_server)
    if not elsewhere or (identity and consumer.settings and consumer.settings.pulls_with(login_server, identity)):
        return None
    return f"{consumer.name}: acrUseManagedIdentityCreds is not set. It counts for every registry that the " \
           f"{consumer.kind.noun} pulls from, and it pulls {', '.join(elsewhere)}, which is not on {login_server}: a " \
           "pull of that with a user name and password would end. Once all its images are on this registry, run the " \
           "same command again."


def removal_step(consumer: Consumer, login_server: str, identity: Identity) -> Step | None:
    """Takes back what a grant to `identity` set, and nothing that was set otherwise."""
    if consumer.settings is None or not consumer.can_be_set_up:
        return None
    if not consumer.settings.pulls_with(login_server, identity):
        return _unchanged(consumer, login_server, "its settings do not name this identity")
    if elsewhere := in_the_way(consumer, login_server):
        return _unchanged(consumer, login_server, f"its settings stay: they serve {', '.join(elsewhere)}, which is not "
                                                  f"on {login_server}")
    change = SettingsChange(login_server, None)
    return Step(_key(consumer, login_server), f"settings of the {consumer.subject}",
                SetPullSettings(ArmId.parse(consumer.id), consumer.kind.flag, consumer.settings, change),
                Change(PULL_ACCESS, DELETE, consumer.name, consumer.id, consumer.settings.words(change)))


def _key(consumer: Consumer, login_server: str) -> ResourceKey:
    """A container app has an entry for each registry, so that steps for two registries are two."""
    part = consumer.settings.part_for(login_server) if consumer.settings else ""
    return ResourceKey.of(consumer.id, APP_SETTINGS, part)


def _unchanged(consumer: Consumer, login_server: str, what: str) -> Step:
    return Step(_key(consumer, login_server), f"settings of the {consumer.subject}",
                change=Change(PULL_ACCESS, NO_CHANGE, consumer.name, consumer.id, what))
