"""What the unit tests cover, and an error where a file of the domain is covered too little.

Reads what `coverage run` left behind. Everything counts that .coveragerc lets count: lines and branches.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path

from coverage import Coverage

DOMAIN = "azext_acrcache/domain/"
# Percent, of each file. The domain knows no I/O, so that nothing stands in the way of a test.
LEAST = 95
REPORT = Path(".build/coverage/report.json")


def main() -> int:
    coverage = Coverage()
    coverage.load()
    coverage.json_report(outfile=str(REPORT))
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    files = {name.replace("\\", "/"): file["summary"]["percent_covered"] for name, file in report["files"].items()}
    domain = {name: percent for name, percent in files.items() if name.startswith(DOMAIN)}
    if not domain:
        print("coverage: no file of the domain was measured", file=sys.stderr)
        return 1
    low = {name: percent for name, percent in sorted(domain.items(), key=lambda item: item[1]) if percent < LEAST}
    print(f"coverage of azext_acrcache by unit tests, lines and branches: {report['totals']['percent_covered']:.1f} %")
    print(f"least covered file of the domain: {min(domain.values()):.1f} %")
    for name, percent in low.items():
        print(f"{name}: {percent:.1f} %, must be {LEAST} % or more; lines that did not run: "
              f"{_shown(report['files'][name]['missing_lines'])}", file=sys.stderr)
    return 1 if low else 0


def _shown(lines: list[int], most: int = 10) -> str:
    shown = ", ".join(map(str, lines[:most]))
    return f"{shown} and {len(lines) - most} more" if len(lines) > most else shown or "none, only branches"


if __name__ == "__main__":
    sys.exit(main())
