"""Files of real projects, which nobody here wrote, against a list that was made with grep and looked through by hand.

The list, `real_images.tsv`: lines that have `image:`, `FROM` or `--from=`, without names of stages, without the two
services of compose files that are built, without disks (`rbd: image: foo`), and without the two templates that hold
`{{…}}`, which are told instead.
"""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from azext_acrcache.sources.reading import SourceFile, read_sources
from unit.house import ROOT

SHARED = Path(os.environ.get("ACRCACHE_SHARED") or ROOT.parent / "shared") / "manifests"
LIST = Path(__file__).with_name("real_images.tsv")

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no files of real projects at {SHARED}; set "
                                                            "ACRCACHE_SHARED")


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t", 3) for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def _dockerfiles() -> list[SourceFile]:
    """Around the lines that are kept of each: the others are comments."""
    lines: dict[str, dict[int, str]] = {}
    for name, line, text in (row[:2] + ["\t".join(row[2:])] for row in _rows(SHARED / "dockerfile-lines.tsv")):
        lines.setdefault(name, {})[int(line)] = text
    return [SourceFile(name, "\n".join(texts.get(number, "" if number < min(texts) else "# a line of the project's")
                                       for number in range(1, max(texts) + 1)).encode(), False)
            for name, texts in lines.items()]


def test_every_image_and_no_other():
    files = [SourceFile(path.relative_to(SHARED).as_posix(), path.read_bytes(), False)
             for path in sorted(SHARED.rglob("*")) if path.suffix in (".yaml", ".yml")]
    reading = read_sources([*files, *_dockerfiles()], {}, {})
    listed = [(name, int(line), image, kind) for name, line, image, kind in _rows(LIST)]
    assert len(listed) == 298 and len(files) == 385
    read = sorted((use.place.file, use.place.line, use.text, use.sure) for use in reading.uses)
    assert read == sorted((name, line, image, kind in ("certain", "unresolved")) for name, line, image, kind in listed)
    assert {use.text for use in reading.uses if not use.sure and not use.counts} == {
        image for _, _, image, kind in listed if kind == "argument"}
    templates = {error.message.partition(":")[0] for error in reading.errors}
    assert all("template" in name for name in templates) and len(templates) == 5
