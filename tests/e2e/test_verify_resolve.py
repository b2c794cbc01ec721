"""`verify resolve`: what to write instead of an image."""
from __future__ import annotations

import shlex

import pytest
from chain_worlds import chain, registry, rule

RESOLVE = "acrcache verify resolve -r myregistry"


def test_what_to_write_and_how_to_get_a_rule_for_what_has_none(az, sim):
    chain(sim)
    ran = az(f"{RESOLVE} --image ubuntu:22.04 docker.io/ubuntu --image nginx:latest", expect=4)
    served, also, unserved = ran.json
    assert served == {"image": "ubuntu:22.04", "rule": "ubuntu-rule", "source": "docker.io/library/ubuntu",
                      "reference": "myregistry.azurecr.io/ubuntu:22.04",
                      "upstreamReference": "docker.io/library/ubuntu:22.04", "note": None}
    assert also["reference"] == "myregistry.azurecr.io/ubuntu"
    assert unserved["rule"] is None and unserved["reference"] is None
    az(*shlex.split(unserved["note"])[1:])
    assert az(f"{RESOLVE} --image nginx:latest").json[0]["rule"] == "nginx"


def test_a_list_of_images_from_a_file_and_from_standard_input(az, sim):
    chain(sim)
    lines = "# ours\nubuntu:22.04\n\nubuntu:24.04  # newer\n"
    (az.home / "images.txt").write_text(lines, encoding="utf-8")
    from_file, piped = az(f"{RESOLVE} --images images.txt"), az(f"{RESOLVE} --images -", input=lines)
    assert from_file.json == piped.json and len(piped.json) == 2


def test_a_planned_rule_is_held_against_rules_and_repositories(az, sim):
    chain(sim)
    sim.seed(registry(repositories=[{"repository": "team/app", "tags": ["1"]}],
                      cacheRules=[rule("dotnet-all", "mcr.microsoft.com/dotnet/*", "dotnet/*", None)]))
    ran = az("acrcache", "verify", "resolve", "-r", "myregistry", "-s", "mcr.microsoft.com/dotnet/sdk",
             "mcr.microsoft.com/dotnet/nightly/*", "ghcr.io/team/*", "ghcr.io/other/ubuntu", "-t", "dotnet/sdk",
             "dotnet/nightly/*", "team/*", "ubuntu", expect=4)
    assert [one["rule"] is None for one in ran.json] == [False, True, True, True]
    assert "dotnet-all" in ran.json[1]["note"] and "team/app" in ran.json[2]["note"] and ran.writes == []


@pytest.mark.parametrize("arguments, words", [
    ("", "No image"), ("--image a:b:c", "a:b:c"), ("--images /nowhere.txt", "can't be read"),
    ("-t ubuntu", "--source-repo"), ("-s ubuntu", "login server")])
def test_bad_input_is_one_sentence_and_asks_azure_nothing(az, sim, arguments, words):
    ran = az(f"{RESOLVE} {arguments}", expect=2, input="ubuntu\nUPPER/x:1\n")
    assert words in ran.stderr and ran.stdout == "" and ran.azure_requests == []


def test_a_bad_line_is_answered_in_its_place(az, sim):
    chain(sim)
    ran = az(f"{RESOLVE} --images -", expect=1, input="ubuntu\nUPPER/x:1\nubuntu:1\n")
    assert [one["rule"] for one in ran.json] == ["ubuntu-rule", None, "ubuntu-rule"]
    assert "Line 2" in ran.json[1]["note"]


def test_a_bad_argument_is_answered_in_its_place(az, sim):
    chain(sim)
    ran = az(f"{RESOLVE} --image ubuntu UPPER/x:1 ubuntu:1", expect=1)
    assert [entry["rule"] for entry in ran.json] == ["ubuntu-rule", None, "ubuntu-rule"]
    assert "UPPER/x:1" in ran.json[1]["note"]


def test_resolving_asks_for_rules_and_sets_once_each(az, sim):
    chain(sim)
    (az.home / "many.txt").write_text("\n".join(f"image{n}:1" for n in range(500)), encoding="utf-8")
    assert len(az(f"{RESOLVE} -g demo-rg --images many.txt", expect=4).azure_requests) <= 3
