"""The images that run in AKS clusters, and in web apps, container apps and container groups of subscriptions."""
from __future__ import annotations

from functools import partial
from typing import Any, Iterable, Mapping, Sequence

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.adapters.consumers.look_up import Consumers
from azext_acrcache.concurrency import gather
from azext_acrcache.domain.consumers.consumer import ConsumerRef
from azext_acrcache.domain.consumers.images import UNREADABLE
from azext_acrcache.domain.consumers.kinds import BY_FLAG
from azext_acrcache.domain.consumers.pod_images import (PodImage, images_command, namespaces_command, read_images,
                                                        read_namespaces)
from azext_acrcache.domain.consumers.spec import ConsumerSpec
from azext_acrcache.domain.guidance.az_lines import Advice, AzLine
from azext_acrcache.domain.state.known import Known, Unknown
from azext_acrcache.domain.state.running_images import RunningImage, RunningImages
from azext_acrcache.domain.values import provisioning
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import NotFound, ServiceError, UserError, raise_all
from azext_acrcache.observe.cluster_commands import ClusterCommands
from azext_acrcache.observe.known import known, known_or_refused

_AKS, _WEB_APP = BY_FLAG["aks"], BY_FLAG["webapp"]
# Each command is a pod that needs 0.2 CPUs and 500 MB of the cluster.
_COMMANDS_SIDE_BY_SIDE = 2


def cluster_ref(text: str) -> ConsumerRef:
    """Of a cluster by its name or ID."""
    return ConsumerRef(_AKS, text)


def images_of_clusters(azure: Azure, refs: Sequence[ConsumerRef]) -> RunningImages:
    """Of all containers of all pods, with init and ephemeral containers and volumes that are images.

    One command a cluster; where its answer was cut off, one more for each namespace. What was cut off of a single
    namespace stands in `unseen`.

    Raises NotFound, Conflict, UserError for clusters that can't be found or take no command, SeveralErrors for several
    of these; ServiceError, ServiceUnreachable.
    """
    bodies = Consumers(azure.session, None).bodies(refs)
    clusters = {commands.cluster: commands for commands in (ClusterCommands(azure, body) for body in bodies)}
    answers = gather([partial(_of_cluster_or_error, commands) for commands in clusters.values()])
    raise_all([answer for answer in answers if isinstance(answer, UserError)])
    return _joined(answer for answer in answers if isinstance(answer, RunningImages))


def images_of_apps(azure: Azure, subscriptions: Sequence[str] = ()) -> RunningImages:
    """Of web and function apps and their slots, container apps and jobs, container groups.

    What the caller may not read stands in `unseen`; a provider that nobody has registered has no apps.

    :param subscriptions: names or IDs; none for the current one.

    Raises NotFound for a subscription that az is not signed in to, UserError for a name that stands twice,
    ServiceError.
    """
    from azext_acrcache.adapters.app_images import APP_KINDS
    ids = dict.fromkeys(_subscription_id(azure, text) for text in subscriptions) or [azure.session.subscription]
    return _joined(gather([partial(_of_kind, azure, subscription, kind) for subscription in ids for kind in APP_KINDS]))


def _of_cluster_or_error(commands: ClusterCommands) -> RunningImages | UserError:
    try:
        return _of_cluster(commands)
    except UserError as error:
        return error


def _of_cluster(commands: ClusterCommands) -> RunningImages:
    commands.check_takes_commands()
    answer = read_images(commands.run(images_command()))
    images, unseen = set(answer.images), []
    if not answer.whole:
        names, all_names = read_namespaces(commands.run(namespaces_command()))
        if not all_names:
            unseen.append(Unknown(f"Not all namespaces of the AKS cluster '{commands.cluster.name}' could be listed: "
                                  "the answer was cut off"))
        logs = gather([partial(commands.run, images_command(name)) for name in names], limit=_COMMANDS_SIDE_BY_SIDE)
        for name, answer in zip(names, map(read_images, logs)):
            images.update(answer.images)
            if not answer.whole:
                unseen.append(Unknown(f"Not all images of the namespace '{name}' of the AKS cluster "
                                      f"'{commands.cluster.name}' could be listed: the answer was cut off at 512 KB"))
    return RunningImages(tuple(_running(image, commands.cluster) for image in sorted(images)), tuple(unseen))


def _running(image: PodImage, cluster: ArmId) -> RunningImage:
    return RunningImage(image.text, cluster, _AKS, image.namespace)


def _of_kind(azure: Azure, subscription: str, kind: ConsumerSpec) -> RunningImages:
    try:
        apps = known(lambda: list(azure.app_images.apps(subscription, kind)))
    except ServiceError as refused:
        # A provider that is not registered.
        if refused.status not in (404, 409):
            raise
        return RunningImages()
    if isinstance(apps, Unknown):
        return RunningImages(unseen=(apps,))
    return _joined(gather([partial(_of_app, azure, kind, body) for body in apps.value]))


def _of_app(azure: Azure, kind: ConsumerSpec, body: Mapping[str, Any]) -> RunningImages:
    of_app = _of_part(azure, kind, body)
    if kind is not _WEB_APP:
        return of_app
    slots = known_or_refused(partial(azure.app_images.slots, body))
    if isinstance(slots, Unknown):
        return _joined([of_app, RunningImages(unseen=(slots,))])
    return _joined([of_app, *(_of_part(azure, kind, slot) for slot in slots.value)])


def _of_part(azure: Azure, kind: ConsumerSpec, body: Mapping[str, Any]) -> RunningImages:
    """Of one app or slot."""
    if provisioning.is_deleting((body.get("properties") or {}).get("provisioningState") or ""):
        return RunningImages()
    app, kind = ArmId.parse(body["id"]), azure.app_images.kind_of(kind, body)
    images = known_or_refused(partial(azure.app_images.images, kind, body))
    if not isinstance(images, Known):
        return RunningImages(unseen=(images,))
    running = tuple(RunningImage(text, app, kind) for text in images.value if text != UNREADABLE)
    unreadable = Unknown(f"Not all images of the {kind.noun} '{'/'.join(app.names)}' can be read: its containers may "
                         "not be listed, or its compose file can't be decoded")
    return RunningImages(running, (unreadable,) if UNREADABLE in images.value else ())


def _joined(parts: Iterable[RunningImages]) -> RunningImages:
    parts = list(parts)
    images = {image: None for part in parts for image in part.images}
    return RunningImages(
        tuple(sorted(images, key=lambda image: (image.resource.canonical, image.namespace, image.text))),
        tuple(dict.fromkeys(reason for part in parts for reason in part.unseen)))


def _subscription_id(azure: Azure, text: str) -> str:
    accounts = azure.session.subscriptions()
    ids = [account["id"] for account in accounts
           if text.lower() in (account["id"].lower(), (account.get("name") or "").lower())]
    if len(ids) > 1:
        raise UserError(f"There are {len(ids)} subscriptions of the name '{text}': {' and '.join(ids)}.",
                        "Give the ID of the one that you mean.")
    if not ids:
        raise NotFound(f"You are not signed in to a subscription '{text}'.",
                       Advice("See those that you are signed in to",
                              AzLine.of("account", "list").option("--query", "[].{name:name, id:id}")))
    return ids[0]
