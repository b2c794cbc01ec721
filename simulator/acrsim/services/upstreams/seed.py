"""The section `upstreams` of a seed document: accounts, images and rate limits of the upstream registries.

    upstreams:
      - loginServer: docker.io
        down: false                     # true: every pull fails with 503
        rateLimit: {anonymous: 100, account: 200, window: 21600}           # null: no limit
        accounts: [{username, password, paid: false, expired: false}]
        images:
          - repository: library/ubuntu
            tags: ["22.04", latest]
            platforms: [linux/amd64, linux/arm64]    # default: linux/amd64 alone; several make an index
            missingPlatforms: [linux/arm64]          # named in the index, but not there
            revision: "2"                            # another revision has other digests
            format: docker                           # or oci
            private: [dockeruser]                    # who may pull; absent: everybody
          - repository: "team/app-{n}"               # with `count`, as many: team/app-01 to team/app-40
            count: 40
            tags: ["1"]
        removed: [library/old]                       # repositories that go away

Planting a second document changes what it names: an account's password, a rate limit, a tag's digest.
"""
from __future__ import annotations

from collections.abc import Iterator

from ...oci import images
from ...oci.images import Image
from .store import Account, RateLimit, Upstream, Upstreams

SEED_KEYS = {"upstreams"}


def seed(world, document: dict) -> None:
    """Plant the section. Raises KeyError for an entry without a part it needs, ValueError for an image that is none."""
    for entry in document.get("upstreams") or []:
        upstream = world.part(Upstreams).at(entry["loginServer"])
        upstream.down = entry.get("down", upstream.down)
        if "rateLimit" in entry:
            limits = entry["rateLimit"] or {}
            upstream.rate_limit = RateLimit(limits.get("anonymous"), limits.get("account"),
                                            limits.get("window", 21600))
        for account in entry.get("accounts") or []:
            upstream.accounts[account["username"]] = Account(
                account["username"], account["password"], account.get("paid", False), account.get("expired", False))
        _plant_images(world, upstream, entry.get("images") or [])
        for name in entry.get("removed") or []:
            upstream.content.remove(name)


def _plant_images(world, upstream: Upstream, entries: list[dict]) -> None:
    now, entries = world.clock.now(), _numbered(entries)
    for name, tag, image in image_entries(entries):
        upstream.content.ensure(name, now).add_image(image, now, tag)
    for entry in entries:
        if entry.get("private"):
            upstream.private[entry["repository"]] = set(entry["private"])
        elif "private" in entry:
            upstream.private.pop(entry["repository"], None)


def image_entries(entries: list[dict]) -> Iterator[tuple[str, str, Image]]:
    """The repository, tag and image of each tag of each entry."""
    for entry in _numbered(entries):
        for tag in entry["tags"]:
            image = images.build(entry["repository"], str(tag), tuple(entry.get("platforms") or ["linux/amd64"]),
                                 str(entry.get("revision", "1")), entry.get("format", "docker"))
            _drop(image, entry.get("missingPlatforms") or [])
            yield entry["repository"], str(tag), image


def _numbered(entries: list[dict]) -> list[dict]:
    """The entries, each with a `count` as so many of their own."""
    numbered = []
    for entry in entries:
        single = {name: value for name, value in entry.items() if name != "count"}
        numbered += [single] if "count" not in entry else [
            {**single, "repository": entry["repository"].replace("{n}", f"{number:02}")}
            for number in range(1, entry["count"] + 1)]
    return numbered


def _drop(image: Image, platforms: list[str]) -> None:
    for entry in image.top.document().get("manifests", []):
        platform = entry["platform"]
        if "/".join(platform[part] for part in ("os", "architecture", "variant") if part in platform) in platforms:
            del image.manifests[entry["digest"]]
