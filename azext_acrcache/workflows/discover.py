"""`az acrcache bootstrap discover`: from files that name images to the manifest that they need."""
from __future__ import annotations

import re
from dataclasses import dataclass

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.cli.command_line import line_context
from azext_acrcache.cli.exit_codes import ExitCode, exit_after_report
from azext_acrcache.cli.rewrite_files import write_files
from azext_acrcache.domain.plan.discovered_rules import SHORT, WILDCARD_MINIMUM, RuleStyle
from azext_acrcache.domain.plan.discovered_sets import VaultChoice
from azext_acrcache.domain.plan.discovery import RULE, UNRESOLVED, DiscoveredImage, Discovery, DiscoveryPlan
from azext_acrcache.domain.state.desired import DesiredEstate
from azext_acrcache.domain.state.running_images import RunningImages
from azext_acrcache.domain.state.snapshots import RegistrySnapshot
from azext_acrcache.domain.values.arm_ids import VAULT, ArmId, name_or_id
from azext_acrcache.domain.values.errors import MissingArgument, UserError
from azext_acrcache.domain.values.image_uses import ImageUse, Place
from azext_acrcache.domain.values.names import check_vault_name
from azext_acrcache.domain.values.registry_ref import RegistryRef, registry_ref
from azext_acrcache.manifest.keys import REGISTRY_PLACEHOLDER
from azext_acrcache.manifest.writing import manifest_document
from azext_acrcache.observe.registries import RegistryTargets
from azext_acrcache.observe.resolve import observe_rules
from azext_acrcache.observe.running_images import cluster_ref, images_of_apps, images_of_clusters
from azext_acrcache.sources.reading import SourceReading
from azext_acrcache.sources.rewrites import KINDS, rewrite
from azext_acrcache.workflows.discovery_notes import discovery_notes, import_note

logger = get_logger(__name__)

# Seconds that clusters and services are waited for.
_PATIENCE = 600


@dataclass(frozen=True)
class DiscoverOptions:
    """:ivar wildcards: None for none, empty for the number that is the default. :ivar vault: name or ID.
    :ivar listing: whether the images are answered instead of the manifest. :ivar rewrite: the kind of file that is
    answered instead. :ivar out: the folder to write that file to. :ivar yes: whether it may replace a different one.
    :ivar clusters: names or IDs of AKS clusters to ask for the images that run in them.
    :ivar app_subscriptions: whose apps to look at; empty for the current one, None for no apps.
    """

    vault: str | None = None
    layout: str = SHORT
    wildcards: str | None = None
    likely: bool = False
    listing: bool = False
    rewrite: str | None = None
    out: str | None = None
    yes: bool = False
    clusters: tuple[str, ...] = ()
    app_subscriptions: tuple[str, ...] | None = None

    @property
    def style(self) -> RuleStyle:
        """Raises UserError for a number of repositories that is none."""
        if self.wildcards is None:
            return RuleStyle(self.layout)
        if not self.wildcards:
            return RuleStyle(self.layout, WILDCARD_MINIMUM)
        if not re.fullmatch("[0-9]{1,6}", self.wildcards) or int(self.wildcards) < 1:
            raise UserError(f"--wildcards {self.wildcards} is no number of repositories: it must be 1 or more.",
                            f"Leave the number out for {WILDCARD_MINIMUM}, or the flag for no wildcards.")
        return RuleStyle(self.layout, int(self.wildcards), whole_hosts=True)


def discover(cmd, reading: SourceReading, registry: str | None, group: str | None, options: DiscoverOptions
             ) -> dict | list[dict]:
    """The manifest, or an entry for each image; what else is to be known is told on standard error.

    Ends with 1 where something could not be read or resolved. Without a registry nothing is asked of Azure.
    """
    style = options.style
    if options.rewrite and not registry:
        raise MissingArgument("--rewrite points images at a registry, and none is named.",
                              "Name it with --registry MyRegistry.")
    if options.out and not options.rewrite:
        raise MissingArgument("--out is for the files of --rewrite, and no kind was given.",
                              f"Add --rewrite with one of: {', '.join(KINDS)}.")
    azure = Azure(cmd.cli_ctx)
    running = _running(azure, options)
    reading.uses += [ImageUse(image.text, Place(str(image.resource), 0, image.namespace)) for image in running.images]
    vault = _vault(options.vault)
    ref = registry_ref(registry, group) if registry else RegistryRef(REGISTRY_PLACEHOLDER)
    snapshot = observe_rules(azure, ref) if registry else None
    plan = DiscoveryPlan(reading.uses, snapshot, style, options.likely)
    plan.check_layout()
    suffix = azure.session.vault_suffix.lstrip(".")
    choice = VaultChoice(vault.name if isinstance(vault, ArmId) else vault, suffix) if vault else None
    discovery = plan.discovery(ref, choice, _occupied(azure, snapshot, plan))
    if registry and not options.listing and not options.rewrite:
        _check_vault(discovery)
    context, named = line_context(cmd), snapshot.registry.id if snapshot else REGISTRY_PLACEHOLDER
    for unseen in running.unseen:
        logger.error("%s.", unseen.reason.rstrip("."))
    for error in reading.errors:
        logger.error("%s %s", error.message, " ".join(error.recommendations))
    for note in discovery_notes(discovery, reading.front_ends, named, context):
        logger.warning("%s", note)
    if not registry and discovery.without_vault:
        logger.warning("Credentials are needed for %s: name the key vault that holds them with --vault.",
                       ", ".join(discovery.without_vault))
    if reading.errors or running.unseen or any(image.status == UNRESOLVED and image.sure for image in discovery.images):
        exit_after_report(cmd, ExitCode.FAILED)
    if snapshot and options.rewrite:
        return _rewritten(options, discovery, snapshot)
    if options.listing:
        login_server = snapshot.registry.login_server if snapshot else None
        return [_entry(image, login_server, import_note(image, named, context)) for image in discovery.images]
    vault_ids = {f"{vault.name.lower()}.{suffix}": vault} if isinstance(vault, ArmId) else {}
    return manifest_document(DesiredEstate((discovery.desired,), vault_ids), suffix)


def _running(azure: Azure, options: DiscoverOptions) -> RunningImages:
    """What runs in clusters and apps. Raises as `images_of_clusters` and `images_of_apps`."""
    if not options.clusters and options.app_subscriptions is None:
        return RunningImages()
    # A command in a cluster takes a pod that starts first.
    azure.session.patience(_PATIENCE)
    clusters = images_of_clusters(azure, [cluster_ref(text) for text in options.clusters]) if options.clusters else \
        RunningImages()
    apps = images_of_apps(azure, options.app_subscriptions) if options.app_subscriptions is not None else \
        RunningImages()
    return RunningImages((*clusters.images, *apps.images), (*clusters.unseen, *apps.unseen))


def _vault(text: str | None) -> str | ArmId | None:
    if not text:
        return None
    vault = name_or_id(text, VAULT, "key vault")
    check_vault_name(vault.name if isinstance(vault, ArmId) else vault)
    return vault


def _occupied(azure: Azure, snapshot: RegistrySnapshot | None, plan: DiscoveryPlan) -> dict:
    """What stands in the place of new targets: also in those that are taken instead of targets that are held."""
    occupied: dict = {}
    if snapshot is None:
        return occupied
    targets = None
    while True:
        unknown = [target for target in plan.targets(occupied) if target not in occupied]
        if not unknown:
            return occupied
        targets = targets or RegistryTargets(azure, snapshot.registry)
        occupied.update({target: None for target in unknown})
        occupied.update(targets.occupied(unknown))


def _check_vault(discovery: Discovery) -> None:
    if discovery.without_vault:
        hosts = ", ".join(discovery.without_vault)
        raise MissingArgument(f"Credentials are needed for {hosts}, and the registry has no credential set for it.",
                              "Name the key vault that holds them, or is to hold them, with --vault MyKeyVault; --list "
                              "shows the images without it.")


def _rewritten(options: DiscoverOptions, discovery: Discovery, snapshot: RegistrySnapshot) -> list[dict]:
    rules = discovery.desired.rules if discovery.images else snapshot.rules
    missing = sum(1 for image in discovery.images if image.status == RULE)
    if missing:
        logger.warning("%s of the images have no rule yet: apply the manifest first, which the same command writes "
                       "without --rewrite.", missing)
    file = rewrite(options.rewrite or "", snapshot.registry.login_server, discovery.images, rules)
    path = write_files(options.out, [file], options.yes)[0] if options.out else file.path
    return [{"path": path, "content": file.content, "notes": list(file.notes)}]


def _entry(image: DiscoveredImage, login_server: str | None, note: str) -> dict:
    version = image.meaning.version if image.meaning else ""
    return {"image": image.text, "status": image.status, "sure": image.sure,
            "reference": f"{login_server}/{image.repository}{version}" if login_server and image.repository else None,
            "source": str(image.rule.source) if image.rule else None, "rule": image.rule.name if image.rule else None,
            "note": note or None,
            "where": [{"file": use.place.file, "line": use.place.line or None, "path": use.place.path or None}
                      for use in image.uses]}
