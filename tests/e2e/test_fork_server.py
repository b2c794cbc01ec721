"""A fork is what a process of its own is: most end-to-end tests rest on that."""
from __future__ import annotations

import subprocess

import pytest
from demo_world import CREATE

CHAIN = "acrcache verify chain -r myregistry"


def _asked(ran) -> list[tuple[str, str]]:
    """In no order: some are asked at the same time."""
    return sorted((entry["method"], entry["path"]) for entry in ran.azure_requests)


@pytest.mark.parametrize("line", [
    "version", "acrcache --help", "acrcache bootstrap create --help", f"{CREATE} --what-if", CHAIN,
    f"{CHAIN} -o table --only-show-errors",
    "acrcache bootstrap list -r nosuchregistry", "acrcache bootstrap list --no-such-option",
    "keyvault secret show --vault-name mykeyvault --name dockerhub-pat", "account show --query nosuch"])
def test_a_fork_ends_as_a_process_does(az, az_as, forks, line):
    """The second fork too, for which the libraries of the first are imported."""
    before_and_after = [az(line, expect=None), az(line, expect=None)]
    process = az.start(line).wait()
    for fork in before_and_after:
        assert (fork.code, fork.stdout, fork.stderr) == (process.code, process.stdout, process.stderr)
        assert _asked(fork) == _asked(process)


def test_az_and_the_extension_are_not_shared(az, forks):
    az(CHAIN)
    modules = forks.shared()["modules"]
    assert "requests" in modules and "msal" in modules
    assert [name for name in modules if name.startswith(("azure.cli", "azext_", "knack"))] == []


def test_a_run_with_a_home_of_its_own_is_a_fork(az, forks):
    """No shared library may have read where az is at home; `forks` looks for it once more at the end."""
    for line in (CHAIN, CREATE, "keyvault secret list --vault-name mykeyvault", "role assignment list --all"):
        az(line)
    assert set(az.environment()) & set(forks.shared()["read"]) <= {"PYTHONDONTWRITEBYTECODE", "LANG"}
    assert forks.run(["version"], az.environment(), az.home)[0] == 0


@pytest.mark.parametrize("variable", ["PYTHONUTF8", "LC_ALL", "TZ"])
def test_what_counts_when_a_process_starts_is_no_fork(az, forks, variable):
    assert forks.run(["version"], az.environment({variable: "1"}), az.home) is None
    assert az("version", env={variable: "1"}).json["extensions"]


def test_a_variable_that_an_import_has_read_is_no_fork(az, forks):
    az(CHAIN)
    unset = next(name for name, value in forks.shared()["read"].items() if value is None)
    assert forks.run(["version"], az.environment({unset: "1"}), az.home) is None


def test_one_that_hangs_is_ended_and_the_next_one_runs(az, sim, forks):
    sim.fault({"hang": 600}, host="management.azure.com")
    with pytest.raises(subprocess.TimeoutExpired):
        forks.run(CHAIN.split(), az.environment(), az.home, timeout=3)
    sim.clear_faults()
    assert az("version").json["extensions"]
