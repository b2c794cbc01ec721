"""A sed script that turns the references in the files that were read.

Source: POSIX, sed and extended regular expressions; `-E` is in GNU and BSD sed and in POSIX since 2024.
"""
from __future__ import annotations

import re

from azext_acrcache.sources.rewriting import CachePoint, Rewrite, heading

PATH = "acrcache.sed"

# What stands in front of a reference: a key, FROM with its flags, or a flag. So no other word of the same spelling,
# such as a container called nginx, is changed.
_BEFORE = (r"((image|reference)[\"']?[[:space:]]*:[[:space:]]*[\"']?|^[[:space:]]*(ONBUILD[[:space:]]+)?"
           r"[Ff][Rr][Oo][Mm][[:space:]]+(--[^[:space:]]+[[:space:]]+)*[\"']?|[-,]from=[\"']?)")
_AFTER = r"([]\"'},[:space:]]|$)"


def sed_script(point: CachePoint) -> Rewrite:
    """A line for each reference with its tag, the longest first; running it twice changes nothing more."""
    notes = (f"Run it on copies first: sed -E -f {PATH} FILE",
             "Names without their tag beside them (values of charts) and references with variables are not changed.")
    pairs = sorted({(each.name + each.version, each.new_name + each.version) for each in point.replacements},
                   key=lambda pair: (-len(pair[0]), pair))
    lines = [f"s#{_BEFORE}{_literal(old)}{_AFTER}#\\1{_replacement(new)}\\5#g\n" for old, new in pairs]
    return Rewrite(PATH, heading(point, f"Turns {len(lines)} references.", notes) + "".join(lines), notes)


def _literal(text: str) -> str:
    return re.sub(r"([].[*^$+?(){}|\\#/])", r"\\\1", text).replace(r"\/", "/")


def _replacement(text: str) -> str:
    return re.sub(r"([\\&#])", r"\\\1", text)
