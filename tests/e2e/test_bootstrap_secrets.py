"""Storing credentials on the way: from a file, standard input, a variable and a prompt."""

from __future__ import annotations

import os
import pty
import select

from demo_world import changes

STORE = (
    "acrcache bootstrap create -r myregistry -s docker.io/library/ubuntu "
    "--vault mykeyvault --upstream-username dockeruser"
)


def _current(sim, name: str) -> str:
    return sim.world()["vaults"]["mykeyvault"][name]["versions"][-1]["value"]


def test_from_a_file_without_its_last_newline(az, sim):
    (az.home / "token").write_bytes(b"dckr_pat_demo\r\n")
    made = az(STORE + " --upstream-password-file token")
    assert changes(made.json, "secret") == [
        ("mykeyvault/docker-io-username", "Create"),
        ("mykeyvault/docker-io-password", "Create"),
    ]
    assert _current(sim, "docker-io-password") == "dckr_pat_demo"
    assert _current(sim, "docker-io-username") == "dockeruser"


def test_from_standard_input(az, sim):
    az(STORE + " --upstream-password-file -", input="dckr_pat_demo\n")
    assert _current(sim, "docker-io-password") == "dckr_pat_demo"


def test_from_the_variable(az, sim):
    az(STORE, env={"ACRCACHE_UPSTREAM_PASSWORD": "dckr_pat_demo"})
    assert _current(sim, "docker-io-password") == "dckr_pat_demo"


def test_from_a_prompt_that_does_not_echo(az, sim):
    import subprocess

    master, slave = pty.openpty()
    words = az.command(*STORE.split())
    process = subprocess.Popen(
        words,
        env=az.environment(),
        cwd=az.home,
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=slave,
        start_new_session=True,
        preexec_fn=_take_terminal(slave),
    )
    os.close(slave)
    shown = _until(master, b"access token of dockeruser: ")
    os.write(master, b"dckr_pat_demo\n")
    shown += _rest(master)
    process.communicate(timeout=60)
    os.close(master)
    assert process.returncode == 0, shown
    assert b"dckr_pat_demo" not in shown
    assert _current(sim, "docker-io-password") == "dckr_pat_demo"


def test_what_is_current_is_not_written_again(az, sim):
    (az.home / "token").write_text("dckr_pat_demo\n", encoding="utf-8")
    az(STORE + " --upstream-password-file token")
    again = az(STORE + " --upstream-password-file token")
    assert again.json["outcome"] == "NoChange" and again.writes == []
    assert sim.world()["vaults"]["mykeyvault"]["docker-io-password"]["count"] == 1


def test_a_changed_value_is_a_new_version(az, sim):
    az(STORE, env={"ACRCACHE_UPSTREAM_PASSWORD": "dckr_pat_old"})
    changed = az(STORE, env={"ACRCACHE_UPSTREAM_PASSWORD": "dckr_pat_demo"})
    assert changes(changed.json, "secret")[1] == ("mykeyvault/docker-io-password", "Modify")
    assert sim.world()["vaults"]["mykeyvault"]["docker-io-password"]["count"] == 2


def test_a_soft_deleted_secret_is_recovered_first(az, sim):
    az(STORE, env={"ACRCACHE_UPSTREAM_PASSWORD": "dckr_pat_old"})
    az("acrcache bootstrap delete -r myregistry -n ubuntu --yes")
    az("keyvault secret delete --vault-name mykeyvault --name docker-io-password")
    made = az(STORE, env={"ACRCACHE_UPSTREAM_PASSWORD": "dckr_pat_demo"})
    assert changes(made.json, "secret")[1] == ("mykeyvault/docker-io-password", "Create")
    stored = sim.world()["vaults"]["mykeyvault"]["docker-io-password"]
    assert not stored["deleted"] and [version["value"] for version in stored["versions"]] == [
        "dckr_pat_old",
        "dckr_pat_demo",
    ]


def test_a_conflict_that_is_no_recovery_is_told_at_once(az, sim):
    sim.named_fault("secret-conflict")
    ended = az(STORE, env={"ACRCACHE_UPSTREAM_PASSWORD": "dckr_pat_demo"}, expect=1, timeout=60)
    assert "conflicts with another write" in ended.stderr and "recovery" not in ended.stderr
    assert ended.json["outcome"] == "Partial"


def _take_terminal(slave: int):
    import fcntl
    import termios

    def take() -> None:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    return take


def _until(terminal: int, words: bytes) -> bytes:
    shown = b""
    while words not in shown:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, shown
        shown += os.read(terminal, 4096)
    return shown


def _rest(terminal: int) -> bytes:
    shown = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # Linux: the other side has closed
            return shown
        if not more:
            return shown
        shown += more
