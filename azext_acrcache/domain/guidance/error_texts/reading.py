"""What a pasted text says: who speaks, in which words, of what. The cause is the next question, not this one."""
from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Iterable, Mapping

from azext_acrcache.domain.guidance.error_texts.cleaning import cleaned, lowered
from azext_acrcache.domain.guidance.error_texts.error_text import ErrorText
from azext_acrcache.domain.guidance.error_texts.hosts import ENTRA, REGISTRY, UPSTREAM, speaker_of
from azext_acrcache.domain.guidance.error_texts.nouns import HOST, nouns_of

# How far around the words that were known the names stand that belong to them.
_BEFORE, _BEHIND = 700, 500
_STATUS = re.compile(r"\b(?:status(?: ?code)?|http|code|response code)[\"']?[:= ]{1,3}[\"']?(\d{3})\b|"
                     r"\b(4\d\d|5\d\d) (?:unauthorized|forbidden|not found|too many|internal|bad|service|gateway|"
                     r"failed|conflict)", re.IGNORECASE)

# Who pulls, as far as the words around show; what nobody shows is a person at a shell.
_PULLERS = (
    ("container-instance", re.compile(r"container group|inaccessibleimage|container instance", re.IGNORECASE)),
    ("containerapp", re.compile(r"container ?apps?\b|containerapp|template\.containers|webhookinvalidparametervalue|"
                                r"invalidparametervalueincontainertemplate|revision|was terminated with exit code",
                                re.IGNORECASE)),
    ("functionapp", re.compile(r"function ?app", re.IGNORECASE)),
    ("webapp", re.compile(r"azurewebsites|dockerapiexception|site container|\bsite: |web ?app\b|app service|"
                          r"imagepullfailure|microsoft\.web", re.IGNORECASE)),
    ("aks", re.compile(r"kubelet|failed to pull image|pullimage|failed to pull and unpack|errimagepull|"
                       r"imagepullbackoff|crictl|rpc error|back-off pulling|\bpod\b|source-controller|"
                       r"failed to get credential from azure|rejected token exchange|check-acr", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Reading:
    """:ivar text: the kind of text.
    :ivar speaker: who refuses or fails, one of `hosts`' words; empty where it cannot be told.
    :ivar status: the HTTP status beside it.
    :ivar nouns: see `nouns_of`.
    :ivar near: the words around.
    :ivar puller: the flag of the kind of consumer that pulled; empty for a person.
    """

    text: ErrorText
    speaker: str
    status: int | None
    nouns: Mapping[str, str]
    near: str
    puller: str = ""

    @property
    def is_private(self) -> bool:
        """Whether the host that was tried is a registry's or vault's private endpoint."""
        if "privatelink" in self.near.lower():
            return True
        try:
            return ipaddress.ip_address(self.nouns.get("ip", "")).is_private
        except ValueError:
            return False


def read(pasted: str, texts: Iterable[ErrorText]) -> Reading | None:
    """None for a text that holds none of the known ones. Never raises; takes time proportional to the length."""
    line = cleaned(pasted)
    low = lowered(line)
    best: tuple[int, int, ErrorText, str] | None = None
    weightiest = (-1, -1)
    for text in texts:
        match = None
        for match in text.pattern.finditer(low):
            pass
        if match is None or (text.weight, match.start()) <= weightiest:
            continue
        speaker = text.speaker or _speaker(low, match)
        if text.placed and not speaker:
            continue
        best, weightiest = (match.start(), match.end(), text, speaker), (text.weight, match.start())
    if best is None:
        return None
    start, end, text, speaker = best
    part = line[max(0, start - _BEFORE):end + _BEHIND]
    nouns = nouns_of(part, line)
    return Reading(text, speaker, _status(line, start, end), nouns, part, _puller(part, line, nouns))


def _speaker(low: str, match: re.Match[str]) -> str:
    """The one whose host stands nearest in front, else nearest behind."""
    named = match.groupdict().get("host")
    hosts = [named] if named else _hosts(low, max(0, match.start() - 400), match.end())
    hosts = hosts[::-1] + _hosts(low, match.end(), match.end() + 300)
    for host in hosts:
        speaker = speaker_of(host)
        if speaker and not (speaker == ENTRA and "sts.windows.net" in host):
            return speaker
    around = low[max(0, match.start() - 400):match.end() + 300]
    if "aka.ms/acr" in around or "azurecr" in low:
        return REGISTRY
    if re.search(r"pull access denied for [a-z0-9]|failed to pull image \"[a-z0-9._-]+/[a-z0-9]|docker\.com/", around):
        return UPSTREAM
    # A masked host, or one of a private cloud, is a registry where its interface is spoken of.
    return REGISTRY if re.search(r"/v2/|/oauth2/|\"errors\" ?: ?\[|pulling image configuration", around) else ""


def _hosts(low: str, start: int, end: int) -> list[str]:
    """Those named, without the server of the client's DNS: `lookup contoso.azurecr.io on 168.63.129.16:53`."""
    return [other[0] for other in HOST.finditer(low, start, end) if not low.startswith(":53", other.end())]


def _status(line: str, start: int, end: int) -> int | None:
    statuses = [match[1] or match[2] for match in _STATUS.finditer(line, max(0, start - 300), end + 200)]
    return int(statuses[-1]) if statuses else None


def _puller(part: str, line: str, nouns: Mapping[str, str]) -> str:
    named = nouns.get("consumer", "").partition(" ")[0]
    for around in (part, line):
        for flag, pattern in _PULLERS:
            if pattern.search(around):
                return named if named in ("vmss", "vm") and flag == "aks" else flag
    return named
