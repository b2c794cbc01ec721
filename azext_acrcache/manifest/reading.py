"""From the text of manifest files to what is wanted."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Sequence

from azext_acrcache.domain.state.desired import DesiredEstate, DesiredRegistry
from azext_acrcache.domain.values.errors import UserError, raise_all
from azext_acrcache.domain.values.terminal_text import shown
from azext_acrcache.manifest.composing import compose
from azext_acrcache.manifest.credential_sets import VaultIds
from azext_acrcache.manifest.entries import Entry, paths_of
from azext_acrcache.manifest.keys import API_VERSION
from azext_acrcache.manifest.registries import RegistryPlaces, read_registry
from azext_acrcache.manifest.schema import known_words, violations
from azext_acrcache.manifest.schema_mistakes import add_violations
from azext_acrcache.manifest.source import ManifestSource, text_of
from azext_acrcache.manifest.tree import Document, Mapping, Mistakes, TooManyMistakes
from azext_acrcache.manifest.tree import Sequence as ListNode

_NEWER = re.compile(r"acrcache/v(?:[2-9]|[1-9]\d+)\w*", re.IGNORECASE)


@dataclass(frozen=True)
class Manifest:
    """:ivar warnings: what is unwise and done nevertheless, a sentence each, with its place."""

    estate: DesiredEstate
    warnings: tuple[str, ...] = ()


def read_manifest(sources: Sequence[ManifestSource], vault_suffix: str) -> Manifest:
    """What all files together want. Raises UserError or SeveralErrors with all that is wrong, each with its place.

    :param vault_suffix: of the hosts of key vaults in this cloud, such as `.vault.azure.net`.
    """
    mistakes = Mistakes()
    try:
        manifest = _read(sources, vault_suffix, mistakes)
    except TooManyMistakes:
        manifest = Manifest(DesiredEstate(()))  # not returned: the mistakes are raised
    raise_all(_errors(mistakes))
    return manifest


def _read(sources: Sequence[ManifestSource], vault_suffix: str, mistakes: Mistakes) -> Manifest:
    """What can be read of it. Raises TooManyMistakes, or UserError where the library for it can't run."""
    documents = [document for number, source in enumerate(sources)
                 if (document := _document(number, source, mistakes)) is not None]
    places, vault_ids = RegistryPlaces(), VaultIds()
    registries: list[DesiredRegistry] = []
    warnings: list[str] = []
    for document in documents:
        root = document.root
        if not isinstance(root, Mapping) or not _has_our_version(document, root, mistakes):
            continue
        violated = violations(root)
        add_violations(document, violated[:Mistakes.LIMIT], mistakes)
        if len(violated) > Mistakes.LIMIT:
            mistakes.count(len(violated) - Mistakes.LIMIT)
            continue
        entry = Entry(document, (), root, paths_of(violated), mistakes)
        for child in entry.children("registries"):
            desired, told = read_registry(child, vault_suffix, places, vault_ids)
            registries += [desired] if desired else []
            warnings += told
    return Manifest(DesiredEstate(tuple(registries), vault_ids.by_host), tuple(dict.fromkeys(warnings)))


def _document(number: int, source: ManifestSource, mistakes: Mistakes) -> Document | None:
    """None where it can't be read, which is told."""
    try:
        root, duplicates = compose(text_of(source), source.name, known_words())
    except UserError as error:
        mistakes.add_file(number, error)
        return None
    for duplicate in duplicates:
        mistakes.add_file(number, duplicate)
    document = Document(number, source.name, root)
    if isinstance(root, Mapping):
        return document
    what = "a list" if isinstance(root, ListNode) else "a single value"
    mistakes.add(document, (), f"The document is {what}; a manifest has the keys apiVersion and registries.",
                 f"Begin with apiVersion: {API_VERSION}")
    return None


def _has_our_version(document: Document, root: Mapping, mistakes: Mistakes) -> bool:
    """Whether it can be read as ours: of another version nothing else is told. A missing one is the schema's matter."""
    version = root.get("apiVersion")
    if not isinstance(version, str) or version == API_VERSION:
        return True
    if _NEWER.fullmatch(version):
        mistakes.add(document, ("apiVersion",), f"The version '{shown(version)}' needs a newer acrcache.",
                     "Update it: az extension update --name acrcache")
    else:
        mistakes.add(document, ("apiVersion",), f"'{shown(version)}' is no version of a manifest.",
                     f"Write apiVersion: {API_VERSION}")
    return False


def _errors(mistakes: Mistakes) -> list[UserError]:
    errors = mistakes.errors
    if not mistakes.more:
        return errors
    place = errors[-1].message.partition(": ")[0]
    how_many = f"{mistakes.more}{' or more further' if mistakes.more == Mistakes.COUNTED else ' more'}"
    return [*errors, UserError(f"{place}: There are {how_many} errors, which are not told.",
                               "Mend these first.")]
