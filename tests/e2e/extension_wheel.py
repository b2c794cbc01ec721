"""Builds the wheel and installs it the way a user does."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock
from sim_client import ROOT


def built_wheel(folder: Path) -> Path:
    """The wheel in `folder`, built there by the first worker that asks; $ACRCACHE_WHEEL names a ready one.

    Raises subprocess.CalledProcessError when the build fails.
    """
    given = os.environ.get("ACRCACHE_WHEEL")
    if given:
        return Path(given)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        found = list(folder.glob("*.whl"))
        if not found:
            subprocess.run([sys.executable, str(ROOT / "dev" / "wheel.py"), str(folder)], check=True,
                           stdout=subprocess.DEVNULL)
            found = list(folder.glob("*.whl"))
    (wheel,) = found
    return wheel


def installed_extension(folder: Path, wheel: Path) -> Path:
    """`folder`, as AZURE_EXTENSION_DIR with the wheel in it. Raises subprocess.CalledProcessError."""
    with FileLock(f"{folder}.lock"):
        if not (folder / "acrcache").exists():
            subprocess.run([sys.executable, "-m", "azure.cli", "extension", "add", "--source", str(wheel), "--yes",
                            "--only-show-errors"], check=True, timeout=120,
                           env={**os.environ, "AZURE_EXTENSION_DIR": str(folder),
                                "AZURE_CONFIG_DIR": f"{folder}-config", "AZURE_CORE_COLLECT_TELEMETRY": "no"})
    return folder
