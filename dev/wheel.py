"""Builds the wheel into a folder: python dev/wheel.py FOLDER. Prints its path."""
from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(folder: Path) -> Path:
    """The extension's wheel, in `folder`. Raises subprocess.CalledProcessError when the build fails."""
    folder = folder.resolve()
    with tempfile.TemporaryDirectory() as place:
        # From a copy: setuptools writes beside setup.py, and would pack what an older build left there.
        source = Path(place)
        for name in ("setup.py", "README.md", "HISTORY.rst", "LICENSE"):
            shutil.copy(ROOT / name, source)
        shutil.copytree(ROOT / "azext_acrcache", source / "azext_acrcache",
                        ignore=shutil.ignore_patterns("__pycache__", "tests"))
        done = subprocess.run([sys.executable, "setup.py", "-q", "bdist_wheel", "-d", str(folder)], cwd=source,
                              text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            sys.stderr.write(done.stdout)
            done.check_returncode()
    version = subprocess.run([sys.executable, "setup.py", "--version"], cwd=ROOT, check=True, text=True,
                             stdout=subprocess.PIPE).stdout.strip()
    return folder / f"acrcache-{version}-py3-none-any.whl"


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
