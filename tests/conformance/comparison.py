"""What is unlike between a recorded answer and the simulator's, fact by fact.

A fact is a status, a header, a key, or a value that another service in Azure's place would have to give too: texts,
numbers, switches. What the service draws (ids, times, tokens, build numbers) is compared by its form, what belongs to
the recorded subscription by its kind. `TALLY` counts
the facts of a run; conftest.py prints the figure.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

from acrsim.protocol.http import Response
from recordings import ID, Exchange

MEANINGFUL_HEADERS = ("azure-asyncoperation", "location", "www-authenticate", "x-ms-keyvault-service-version",
                      "content-type", "docker-distribution-api-version")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_BUILD = re.compile(r"\b\d+\.\d+\.\d+\.\d+\b")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_EPOCH = 1_000_000_000
# Values of the recorded world, not of the service: who its people are, what its machines are called, which version its
# clusters run, what it had assigned already, how Azure words a role. Compared by their kind.
_OF_THE_WORLD = re.compile(
    r"(^|\.)(description|adminUsername|path|fqdn|azurePortalFQDN|kubernetesVersion|currentKubernetesVersion|"
    r"(currentO|o)rchestratorVersion|servicePrincipalProfile\.clientId|osDisk\.name|disks\[\]\.name|managedDisk\.id|"
    r"(createdBy|lastModifiedBy)(Type)?|updatedBy|credentialHealth\.errorMessage|nextLink)$"
    r"|^value\[\]\.(id|name|location)$"
    r"|^value\[\]\.properties\.(scope|condition|conditionVersion|principalType|loginServer)$")
_SCRUBBED = re.compile(r"<\w+>")


@dataclass
class Tally:
    """Recorded facts that were compared, and those that were unlike."""
    exchanges: int = 0
    equal: int = 0
    facts: int = 0
    unlike: int = 0

    def add(self, facts: int, unlike: int) -> None:
        self.exchanges += 1
        self.equal += not unlike
        self.facts += max(facts, unlike)
        self.unlike += unlike

    def __str__(self) -> str:
        share = 100 * (1 - self.unlike / self.facts)
        return f"{share:.1f} % of {self.facts} recorded facts, {self.equal} of {self.exchanges} answers whole"


TALLY = Tally()


def differences(exchange: Exchange, response: Response, ignore: frozenset[str] = frozenset()) -> list[str]:
    """What is unlike between the recorded answer and ours: status, headers, keys, kinds and values.

    `ignore`: dotted paths below the body, `[]` for any item of a list, or `header <name>`, where Azure shows what the
    simulator has not (and the reverse). An empty list says that they agree.
    """
    unlike = []
    if exchange.status != response.status:
        unlike.append(f"status {response.status}, recorded {exchange.status}: {response.body[:300]!r}")
    for name in sorted({*MEANINGFUL_HEADERS, *exchange.headers}):
        theirs, ours = exchange.headers.get(name), response.headers.get(name)
        if f"header {name}" in ignore:
            continue
        if (theirs is None) != (ours is None) or theirs and _plain_header(theirs) != _plain_header(ours):
            unlike.append(f"header {name}: {ours!r}, recorded {theirs!r}")
    if exchange.answer is None:
        if response.body:
            unlike.append(f"a body where none was recorded: {response.body[:200]!r}")
    elif not response.body:
        unlike.append("no body")
    else:
        unlike += _unlike("", exchange.answer, response.json(), ignore)
    TALLY.add(1 + len(exchange.headers) + _facts(exchange.answer), len(unlike))
    return unlike


def plain(text: str) -> str:
    """A text without ids, times, build numbers and digests."""
    for pattern, mark in ((ID, "<id>"), (_TIME, "<time>"), (_BUILD, "<build>"), (_DIGEST, "<digest>")):
        text = pattern.sub(mark, text)
    return text


def _plain_header(value: str) -> str:
    """A header without ids, and a URL without the values of its query."""
    return re.sub(r"=[^&]*", "=", plain(value)) if value.startswith("https://") else plain(value)


def _facts(value) -> int:
    """How many keys and values a recorded body holds."""
    if isinstance(value, dict):
        return sum(1 + _facts(item) for item in value.values())
    if isinstance(value, list):
        return sum(_facts(item) for item in value)
    return 1


def _unlike(path: str, theirs, ours, ignore: frozenset[str]) -> list[str]:
    if path in ignore:
        return []
    if isinstance(theirs, dict) and isinstance(ours, dict):
        found = []
        for key in sorted({*theirs, *ours}):
            inner = f"{path}.{key}".strip(".")
            if inner in ignore:
                continue
            if (key in theirs) != (key in ours):
                found.append(f"{inner}: {'missing' if key in theirs else 'not recorded'}")
            else:
                found += _unlike(inner, theirs[key], ours[key], ignore)
        return found
    if isinstance(theirs, list) and isinstance(ours, list):
        if bool(theirs) != bool(ours):
            return [f"{path}: {len(ours)} items, recorded {len(theirs)}"]
        if theirs and isinstance(theirs[0], str):
            # A list of texts may be cut short in the recording.
            return [f"{path}: {item!r} is missing" for item in theirs if plain(item) not in map(plain, ours)]
        # Every item of ours must look like some recorded item; parts of one resource must all be there.
        found = [f"{path}[]: {item['name']!r} is missing" for item in theirs if _is_part(f"{path}[]", item)
                 and item["name"] not in [other.get("name") for other in ours]]
        for item in ours:
            tries = [_unlike(f"{path}[]", other, item, ignore) for other in theirs]
            found += min(tries, key=len)
        return found
    if _OF_THE_WORLD.search(path) and (theirs is None or ours is None or type(theirs) is type(ours)):
        return []
    return [] if _same(theirs, ours) else [f"{path}: {ours!r}, recorded {theirs!r}"]


def _is_part(path: str, item) -> bool:
    """An entry that has a name of the service's and no id is not a resource of somebody else's."""
    return isinstance(item, dict) and "name" in item and "id" not in item and not path.endswith(".disks[]")


def _same(theirs, ours) -> bool:
    if isinstance(theirs, str) and isinstance(ours, str):
        return bool(_SCRUBBED.search(theirs)) or plain(theirs) == plain(ours)
    if isinstance(theirs, bool) or isinstance(ours, bool) or theirs is None or ours is None:
        return theirs is ours
    if isinstance(theirs, (int, float)) and isinstance(ours, (int, float)):
        # Seconds since 1970 are times, not values.
        return theirs == ours or min(theirs, ours) > _EPOCH
    return False
