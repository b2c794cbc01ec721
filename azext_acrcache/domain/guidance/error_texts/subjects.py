"""What the lines of a fix are about: the names of a reading as options take them.

What nobody can know from the text stands as a plain name to be put in: MyRegistry, MyCluster, MyTag.
"""
from __future__ import annotations

from azext_acrcache.domain.guidance.az_lines import Registry
from azext_acrcache.domain.guidance.error_texts.hosts import REGISTRY, registry_name_of
from azext_acrcache.domain.guidance.error_texts.reading import Reading
from azext_acrcache.domain.values.arm_ids import ArmId
from azext_acrcache.domain.values.errors import UserError

UNNAMED_REGISTRY = "MyRegistry"
_UNNAMED_CONSUMERS = {"aks": "MyCluster", "containerapp": "MyContainerApp", "webapp": "MyWebApp", "vm": "MyVm",
                      "functionapp": "MyFunctionApp", "container-instance": "MyContainerGroup", "vmss": "MyScaleSet"}


def registry_of(reading: Reading) -> Registry:
    """By its ID where the text has it, so that group and subscription stand in the line."""
    return arm_id(reading.nouns.get("registry_id", "")) or registry_name(reading)


def registry_name(reading: Reading) -> str:
    login_server = reading.nouns.get("registry")
    return registry_name_of(login_server) if login_server else reading.nouns.get("registry_name", UNNAMED_REGISTRY)


def image_of(reading: Reading) -> str:
    """Of this registry, as `verify pull` takes it."""
    nouns = reading.nouns
    return nouns.get("image") or (f"{nouns['repository']}:MyTag" if "repository" in nouns else
                                  nouns.get("bare image", "MyImage:MyTag"))


def reference_of(reading: Reading) -> str:
    """The image with its registry, as a manifest would name it."""
    nouns = reading.nouns
    image = image_of(reading)
    if "." in image.partition("/")[0] and reading.speaker != REGISTRY or "registry" not in nouns:
        return nouns.get("source", image) if image == "MyImage:MyTag" else image
    return f"{nouns['registry']}/{image}"


def consumer_of(reading: Reading) -> tuple[str, str]:
    """Its flag and name."""
    named = reading.nouns.get("consumer")
    flag = reading.puller or "aks"
    if named and (named.partition(" ")[0] == flag or not reading.puller or flag == "aks"):
        flag, _, name = named.partition(" ")
        return f"--{flag}", name
    return f"--{flag}", _UNNAMED_CONSUMERS.get(flag, "MyCluster")


def scope_of(reading: Reading) -> str:
    """Without the assignment that was to be made there."""
    return reading.nouns.get("scope", "MyScope").partition("/providers/Microsoft.Authorization/")[0]


def vault_name_in(reading: Reading) -> str:
    return reading.nouns.get("vault") or reading.nouns.get("resource", "MyVault")


def repository_of(reading: Reading) -> str | None:
    image = reading.nouns.get("image")
    if image and "." not in image.partition("/")[0]:
        return image.partition("@")[0].partition(":")[0]
    return reading.nouns.get("repository")


def arm_id(text: str) -> ArmId | None:
    try:
        return ArmId.parse(text)
    except UserError:
        return None
