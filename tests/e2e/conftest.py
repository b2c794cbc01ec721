"""Fixtures of the end-to-end tests. README.md beside this file shows how to use them.

What costs time is done once: the wheel and the sign-ins once per run, the simulator once per worker.
"""
from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Iterable

import pytest
import sim_client
from az_process import PRINCIPALS, Az, Principal
from extension_wheel import built_wheel, installed_extension
from filelock import FileLock
from fleet_world import TWO_OWNER
from fork_client import ForkServer


def pytest_configure(config):
    config.addinivalue_line("markers", "real_process: each az is a process that begins with nothing, as a user's")


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory, worker_id) -> Path:
    """A folder that all workers of one run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def wheel(run_folder) -> Path:
    """The extension's wheel, as users get it."""
    return built_wheel(run_folder / "wheel")


@pytest.fixture(scope="session")
def simulator(tmp_path_factory):
    """This worker's simulator. Tests take `sim`, which is the same one with a fresh world."""
    running = sim_client.start(tmp_path_factory.mktemp("simulator"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def extensions(run_folder, wheel) -> Path:
    """AZURE_EXTENSION_DIR with the wheel installed by `az extension add`; read only for tests."""
    return installed_extension(run_folder / "extensions", wheel)


@pytest.fixture(scope="session")
def signed_in(simulator, extensions, run_folder) -> Path:
    """A folder with one configuration folder for each principal, signed in: to be copied, never used itself.

    One sign-in serves all workers, since simulators take each other's tokens.
    """
    return _signed_in(simulator, extensions, run_folder / "signed-in", "demo", PRINCIPALS.values())


@pytest.fixture(scope="session")
def signed_in_to_fleet(simulator, extensions, run_folder) -> Path:
    """The same for the seed `fleet`, whose principals have three subscriptions."""
    return _signed_in(simulator, extensions, run_folder / "signed-in-to-fleet", "fleet",
                      (PRINCIPALS["owner"], TWO_OWNER))


def _signed_in(simulator, extensions: Path, folder: Path, seed: str, principals: Iterable[Principal]) -> Path:
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            simulator.fresh(seed)
            making = folder.with_name(f"{folder.name}-making")
            for principal in principals:
                home = making / principal.name
                home.mkdir(parents=True)
                az = Az(simulator, home, extensions, home)
                az.sign_in(principal)
                az("acrcache --help")  # builds az's command index, which is copied with the rest
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def forks(simulator, extensions, tmp_path_factory):
    """Starts most az of this worker; None where forking is not dependable."""
    if sys.platform != "linux":
        yield None
        return
    home = tmp_path_factory.mktemp("fork-server")
    server = ForkServer(Az(simulator, home, extensions, home).environment(), extensions)
    yield server
    read = server.shared()["read"]
    server.close()
    assert not {"HOME", "AZURE_CONFIG_DIR"} & set(read), f"a library has read {read}: no az was a fork any more"


@pytest.fixture
def sim(simulator, signed_in) -> sim_client.Sim:
    """The simulator with the demo seed, default knobs, no faults and an empty log."""
    simulator.fresh()
    return simulator


@pytest.fixture
def az_as(sim, extensions, signed_in, forks, tmp_path, request):
    """principal name -> an Az that is signed in as `owner`, `contributor` or `reader`; None: not signed in."""
    yield from _az_as(sim, extensions, signed_in, forks, tmp_path, request)


@pytest.fixture
def fleet_as(sim, extensions, signed_in_to_fleet, forks, tmp_path, request):
    """principal name -> an Az in front of a fresh fleet, signed in as `owner` or `two-owner`."""
    sim.fresh("fleet")
    yield from _az_as(sim, extensions, signed_in_to_fleet, forks, tmp_path, request)


def _az_as(sim, extensions: Path, signed_in: Path, forks, tmp_path: Path, request):
    made: list[Az] = []
    forking = None if request.node.get_closest_marker("real_process") else forks

    def make(name: str | None) -> Az:
        home = tmp_path / f"home-{len(made)}-{name}"
        home.mkdir()
        if name:
            shutil.copytree(signed_in / name, home / "azure")
        made.append(Az(sim, home / "azure", extensions, home, forking))
        return made[-1]

    yield make
    for az in made:
        az.close()


@pytest.fixture
def fleet(fleet_as) -> Az:
    """az, signed in as the fleet's `owner`, in front of a fresh fleet."""
    return fleet_as("owner")


@pytest.fixture
def az(az_as) -> Az:
    """az, signed in as `owner`, in front of a fresh world."""
    return az_as("owner")


@pytest.fixture
def contributor(az_as) -> Az:
    """az, signed in as `contributor`, who may not write role assignments."""
    return az_as("contributor")


@pytest.fixture
def reader(az_as) -> Az:
    """az, signed in as `reader`, who may change nothing."""
    return az_as("reader")
