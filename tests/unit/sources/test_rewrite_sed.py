"""A sed script, run by sed."""
from __future__ import annotations

import shutil
import subprocess

import pytest

from azext_acrcache.sources.rewrite_sed import sed_script
from unit.sources.points import REGISTRY, point, replacement

pytestmark = pytest.mark.skipif(not shutil.which("sed"), reason="sed is not installed")

TEXT = """containers:
- name: nginx
  image: nginx  # nginx
- {name: a, image: "nginx:1.25"}
- image: 'docker.io/library/nginx:1.25'
- image: nginx:1.25-alpine
- image: other/nginx:1.25
- image: nginx:1x25
FROM --platform=linux/amd64 nginx:1.25 AS nginx
from nginx
COPY --from=nginx:1.25 /nginx /x
RUN --mount=type=bind,from=nginx:1.25,target=/x nginx
"""


@pytest.fixture
def run(tmp_path):
    script = tmp_path / "x.sed"
    script.write_text(sed_script(point(
        replacement("nginx", "nginx"), replacement("nginx", "nginx", ":1.25"),
        replacement("docker.io/library/nginx", "nginx", ":1.25"))).content, encoding="utf-8")
    return lambda text: subprocess.run(["sed", "-E", "-f", str(script)], input=text, capture_output=True, text=True,
                                       check=True).stdout


def test_exact_references_where_images_stand(run):
    changed = [(line, new) for line, new in zip(TEXT.splitlines(), run(TEXT).splitlines()) if line != new]
    assert [new for _, new in changed] == [
        f"  image: {REGISTRY}/nginx  # nginx", f'- {{name: a, image: "{REGISTRY}/nginx:1.25"}}',
        f"- image: '{REGISTRY}/nginx:1.25'", f"FROM --platform=linux/amd64 {REGISTRY}/nginx:1.25 AS nginx",
        f"from {REGISTRY}/nginx", f"COPY --from={REGISTRY}/nginx:1.25 /nginx /x",
        f"RUN --mount=type=bind,from={REGISTRY}/nginx:1.25,target=/x nginx"]


def test_twice_changes_nothing_more(run):
    assert run(run(TEXT)) == run(TEXT)
