"""The wheel: everything that it needs beside az is in it."""
from __future__ import annotations

import subprocess
import sys
import zipfile

# As where only az is installed: the library of the test environment can't be had.
_READ = """
import sys
sys.modules["fastjsonschema"] = None
sys.path.insert(0, sys.argv[1])
import azext_acrcache
assert azext_acrcache.__file__.startswith(sys.argv[1]), azext_acrcache.__file__
from azext_acrcache.manifest.reading import read_manifest
from azext_acrcache.manifest.schema import manifest_schema
from azext_acrcache.manifest.source import ManifestSource
text = b"apiVersion: acrcache/v1\\nregistries:\\n- registry: myregistry\\n  rules:\\n  - source: %s\\n"
manifest = read_manifest([ManifestSource("cache.yaml", text % b"ghcr.io/team/app")], ".vault.azure.net")
print(manifest.estate.registries[0].rules[0].target, len(manifest_schema()) > 1000)
try:
    read_manifest([ManifestSource("cache.yaml", text % b"5")], ".vault.azure.net")
except Exception as error:
    print(error)
"""


def test_a_library_that_az_lacks_is_in_it_with_its_licence(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "azext_acrcache/_vendor/fastjsonschema/__init__.py" in names
    assert "azext_acrcache/_vendor/fastjsonschema-LICENSE.txt" in names
    assert "azext_acrcache/manifest/manifest.schema.json" in names
    assert not [name for name in names if name.startswith(("fastjsonschema", "tests"))]


def test_it_installs_without_an_index_and_reads_manifests(wheel, tmp_path):
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check",
                    "--target", str(tmp_path), str(wheel)], check=True, timeout=60)
    ran = subprocess.run([sys.executable, "-c", _READ, str(tmp_path)], check=True, timeout=60, capture_output=True,
                         text=True, cwd=tmp_path)
    target, refusal = ran.stdout.splitlines()
    assert target == "team/app True"
    assert refusal == ("cache.yaml:5: registries[0].rules[0].source: 5 without quotes is a number to YAML, not text: "
                       "quote it.")
