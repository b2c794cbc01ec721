"""Builds the wheel into a folder: python dev/wheel.py FOLDER. Prints its path."""
from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Libraries that az does not have, pinned in the file; docs/decisions/fastjsonschema.md.
VENDORED, PINS = ("fastjsonschema",), Path(__file__).with_name("requirements-wheel.txt")


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
        for library in VENDORED:
            vendor(library, source / "azext_acrcache" / "_vendor")
        done = subprocess.run([sys.executable, "setup.py", "-q", "bdist_wheel", "-d", str(folder)], cwd=source,
                              text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            sys.stderr.write(done.stdout)
            done.check_returncode()
    version = subprocess.run([sys.executable, "setup.py", "--version"], cwd=ROOT, check=True, text=True,
                             stdout=subprocess.PIPE).stdout.strip()
    return folder / f"acrcache-{version}-py3-none-any.whl"


def vendor(library: str, folder: Path) -> None:
    """Copies an installed library of one package and its licence into `folder`, as a package below it.

    Raises SystemExit where it is not installed in the pinned version.
    """
    pin = next(line.strip() for line in PINS.read_text(encoding="utf-8").splitlines() if line.startswith(library))
    try:
        installed = distribution(library)
    except PackageNotFoundError:
        raise SystemExit(f"The wheel needs {pin}, which is not installed in {sys.executable}.") from None
    if f"{library}=={installed.version}" != pin:
        raise SystemExit(f"The wheel needs {pin}, and {installed.version} is installed in {sys.executable}.")
    package = folder / library
    package.mkdir(parents=True)
    (folder / "__init__.py").touch()
    licences = 0
    for path in installed.files or ():
        if path.parts[0] == library and path.suffix in (".py", ".typed"):
            shutil.copy(path.locate(), package)
        elif path.name in ("LICENSE", "AUTHORS"):
            shutil.copy(path.locate(), folder / f"{library}-{path.name}.txt")
            licences += path.name == "LICENSE"
    if not licences:
        raise SystemExit(f"{pin} has no licence that could go into the wheel.")


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
