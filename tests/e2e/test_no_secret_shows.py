"""A marker is stored in every way there is, and then looked for everywhere that az writes."""

from __future__ import annotations

import os
import select
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.real_process

MARKER = "mArKeR7-0f3a9c-never-to-be-seen"
STORE = (
    "acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu "
    "--vault mykeyvault --upstream-username dockeruser"
)

WAYS = {
    "file": ("--upstream-password-file token", {}, None),
    "stdin": ("--upstream-password-file -", {}, MARKER),
    "variable": ("", {"ACRCACHE_UPSTREAM_PASSWORD": MARKER}, None),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_password_is_nowhere(az, sim, way):
    options, variables, stdin = WAYS[way]
    (az.home / "token").write_text(MARKER, encoding="utf-8")
    logged = {**variables, "AZURE_LOGGING_ENABLE_LOG_FILE": "yes", "AZURE_LOGGING_LOG_DIR": str(az.home / "logs")}
    first = az(f"{STORE} {options} --debug", env=logged, input=stdin, timeout=180)
    again = az(f"{STORE} {options} --debug", env=logged, input=stdin)
    shown = az("acrcache bootstrap show -r myregistry -n ubuntu --debug", env=logged)
    (az.home / "token").unlink()
    assert sim.world()["vaults"]["mykeyvault"]["docker-io-password"]["versions"][-1]["value"] == MARKER
    for ran in (first, again, shown):
        assert MARKER not in ran.stdout + ran.stderr
        # Neither a token of Entra's nor one of the registry's: both are JWTs.
        assert "eyJ" not in ran.stdout + ran.stderr
    assert [path for path in _files(az.home) if MARKER.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("option", ["", "--upstream-password-file -"])
def test_a_typed_password_is_nowhere(az, sim, option):
    terminal, end = os.openpty()
    command = az.command(*f"{STORE} {option} --debug".split())
    with subprocess.Popen(command, env=az.environment(), cwd=az.home, stdin=end, stdout=end, stderr=end,
                          start_new_session=True) as running:
        os.close(end)
        shown, typed = b"", False
        while part := _shown_on(terminal, running):
            shown += part
            if not typed and b"access token of dockeruser: " in shown:
                os.write(terminal, MARKER.encode() + b"\n")
                typed = True
    os.close(terminal)
    assert running.returncode == 0, shown.decode()
    assert sim.world()["vaults"]["mykeyvault"]["docker-io-password"]["versions"][-1]["value"] == MARKER
    assert MARKER.encode() not in shown
    assert [path for path in _files(az.home) if MARKER.encode() in path.read_bytes()] == []


def test_an_error_of_the_vault_does_not_show_it(az, sim):
    sim.fault(
        {"status": 500, "body": {"error": {"code": "InternalServerError", "message": "broken"}}},
        method="PUT",
        host=r"mykeyvault\.vault\.azure\.net",
        times=0,
    )
    ran = az(f"{STORE} --debug", env={"ACRCACHE_UPSTREAM_PASSWORD": MARKER}, expect=1, timeout=180)
    assert MARKER not in ran.stdout + ran.stderr


@pytest.mark.parametrize("option", ["--upstream-password", "--password-id"])
def test_a_password_as_an_argument_is_refused_and_not_repeated(az, option):
    ran = az(*f"{STORE} {option} hunter_2".split(), expect=2)
    assert "hunter_2" not in ran.stdout + ran.stderr
    assert "--upstream-password-file" in ran.stderr
    assert ran.writes == []


def _files(folder: Path):
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent) / name


def _shown_on(terminal: int, running: subprocess.Popen) -> bytes:
    """What comes next; nothing at the end, or when nothing comes for two minutes."""
    if not select.select([terminal], [], [], 120)[0]:
        running.kill()
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""  # the other end is closed
