"""`verify … -o table` on a terminal of 80 columns: what to look at stands last, lines to be run are whole."""
from __future__ import annotations

import pytest
from chain_worlds import chain, registry, rule
from terminal import COLUMNS, on_terminal


@pytest.fixture
def world(sim):
    chain(sim)
    sim.seed(registry(cacheRules=[rule("wrong-rule", "docker.io/library/ubuntoo", "ubuntoo")]))
    sim.seed(registry(properties={"adminUserEnabled": True}))
    return sim


@pytest.mark.parametrize("command, code, first, marked, last", [
    ("pull --image ubuntu:22.04 ubuntoo:1 UPPER:1", 1, "CACHED  ubuntu:22.04", "FAIL  pull/manifest",
     "1 failed, 0 warnings, 6 passed, 3 skipped"),
    ("upstream", 4, "works  docker-hub (docker.io)", "FAIL  upstream/source", "1 failed, 0 warnings, "),
    ("login", 0, "works  entra", "warn  login/admin", "0 failed, 1 warning, "),
    ("access --assignee-object-id 0b000000-0000-4000-8000-0000000000ff --assignee-principal-type ServicePrincipal", 4,
     "FAIL  assignee-object-id/0b000000", "FAIL  consumer/role", "1 failed, 0 warnings, "),
    ("resolve --image ubuntu:22.04 ghcr.io/a/b:1 UPPER:1", 1, "ok  ubuntu:22.04", "UNREAD  UPPER:1",
     "ok 1, NO-RULE 1, UNREAD 1"),
    ("chain --with-upstream", 4, "works  docker-hub (docker.io)", "FAIL  upstream/source", "1 failed, ")])
def test_on_a_terminal(az, world, command, code, first, marked, last):
    ended, lines = on_terminal(az, f"acrcache verify {command} -r myregistry -o table --no-color")
    assert ended == code and "\x1b" not in "".join(lines)
    assert lines[0].startswith(first) and lines[-1].startswith(last), lines
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads[-2].startswith(marked), lines
    # A line to be run stands alone and whole; names are not folded either.
    assert [line for line in lines if len(line) > COLUMNS and " " in line.strip() and "az " not in line
            and line.startswith(" ")] == []


def test_colour_and_all_that_passed(az, world):
    login = "acrcache verify login -r myregistry -o table"
    _, lines = on_terminal(az, f"{login} --show-passed", errors=True)
    assert "\x1b[32mworks\x1b[0m  entra" in lines
    assert "\x1b[32mpass\x1b[0m  login/entra  myregistry.azurecr.io" in lines
    _, plain = on_terminal(az, login, errors=True, NO_COLOR="1")
    assert "works  entra" in plain
