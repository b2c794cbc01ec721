"""From files to what is wanted: whatever stands in them ends in a manifest or in errors with places."""
from __future__ import annotations

import json
import random
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_acrcache.domain.state.desired import DesiredEstate
from azext_acrcache.domain.values.errors import SeveralErrors, UserError
from azext_acrcache.manifest.reading import read_manifest
from azext_acrcache.manifest.schema import known_words
from azext_acrcache.manifest.source import ManifestSource
from azext_acrcache.manifest.tree import Mistakes
from azext_acrcache.manifest.writing import manifest_document
from unit.manifest.documents import IDENTITY, SUFFIX, WHOLE, errors, messages, of_registry, read
from unit.manifest.estates import estates

PLACE = re.compile(r"cache\d*\.yaml:\d+: ")


def test_the_contract_s_example():
    manifest = read(WHOLE)
    registry, = manifest.estate.registries
    assert manifest.warnings == ()
    assert registry.place == "cache.yaml:3: registries[0]"
    assert [str(rule.source) for rule in registry.rules] == ["docker.io/library/ubuntu", "mcr.microsoft.com/dotnet/*",
                                                             "upstream.azurecr.io/team/app"]
    assert registry.rules[2].identity == IDENTITY
    assert [desired.name for desired in registry.credential_sets] == ["docker-hub"]
    assert [grant.consumer.text for grant in registry.grants] == ["myaks", "myidentity"]


@pytest.mark.parametrize("text", [
    WHOLE.encode(), b"\xef\xbb\xbf" + WHOLE.encode(), WHOLE.replace("\n", "\r\n").encode(),
    json.dumps(yaml.safe_load(WHOLE)).encode(), json.dumps(yaml.safe_load(WHOLE), indent="\t").encode(),
    ("x-hub: &hub {credentialSet: docker-hub}\n" + WHOLE.replace("        credentialSet: docker-hub\n",
                                                                 "        <<: *hub\n")).encode()])
def test_the_same_in_other_forms(text):
    assert read(text).estate == read(WHOLE).estate


def test_several_files_are_one_manifest():
    other = of_registry().replace("myregistry", "another")
    assert [registry.registry.registry for registry in read(WHOLE, other).estate.registries] == \
        ["myregistry", "another"]
    assert read_manifest([], SUFFIX).estate == DesiredEstate(())


@pytest.mark.parametrize("text, told", [
    ("", "cache.yaml:1: The file is empty."), ("- a", "cache.yaml:1: The document is a list; a manifest has the keys "
                                                      "apiVersion and registries."),
    ("a", "cache.yaml:1: The document is a single value; a manifest has the keys apiVersion and registries."),
    ("apiVersion: acrcache/v2\nwhatever: 5", "cache.yaml:1: apiVersion: The version 'acrcache/v2' needs a newer "
                                             "acrcache."),
    ("\napiVersion: v1\nwhatever: 5", "cache.yaml:2: apiVersion: 'v1' is no version of a manifest."),
    ("apiVersion: acrcache/v1\nregistries: []", "cache.yaml:2: registries: The list is empty."),
    ("apiVersion: 1\nregistries: [{registry: myregistry}]", "cache.yaml:1: apiVersion: 1 without quotes is a number to "
                                                            "YAML, not text: quote it.")])
def test_documents_that_are_no_manifest(text, told):
    assert messages(text) == [told]


def test_all_errors_of_all_files_at_once_in_their_order():
    assert [PLACE.match(line)[0] for line in messages(
        of_registry("rules:", "- source: ubuntu", "- source: 5").replace("myregistry", "x"), "[]", "a: b: c",
        of_registry("zzz: x"))] == ["cache.yaml:3: ", "cache.yaml:5: ", "cache.yaml:6: ", "cache1.yaml:1: ",
                                    "cache2.yaml:1: ", "cache3.yaml:4: "]


@pytest.mark.parametrize("rule", ["- source: ubuntu", "- source: []"])
def test_errors_without_end_are_counted(rule):
    limit = Mistakes.LIMIT
    told = errors(of_registry("rules:", *[rule] * (limit + 50)))
    assert len(told) == limit + 1
    assert told[-1].message == f"cache.yaml:{limit + 4}: There are 50 more errors, which are not told."


@pytest.mark.parametrize("rule", ["- {source: mcr.microsoft.com/b, target: a}", "- source: ubuntu", "- source: []"])
def test_nothing_is_read_once_as_many_are_counted_as_ever_will_be(rule, monkeypatch):
    monkeypatch.setattr(Mistakes, "COUNTED", 30)
    told = errors(of_registry("rules:", *[rule] * (Mistakes.LIMIT + 40)), "[]")
    assert len(told) == Mistakes.LIMIT + 1
    assert told[-1].message.endswith(": There are 30 or more further errors, which are not told.")


def test_other_files_are_counted_too():
    told = errors(of_registry("rules:", *["- source: ubuntu"] * Mistakes.LIMIT), "[]", "5", of_registry())
    assert told[-1].message.endswith("There are 3 more errors, which are not told.")


def test_a_file_s_name_shows_no_controls():
    with pytest.raises(UserError) as caught:
        read_manifest([ManifestSource("a\x1b.yaml", b"5")], SUFFIX)
    assert caught.value.message.startswith("a\\x1b.yaml:1: ")


def _ends_well(*contents: bytes) -> None:
    """In a manifest, or in errors of which each is a sentence with a place and a way on."""
    try:
        manifest = read(*contents)
    except UserError as error:
        assert error.__context__ is None
        for told in error.errors if isinstance(error, SeveralErrors) else [error]:
            assert PLACE.match(told.message) and told.message.endswith((".", "?")) and told.recommendations
        return
    assert all(PLACE.match(warning) for warning in manifest.warnings)
    for registry in manifest.estate.registries:
        parts = (registry, *registry.rules, *registry.credential_sets, *registry.grants)
        assert all(PLACE.match(part.place) for part in parts)


_WORDS = st.sampled_from([*sorted(known_words()), "myregistry", "docker.io", "docker.io/library/ubuntu", "a/*", "*",
                          "acrcache/v1", "docker-hub", "no", "5", "", "<<", IDENTITY, "x-a"]) | st.text(max_size=6)
_NODES = st.recursive(_WORDS | st.none() | st.booleans() | st.integers(),
                      lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
                      max_leaves=20)


@given(st.binary(max_size=60))
def test_any_bytes_end_well(content):
    _ends_well(content)


@given(st.text(alphabet="ab:-*&!|>'\"{}[],#?%@<~ \n\t5.\\\x85\u2028ä", max_size=40))
def test_any_text_ends_well(text):
    _ends_well(text.encode(), f"apiVersion: acrcache/v1\nregistries:\n- registry: {text}".encode())


@given(_NODES, st.sampled_from(["rules", "grants", "credentialSets", "registry"]))
def test_any_document_ends_well(node, key):
    for document in (node, {"apiVersion": "acrcache/v1", "registries": node},
                     {"apiVersion": "acrcache/v1", "registries": [{"registry": "myregistry", key: node}]},
                     {"apiVersion": "acrcache/v1", "registries": [{"registry": "myregistry", key: [node]}]}):
        _ends_well(json.dumps(document).encode(), yaml.safe_dump(document, allow_unicode=True).encode())


@given(st.data())
def test_a_manifest_with_something_cut_or_changed_ends_well(data):
    at = data.draw(st.integers(0, len(WHOLE)))
    rest = data.draw(st.integers(at, min(len(WHOLE), at + 60)))
    _ends_well((WHOLE[:at] + data.draw(st.text(max_size=5)) + WHOLE[rest:]).encode())


@settings(max_examples=50)
@given(estates())
def test_what_is_written_reads_as_it_was(estate):
    document = manifest_document(estate, SUFFIX)
    for text in (json.dumps(document), json.dumps(document, indent="\t"),
                 yaml.safe_dump(document, sort_keys=False, allow_unicode=True)):
        assert read(text).estate == estate
    assert manifest_document(read(json.dumps(document)).estate, SUFFIX) == document


@settings(max_examples=20)
@given(estates(), st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_change_what_is_wanted(estate, order: random.Random):
    files = [json.dumps(manifest_document(DesiredEstate((registry,), estate.vault_ids), SUFFIX))
             for registry in estate.registries]
    order.shuffle(files)
    assert set(read(*files).estate.registries) == set(estate.registries)


def test_twenty_thousand_rules_are_read_in_time():
    """2 MB in the time that docs/performance.md allows, and no check that compares every rule with every other."""
    import time

    from unit.manifest.large import large_manifest
    begun = time.process_time()
    few = read(large_manifest(1, 1000))
    middle = time.process_time()
    many = read(large_manifest(20, 1000))
    assert sum(len(registry.rules) for registry in many.estate.registries) == 20_000
    assert len(few.estate.registries[0].rules) == 1000
    assert time.process_time() - middle < 40 * max(middle - begun, 0.05)
