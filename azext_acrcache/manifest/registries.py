"""The registries of a manifest, and what must hold among them."""
from __future__ import annotations

from functools import partial

from azext_acrcache.domain.state.desired import DesiredCredentialSet, DesiredGrant, DesiredRegistry, DesiredRule
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.registry_ref import RegistryRef, registry_ref
from azext_acrcache.domain.values.repositories import Source
from azext_acrcache.domain.values.upstreams import credentials_warnings
from azext_acrcache.manifest.credential_sets import VaultIds, read_credential_set
from azext_acrcache.manifest.entries import Entry
from azext_acrcache.manifest.grants import read_grant
from azext_acrcache.manifest.keys import REGISTRY_PLACEHOLDER
from azext_acrcache.manifest.rules import read_rules


class RegistryPlaces:
    """Where each registry stands, by all the ways to name it. Each question costs the same, however many there are.

    Two that share a name are two registries only where both are told apart: by IDs, or by login servers.
    """

    def __init__(self) -> None:
        self._exact: dict[tuple[str, str], str] = {}
        # By name and way of naming: the place of the first.
        self._first: dict[tuple[str, str], str] = {}

    def other(self, ref: RegistryRef, place: str) -> str | None:
        """The place of the same registry before; None, and this one is noted, where there is none."""
        if isinstance(ref.registry, ArmId):
            name, way, exact = ref.registry.name.lower(), "id", ref.registry.canonical
        else:
            name, way = ref.registry.lower(), "login server" if ref.login_server else "name"
            exact = (ref.login_server or ref.registry).lower()
        ways = {"id": ("name", "login server"), "login server": ("name", "id"), "name": ("id", "login server")}[way]
        others = [self._exact.get((way, exact)), *(self._first.get((name, other)) for other in ways)]
        self._exact.setdefault((way, exact), place)
        self._first.setdefault((name, way), place)
        return next((other for other in others if other), None)


def read_registry(entry: Entry, vault_suffix: str, places: RegistryPlaces, vault_ids: VaultIds
                  ) -> tuple[DesiredRegistry | None, list[str]]:
    """What is wanted of it, unless something in it is wrong, which is told; and warnings, a sentence each."""
    ref = entry.read("registry", partial(_ref, entry.text("resourceGroup")))
    registry = (entry.text("registry") or "").strip()
    if ref:
        other = places.other(ref, entry.place)
        if other:
            entry.refuse(UserError(f"This registry stands in {other} already.",
                                   "Move what is wanted of it to one place; each registry stands once."), "registry")
    sets, complete, set_entries = _sets(entry, registry if ref else "", vault_suffix, vault_ids)
    rules = read_rules(entry.children("rules"), registry if ref else "", sets, complete)
    grants = _grants(entry)
    if entry.wrong or ref is None or any(child.wrong for child, _ in rules):
        return None, []
    wanted_rules = tuple(rule for _, rule in rules if rule)
    wanted_sets = tuple(desired for desired in sets.values() if desired)
    return DesiredRegistry(ref, wanted_rules, wanted_sets, grants, "grants" in entry.node, entry.place), \
        _warnings(wanted_rules, wanted_sets, rules, set_entries)


def _ref(group: str | None, text: str) -> RegistryRef:
    if text.strip() == REGISTRY_PLACEHOLDER:
        raise UserError(f"'{REGISTRY_PLACEHOLDER}' stands for a registry that is not named yet.",
                        "Write the registry's name in its place, or let `az acrcache bootstrap discover` do it with "
                        "--registry MyRegistry.")
    ref = registry_ref(text, group)
    if group and isinstance(ref.registry, ArmId) and ref.registry.group.lower() != group.strip().lower():
        raise UserError(f"The registry is in the resource group '{ref.registry.group}', and resourceGroup is "
                        f"'{group}'.", "Leave resourceGroup out: the ID says it.")
    return ref


def _sets(entry: Entry, registry: str, vault_suffix: str, vault_ids: VaultIds
          ) -> tuple[dict[str, DesiredCredentialSet | None], bool, dict[str, Entry]]:
    """The sets by name in lower case, None for one with mistakes; whether each has a name; their entries."""
    sets: dict[str, DesiredCredentialSet | None] = {}
    entries: dict[str, Entry] = {}
    complete = (*entry.path, "credentialSets") not in entry.violated
    for child in entry.children("credentialSets"):
        name, desired = read_credential_set(child, registry, vault_suffix, vault_ids)
        if name is None:
            complete = False
            continue
        other = entries.setdefault(name.lower(), child)
        if other is not child:
            child.refuse(UserError(f"A credential set '{name}' stands in {other.place} already.",
                                   "Give each a name of its own."), "name")
        else:
            sets[name.lower()] = desired
        entry.wrong = entry.wrong or child.wrong
    return sets, complete, entries


def _grants(entry: Entry) -> tuple[DesiredGrant, ...]:
    by_grant: dict[DesiredGrant, str] = {}
    for child in entry.children("grants"):
        grant = read_grant(child)
        other = by_grant.setdefault(grant, child.place) if grant else child.place
        if other != child.place:
            child.refuse(UserError(f"The same grant stands in {other} already.", "Keep one of the two."))
        entry.wrong = entry.wrong or child.wrong
    return tuple(by_grant)


def _warnings(rules: tuple[DesiredRule, ...], sets: tuple[DesiredCredentialSet, ...],
              entries: list[tuple[Entry, DesiredRule | None]], set_entries: dict[str, Entry]) -> list[str]:
    used = {(rule.credential_set or "").lower() for rule in rules}
    warnings = [f"{set_entries[desired.name.lower()].place}: No rule uses the credential set '{desired.name}'."
                for desired in sets if desired.name.lower() not in used]
    # Where each stands first. Places are made for those that are told alone: there may be thousands of entries.
    upstreams: dict[tuple[str, bool], Entry] = {}
    for entry, rule in entries:
        if rule is None:
            continue
        anonymous = not (rule.credential_set or rule.identity)
        upstreams.setdefault((rule.source.login_server, anonymous), entry)
        text = entry.text("source") or ""
        if rule.source != Source.parse(text):
            warnings.append(f"{entry.place}: {text} is an official image of Docker Hub: the source is written as "
                            f"{rule.source}.")
    for (login_server, anonymous), entry in upstreams.items():
        warnings += [f"{entry.place}: {warning}" for warning in credentials_warnings(login_server, anonymous)]
    return warnings
