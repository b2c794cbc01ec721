"""`az acrcache bootstrap export`: registries as they are, as a manifest."""
from __future__ import annotations

from typing import Sequence

from knack.log import get_logger

from azext_acrcache.adapters.azure import Azure
from azext_acrcache.domain.plan.export import ExportedRegistry, exported_estate, exported_registry
from azext_acrcache.domain.state.known import Unknown
from azext_acrcache.domain.values.errors import Conflict, ExclusiveArguments, MissingArgument, raise_all
from azext_acrcache.domain.values.registry_ref import registry_ref
from azext_acrcache.manifest.writing import manifest_document
from azext_acrcache.observe.export import ExportReader, read_all

logger = get_logger(__name__)


def export_registries(cmd, registries: Sequence[str] | str | None, group: str | None, every: bool) -> dict:
    """The manifest; what it can't say is warned of, a line each.

    Raises NotFound for registries that do not exist, all at once, and Conflict where nothing of any may be read.

    :param registries: names, IDs or login servers; a single text where it is the default that az is configured with.
    :param every: all registries of the subscription, or of `group`, instead.
    """
    # A configured default is no choice of this command line, so that it goes with --all.
    if every and registries and not isinstance(registries, str):
        raise ExclusiveArguments("--registry and --all exclude one another.",
                                 "Name the registries, or export all of the subscription.")
    if not every and not registries:
        raise MissingArgument("No registry is named: --registry is missing.",
                              "Name one or more, or export all of the subscription with --all.")
    azure = Azure(cmd.cli_ctx)
    reader = ExportReader(azure)
    names = [registries] if isinstance(registries, str) else registries or []
    chosen = reader.all(group) if every else reader.named([registry_ref(name, group) for name in names])
    if not chosen:
        logger.warning("There is no container registry here that you may read, so that the manifest is empty.")
    exported: list[ExportedRegistry] = []
    unread: list[Conflict] = []
    for (_, registry), snapshot in zip(chosen, read_all(reader, chosen)):
        if isinstance(snapshot, Unknown):
            unread.append(Conflict(f"Nothing of the registry '{registry.name}' can be exported: "
                                   f"{snapshot.reason.rstrip('.')}.", f"Ask for the role Reader on {registry.id}"))
            continue
        exported.append(exported_registry(snapshot.value))
        for warning in exported[-1].warnings:
            logger.warning("%s: %s", registry.name, warning)
    if not exported:
        raise_all(unread)
    for refusal in unread:
        logger.warning("%s", refusal.message)
    return manifest_document(exported_estate(exported), azure.session.vault_suffix)
