"""Properties over the model of Azure: what is applied is exported again, order means nothing, and a manifest that
Azure would refuse writes nothing."""
from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_acrcache.domain.access.directory import DirectoryEntry
from azext_acrcache.domain.plan import actions as act
from azext_acrcache.domain.values.errors import UserError
from azext_acrcache.domain.values.names import proving_name
from azext_acrcache.domain.values.repositories import RepositoryPattern, Source
from azext_acrcache.workflows import apply as apply_workflow
from azext_acrcache.workflows import export as export_workflow
from azext_acrcache.workflows.apply import ApplyOptions, apply
from azext_acrcache.workflows.export import export_registries
from unit.azure_model import AzureModel
from unit.domain.consumer_records import DEFINITIONS, ONE, OWN, TWO
from unit.modelled_access import VM, machine
from unit.modelled_azure import Cmd, ModelledAzure
from unit.records import REGISTRY_ID, SECOND_ID, SECRETS_USER, VAULT_ID, rule, rule_id, snapshot

REGISTRIES = {str(REGISTRY_ID): REGISTRY_ID, str(SECOND_ID): SECOND_ID}
SERVERS = {"hub-set": "docker.io", "git-set": "ghcr.io"}
# Targets of which some overlap: an existing rule, or another one of the manifest, is in the way.
TARGETS = ("ubuntu", "team/*", "team/app", "team/sub/*", "tools", "other/*")


@st.composite
def rules(draw, sets: list[str], targets: tuple[str, ...]) -> dict:
    target = draw(st.sampled_from(targets))
    using = draw(st.sampled_from([*sets, None]))
    server = SERVERS[using] if using else draw(st.sampled_from(["mcr.microsoft.com", "ghcr.io"]))
    document = {"source": f"{server}/from/{target}", "target": target}
    if draw(st.booleans()):
        document["name"] = draw(st.sampled_from(["first-rule", "second-rule", "third-rule"]))
    return {**document, "credentialSet": using} if using else document


@st.composite
def contents(draw, registry: str, targets: tuple[str, ...]) -> dict:
    sets = draw(st.lists(st.sampled_from(sorted(SERVERS)), unique=True))
    scope = draw(st.sampled_from(["secret", "vault"]))
    drawn = draw(st.lists(rules(sets, targets), max_size=4, unique_by=(
        lambda entry: entry["target"], lambda entry: entry.get("name", entry["target"]))))
    # An identity is of one subscription, and the names of machines are looked up in the current one.
    grants = draw(st.lists(st.sampled_from([
        {"vm": VM}, {"vm": VM, "role": "push"}, {"principalId": ONE, "principalType": "User"},
        {"principalId": TWO, "principalType": "ServicePrincipal", "role": "push"}]), unique_by=str, max_size=3))
    return {"registry": registry, "rules": drawn, "grants": grants, "credentialSets": [
        {"name": name, "loginServer": SERVERS[name], "vault": str(VAULT_ID), "usernameSecret": "hub-user",
         "passwordSecret": "hub-pat", "vaultScope": scope} for name in sets]}


def manifests(targets: tuple[str, ...] = ("ubuntu", "team/*", "tools", "other/*")):
    """Registries that a manifest may list, in any order; with these targets nothing is in the way of anything."""
    return st.permutations(list(REGISTRIES)).flatmap(
        lambda names: st.tuples(*(contents(name, targets) for name in names))).map(list)


class World:
    """The model with files in a folder of its own."""

    def __init__(self, folder: str, *existing):
        definitions = {**DEFINITIONS, SECRETS_USER.guid: SECRETS_USER}
        self.azure = ModelledAzure(AzureModel(*(
            snapshot(registry_id, definitions=definitions, rules=tuple(
                entry for entry in existing if entry.id.parent == registry_id))
            for registry_id in REGISTRIES.values())))
        self.azure.resource_bodies[VM.lower()] = machine()
        self.azure.directory = {
            OWN: DirectoryEntry(OWN, "ServicePrincipal", "my-vm", resource=VM),
            ONE: DirectoryEntry(ONE, "User", "somebody"), TWO: DirectoryEntry(TWO, "ServicePrincipal", "a pipeline")}
        self._folder = Path(folder)

    def apply(self, *files: list[dict], **options) -> dict:
        paths = []
        for number, registries in enumerate(files):
            paths.append(self._folder / f"{number}.json")
            paths[-1].write_text(json.dumps({"apiVersion": "acrcache/v1", "registries": registries}))
        return apply(Cmd(), [str(path) for path in paths], ApplyOptions(**{"wait_timeout": 60, **options}))

    def export(self) -> list[dict]:
        return export_registries(Cmd(), list(REGISTRIES), None, False)["registries"]

    def state(self) -> list:
        """Rules, sets and roles, without the order in which they came about."""
        estate = self.azure.model.estate
        own = {entry.principal_id: entry.id.canonical for there in estate.registries
               for entry in there.credential_sets}
        return [sorted((str(entry.id), str(entry.source), str(entry.target), str(entry.credential_set))
                       for there in estate.registries for entry in there.rules),
                sorted((str(entry.id), str(entry.secrets)) for there in estate.registries
                       for entry in there.credential_sets),
                sorted((entry.scope, entry.role, own.get(entry.principal_id, entry.principal_id))
                       for entry in self.azure.model.assignments)]


@contextmanager
def world(*existing):
    """A fresh world, since a property needs one for each example. :param existing: rules."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        made = World(folder, *existing)
        for workflow in (apply_workflow, export_workflow):
            patched.setattr(workflow, "Azure", lambda cli_ctx: made.azure)
        yield made


def normal(registries: list[dict]) -> list[dict]:
    """Sorted; rules with their names, vaults and machines by name, without what is as it is by default."""
    def rule_of(entry: dict) -> dict:
        source, target = Source.parse(entry["source"]), RepositoryPattern.parse(entry["target"], "target")
        return {**entry, "name": entry.get("name") or proving_name(source, target)}

    def by_text(entries) -> list:
        return sorted(entries, key=lambda entry: json.dumps(entry, sort_keys=True))

    return by_text({
        "registry": {REGISTRY_ID.name: str(REGISTRY_ID)}.get(entry["registry"], entry["registry"]),
        "rules": by_text(map(rule_of, entry.get("rules", ()))),
        "credentialSets": by_text(
            {**{key: value for key, value in each.items() if (key, value) != ("vaultScope", "secret")},
             "vault": VAULT_ID.name} for each in entry.get("credentialSets", ())),
        "grants": by_text({**each, **({"vm": "my-vm"} if "vm" in each else {})} for each in entry.get("grants", ()))}
        for entry in registries)


@settings(max_examples=25, deadline=None)
@given(wanted=manifests())
def test_what_is_applied_is_exported(wanted):
    with world() as made:
        assert made.apply(wanted)["outcome"] in ("Applied", "NoChange")
        written = len(made.azure.writes())
        assert made.apply(wanted)["outcome"] == "NoChange"
        exported = made.export()
        assert normal(exported) == normal(wanted)
        assert made.apply(exported)["outcome"] == "NoChange"
        assert len(made.azure.writes()) == written


@settings(max_examples=20, deadline=None)
@given(wanted=manifests(), data=st.data())
def test_the_order_of_entries_and_files_changes_nothing(wanted, data):
    parts = ("rules", "grants", "credentialSets")
    shuffled = [{**entry, **{part: data.draw(st.permutations(entry[part])) for part in parts}}
                for entry in data.draw(st.permutations(wanted))]
    files = [[entry] for entry in shuffled] if data.draw(st.booleans()) else [shuffled]
    ends = []
    for manifest in ([wanted], files):
        with world() as made:
            planned = made.apply(*manifest, what_if=True)
            assert made.azure.writes() == []
            made.apply(*manifest, expect=planned["fingerprint"])
            ends.append((planned["fingerprint"], made.state()))
    assert ends[0] == ends[1]


EXISTING = st.lists(st.sampled_from(TARGETS), unique=True, max_size=2).map(lambda targets: [
    rule(name, f"quay.io/theirs/{target}", target)
    for name, target in zip(("theirs", "first-rule"), _apart(targets))])


def _apart(targets: list[str]) -> list[str]:
    """Those that Azure holds beside one another."""
    kept: list[str] = []
    for target in targets:
        pattern = RepositoryPattern.parse(target, "target")
        if not any(pattern.collides(RepositoryPattern.parse(other, "target")) for other in kept):
            kept.append(target)
    return kept


def azure_refuses(wanted: list[dict], existing) -> bool:
    """Whether any of the rules can't be put beside what is there, by the model's own rules, one after the other."""
    model = AzureModel(*(snapshot(registry_id, rules=tuple(
        entry for entry in existing if entry.id.parent == registry_id)) for registry_id in REGISTRIES.values()))
    for entry in wanted:
        for document in entry["rules"]:
            source = Source.parse(document["source"])
            name = document.get("name") or proving_name(source, RepositoryPattern.parse(document["target"], "target"))
            try:
                model.do(act.PutRule(rule_id(name, REGISTRIES[entry["registry"]]), {"properties": {
                    "sourceRepository": document["source"], "targetRepository": document["target"]}}, False))
            except AssertionError:
                return True
    return False


@settings(max_examples=60, deadline=None)
@given(wanted=manifests(TARGETS), existing=EXISTING)
def test_what_azure_would_refuse_is_refused_before_anything_is_written(wanted, existing):
    with world(*existing) as made:
        try:
            outcome = made.apply(wanted)["outcome"]
        except UserError as refusal:
            assert made.azure.writes() == [] and refusal.recommendations
            assert azure_refuses(wanted, existing), refusal
        else:
            assert outcome in ("Applied", "NoChange"), "Azure refused what was planned"
            assert not azure_refuses(wanted, existing)
