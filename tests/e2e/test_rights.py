"""Every command as somebody who lacks a right: no command that looks ends in 403, and writing goes as far as it may."""
from __future__ import annotations

import json
import os
import shlex

import pytest
from az_process import Principal
from az_runs import AzFork
from rights_table import BY_ROLE, COMMANDS, HANDED, LACKING, NULL, SHOWN, UNJUDGED, UNTOLD, document, expected
from sim_client import ROOT

SECRET = "role-secret"
WRITING = ("bootstrap create", "bootstrap delete", "grant pull", "grant revoke", "bootstrap apply")


# All rows with all commands take minutes: each run tries every row and every command, in turn one half of the table or
# the other. `RIGHTS=all make e2e ARGS="-k test_rights"` tries the whole of it.
WHOLE = os.environ.get("RIGHTS") == "all"


def tried(row: int) -> list[str]:
    """The commands that are run for a row of the table."""
    return [command for place, command in enumerate(COMMANDS) if WHOLE or (row + place) % 2 == 0]


def principal(number: str) -> Principal:
    return Principal(number, f"0f000000-0000-4000-8000-0000000000{number}",
                     f"0e000000-0000-4000-8000-0000000000{number}", SECRET)


@pytest.fixture
def fork(sim, az_as):
    sim.fresh("roles")
    with AzFork(az_as(None)) as running:
        yield running


def run(fork, config, command: str) -> dict:
    ran = fork.run(config, *shlex.split(COMMANDS[command]))
    assert "Traceback" not in ran["stderr"] and SECRET not in ran["stdout"] + ran["stderr"], ran
    return ran


def at(path: str, answer):
    """What stands at `secrets.0.enabled`. Raises KeyError or IndexError where there is no such place."""
    for part in path.split("."):
        answer = answer[int(part)] if part.isdecimal() else answer[part]
    return answer


def test_the_document_says_what_the_table_says():
    assert (ROOT / "docs" / "rights.md").read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("action", LACKING)
def test_without_one_action(fork, sim, tmp_path, action):
    def world() -> None:
        sim.fresh("roles")
        sim.seed({"roleDefinitions": [{
            "id": "0e000000-0000-4000-8000-0000000000ff", "name": "All but one", "basedOn": "Owner and data",
            "without": [action], "assignableScopes": ["/"]}]})

    world()
    fork.sign_in(tmp_path, principal("37"))
    for command in tried(list(LACKING).index(action)):
        ends = expected(action, command)
        if ends is None:
            continue
        ran = run(fork, tmp_path, command)
        assert ran["code"] == ends[0], (command, ran)
        if ends == SHOWN:
            skipped = '"status": "skip"' in ran["stdout"]
            assert skipped or "ou may not read" in ran["stderr"], (command, ran)
        if ends == UNJUDGED:
            report = json.loads(ran["stdout"])
            assert report["status"] == "unknown" and '"status": "skip"' in ran["stdout"], (command, ran)
        if ends == UNTOLD:
            consumer, = json.loads(ran["stdout"])["consumers"]
            assert consumer["canPull"] is None and '"status": "skip"' in ran["stdout"], (command, ran)
        if ends == HANDED:
            report = json.loads(ran["stdout"])
            assert any(change["change"] == "Blocked" for change in report["changes"]), (command, report)
            assert any(line.startswith("az ") for line in report["next"]), (command, report)
        if command == "bootstrap show" and ends == SHOWN:
            assert [path for path in NULL[action] if at(path, json.loads(ran["stdout"])) is not None] == [], ran
        if command in WRITING:
            world()


@pytest.mark.parametrize("number", BY_ROLE)
def test_as_a_built_in_role(fork, sim, tmp_path, number):
    fork.sign_in(tmp_path, principal(number))
    codes = dict(zip(COMMANDS, BY_ROLE[number][1]))
    for command in tried(list(BY_ROLE).index(number)):
        code = codes[command]
        ran = run(fork, tmp_path, command)
        assert ran["code"] == code, (command, ran)
        if command in WRITING:
            sim.fresh("roles")
