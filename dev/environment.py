"""Makes one of the environments that the targets run in: python dev/environment.py FOLDER REQUIREMENTS.

Standard library only, since it runs in the user's own Python. pip's output goes to a log beside the folder; what is
said meanwhile is how long it has taken, so that nobody takes a download for a hang.
"""
from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 10)
_EVERY = 15  # seconds between two signs of life


def main(folder: Path, requirements: Path) -> int:
    if sys.version_info < OLDEST:
        print(f"This needs Python {OLDEST[0]}.{OLDEST[1]} or later, and {sys.executable} is "
              f"{sys.version.split()[0]}. Name another one: make PYTHON=python3.12 …", file=sys.stderr)
        return 1
    log = folder.parent / f"{folder.name}-install.log"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        log.touch()
    except OSError as error:
        print(f"The folder '{folder.parent}' can't be written to: {error.strerror}. Use a copy of this checkout in a "
              "folder of your own.", file=sys.stderr)
        return 1
    begun = time.monotonic()
    print(f"Installing {_content(requirements)} into {folder} (once; with a slow network it takes minutes).",
          flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    for command in ([sys.executable, "-m", "venv", str(folder)],
                    [str(folder / "bin" / "python"), "-m", "pip", "install", "-r", str(requirements)]):
        if _run(command, log, begun):
            print(f"This failed: {' '.join(command)}\nThe end of {log}:", file=sys.stderr)
            print("\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]), file=sys.stderr)
            return 1
    (folder / "ready").touch()
    print(f"Installed in {time.monotonic() - begun:.0f} s.", flush=True)
    return 0


def _run(command: list[str], log: Path, begun: float) -> int:
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    while True:
        try:
            return process.wait(_EVERY)
        except subprocess.TimeoutExpired:
            collected = log.read_text(encoding="utf-8", errors="replace").count("\nCollecting ")
            print(f"  {time.monotonic() - begun:3.0f} s: {collected} packages so far", flush=True)


def _content(requirements: Path) -> str:
    """`azure-cli 2.91.0 and 13 more packages`, from the first pin of the file."""
    pins = [line.strip() for line in requirements.read_text(encoding="utf-8").splitlines()
            if line.strip() and not line.startswith("#")]
    first = next((pin for pin in pins if "==" in pin), pins[0])
    return f"{first.replace('==', ' ')}" + (f" and {len(pins) - 1} more" if len(pins) > 1 else "")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
