#!/usr/bin/env python
from codecs import open

from setuptools import find_packages, setup

VERSION = "1.0.0b1"

# Empty on purpose: az appends an extension's folder to sys.path, so its own SDKs win anyway. dev/wheel.py puts what
# az does not have, fastjsonschema, into the wheel, below azext_acrcache/_vendor.
DEPENDENCIES = []

CLASSIFIERS = [
    "Development Status :: 4 - Beta",
    "Intended Audience :: Developers",
    "Intended Audience :: System Administrators",
    "Programming Language :: Python",
    "Programming Language :: Python :: 3",
    "Programming Language :: Python :: 3.9",
    "Programming Language :: Python :: 3.10",
    "Programming Language :: Python :: 3.11",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
]

with open("README.md", "r", encoding="utf-8") as file:
    README = file.read()
with open("HISTORY.rst", "r", encoding="utf-8") as file:
    HISTORY = file.read()

setup(
    name="acrcache",
    version=VERSION,
    description="Set up, open and check the artifact cache of Azure Container Registry.",
    long_description=README + "\n\n" + HISTORY,
    long_description_content_type="text/markdown",
    license="MIT",
    author="The az acrcache authors",
    author_email="acrcache@users.noreply.github.com",
    url="https://github.com/acrcache/az-acrcache",
    classifiers=CLASSIFIERS,
    packages=find_packages(include=["azext_acrcache", "azext_acrcache.*"],
                           exclude=["*.tests", "*.tests.*"]),
    install_requires=DEPENDENCIES,
    package_data={"azext_acrcache": ["azext_metadata.json", "manifest/*.json", "_vendor/*.txt", "_vendor/*/py.typed"]},
)
