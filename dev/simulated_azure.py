"""A simulated Azure with az in front of it, as `make try` and `make shell` show it: in a temporary folder, on loopback.

The user's own az, its sign-in and its extensions are not used.
"""
from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

# The end-to-end tests' own pieces, so that what is shown is what is tested.
import sim_client  # noqa: E402
from az_process import PRINCIPALS, TENANT, Az  # noqa: E402
from extension_wheel import built_wheel, installed_extension  # noqa: E402

OWNER = PRINCIPALS["owner"]
LOGIN = (f"login --service-principal -u {OWNER.app_id} -p {OWNER.secret} --tenant {TENANT} "
         "--query [0].{subscription:name,user:user.name} -o json")


@contextlib.contextmanager
def simulated_azure(name: str) -> Iterator[Az]:
    """az with the extension installed from its wheel, not signed in. Everything ends with the block."""
    with tempfile.TemporaryDirectory(prefix=f"acrcache-{name}-") as place:
        folder = Path(place)
        # Each takes seconds, the first one more where its environment has to be installed.
        print("Building the extension's wheel", flush=True)
        wheel = built_wheel(folder / "wheel")
        print("Installing it with az extension add", flush=True)
        extensions = installed_extension(folder / "extensions", wheel)
        print("Starting a simulated Azure on loopback", flush=True)
        simulator = sim_client.start(folder / "simulator")
        az = Az(simulator, folder / "azure", extensions, folder)
        try:
            yield az
        finally:
            az.close()
            simulator.stop()
