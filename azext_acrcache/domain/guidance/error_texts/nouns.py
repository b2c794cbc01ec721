"""What a text speaks of: names that stand in it exactly, for causes and fixes."""
from __future__ import annotations

import re
from typing import Iterable

from azext_acrcache.domain.guidance.error_texts.cleaning import shown
from azext_acrcache.domain.guidance.error_texts.hosts import (MCR, REGISTRY, STORAGE, UPSTREAM, login_server_of,
                                                              speaker_of, upstream_of, vault_name_of)

_GUID = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
_REPOSITORY = r"[a-z0-9]+(?:[._/-]{1,2}[a-z0-9]+){0,40}"
_VERSION = r"[:@][\w][\w.:-]{0,127}"
_SCOPE = r"/subscriptions/[\w-]{1,64}(?:/[\w.()/-]{1,1024})?"
_NAME = r"[A-Za-z0-9][\w.-]{0,126}"

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){1,6}[a-z0-9-]{2,24}"
# Not one behind a single slash: it is a part of a path, such as ghcr.io/team/app in a cache's own repositories.
HOST = re.compile(rf"(?<![\w.@-])(?<!\w/){_HOST}(?![\w-]|\.[a-z0-9])", re.IGNORECASE)
_REFERENCE = re.compile(rf"(?<![\w.@/-])(?P<host>{_HOST}(?::\d{{2,5}})?)/(?P<repository>{_REPOSITORY})"
                        rf"(?P<version>{_VERSION})?", re.IGNORECASE)
_MANIFEST = re.compile(rf"(?<![\w.@-])(?P<host>{_HOST}(?::\d{{2,5}})?)/v2/(?P<repository>{_REPOSITORY})/manifests/"
                       r"(?P<version>[\w][\w.:-]{0,135})", re.IGNORECASE)
_CONTENT = re.compile(rf"(?<![\w.@-])(?P<host>{_HOST}(?::\d{{2,5}})?)/v2/(?P<repository>{_REPOSITORY})/(?:blobs|tags)",
                      re.IGNORECASE)
# A text that names an image without a login server means Docker Hub.
_BARE_IMAGE = re.compile(r"(?:(?i:image:?|pull access denied for|manifest for|docker pull)|FROM) ['\"]?"
                         rf"(?P<repository>(?i:{_REPOSITORY}))(?P<version>{_VERSION})?(?=['\", ]|$)")

_PATTERNS = {
    "repository": (r"scope=repository(?:%3a|:)(?P<repository>[\w.%/-]{1,255}?)(?:%3a|:)",
                   rf"the push refers to (?:a )?repository \[{_HOST}/(?P<repository>{_REPOSITORY})\]",
                   rf"[\"']type[\"']: ?[\"']repository[\"'], ?[\"']name[\"']: ?[\"'](?P<repository>{_REPOSITORY})[\"']",
                   rf"[\"']detail[\"']: ?\{{ ?[\"']name[\"']: ?[\"'](?P<repository>{_REPOSITORY})[\"']"),
    "rule": (r"for cache rule ['\"](?P<rule>[\w-]{1,64})['\"]", r"/cacheRules/(?P<rule>[\w-]{1,64})",
             r"cache rule name: ['\"](?P<rule>[\w-]{1,64})['\"]", r"cache rule ['\"](?P<rule>[\w-]{1,64})['\"]"),
    "source": (r"(?:from|referrers from) source ['\"](?P<source>[\w./-]{1,300})['\"]",),
    "set": (r"/credentialSets/(?P<set>[\w-]{1,64})", r"credential set name: ['\"](?P<set>[\w-]{1,64})['\"]",
            r"credential set ['\"](?P<set>[\w-]{1,64})['\"]"),
    "vault": (r"Microsoft\.KeyVault/vaults/(?!secrets/|accessPolicies)(?P<vault>[a-z][a-z0-9-]{2,23})(?![\w-])",
              r"\bvault: ?(?P<vault>[a-z][a-z0-9-]{2,23});",
              r"vault,? (?:named )?['\"](?P<vault>[a-z][a-z0-9-]{2,23})['\";]"),
    "secret": (r"\.net/secrets/(?P<secret>[\w-]{1,127})", r"\.cn/secrets/(?P<secret>[\w-]{1,127})",
               r"vaults/[\w-]{3,24}/secrets/(?P<secret>[\w-]{1,127})",
               r"secret with \(name/id\) (?P<secret>[\w-]{1,127})(?:/\w+)? was not found",
               r"secret ['\"]?(?P<secret>[\w-]{1,127})['\"]? is (?:currently|disabled|expired)",
               r"secret ['\"](?P<secret>[\w-]{1,127})['\"]"),
    "principal": (rf"\boid=(?P<principal>{_GUID})", rf"object id '(?P<principal>{_GUID})'",
                  rf"principal(?:id)? '?(?P<principal>{_GUID})'?", rf"for (?:the )?principal '(?P<principal>{_GUID})'"),
    "application": (rf"\bappid=(?P<application>{_GUID})", rf"application with identifier '(?P<application>{_GUID})'",
                    rf"the client '(?P<application>{_GUID})'",
                    rf"for app(?:lication)? '(?P<application>{_GUID})'"),
    "tenant": (rf"sts\.windows\.net/(?P<tenant>{_GUID})", rf"directory '?(?P<tenant>{_GUID})",
               rf"tenant '?(?P<tenant>{_GUID})"),
    "action": (r"does not have (?:authorization|permission) to perform action(?:\(s\))? ['\"](?P<action>Microsoft\.\w+"
               r"(?:/\w+){1,8})['\"]", r"['\"](?P<action>Microsoft\.[\w]+(?:/[\w]+){1,8})['\"]",),
    "scope": (rf"(?:over|at) scope ['\"](?P<scope>{_SCOPE})['\"]",),
    "locked": (rf"scope\(s\) are locked: ['\"](?P<locked>{_SCOPE})['\"]",),
    "lock": (r"lock (?:named )?['\"](?P<lock>[^'\"]{1,90})['\"]",),
    "policy": (r"policy: (?P<policy>[^\"\n]{1,150}?)(?:\.(?:\s|$)|\s*$|['\"])",
               r"policyDefinition['\"]?: ?\{ ?['\"]name['\"]: ?['\"](?P<policy>[^'\"]{1,150})['\"]",
               r"policyAssignment['\"]?: ?\{ ?['\"]name['\"]: ?['\"](?P<policy>[^'\"]{1,150})['\"]",
               r"policyDefinition(?:DisplayName|Name)['\"]?: ?['\"](?P<policy>[^'\"]{1,150})['\"]",
               r"disallowed by (?:azure )?policy:? ['\"](?P<policy>[^'\"]{1,150})['\"]"),
    "wait": (r"(?:try|retry) again (?:after|in) '?(?P<wait>\d{1,6})'? ?(?:s\b|sec|'|\.)",
             r"retry-after['\"]?: ?['\"]?(?P<wait>\d{1,6})"),
    "provider": (r"use namespace '(?P<provider>Microsoft\.\w+)'",),
    "platform": (r"platform (?P<platform>\w+/\w+(?:/\w+)?)", r"manifest for (?P<platform>\w+/\w+(?:/\w+)?)"),
    "digest": (r"(?P<digest>sha256:[0-9a-f]{64})",),
    "group": (rf"/resourceGroups/(?P<group>{_NAME})", rf"resource group(?: name:)? ['\"](?P<group>{_NAME})['\"]"),
    "registry_name": (r"Microsoft\.ContainerRegistry/registries/(?P<registry_name>[a-z0-9]{5,50})(?![\w.])",
                      r"registry name: ['\"](?P<registry_name>[a-z0-9]{5,50})['\"]",
                      r"registr(?:y|y with name) ['\"](?P<registry_name>[a-z0-9]{5,50})['\"]",
                      r"az acr \w[\w -]{0,40}? (?:-n|--name|-r|--registry)[ =](?P<registry_name>[a-z0-9]{5,50})\b",
                      r"resource with name '(?P<registry_name>[a-z0-9]{5,50})' and type 'Microsoft\.ContainerRegistry"),
    "ip": (r"client with ip ['\"]?(?P<ip>[0-9a-f.:]{3,45})['\"]?", r"client address: (?P<ip>[0-9a-f.:]{3,45})",
           r"->\[?(?P<ip>[0-9a-f.]{7,15}):\d+: ", r"dial tcp \[?(?P<ip>[0-9a-f.]{7,15}):\d+: "),
    "prefix": (r"target repository prefix ['\"](?P<prefix>[\w./*-]{1,255})['\"]",),
    "tag": (r"manifest tagged by ['\"](?P<tag>[\w.-]{1,128})['\"]",),
    "upstream": (r"login server ['\"](?P<upstream>[\w.-]{1,255})['\"] provided",
                 r"docker registry ['\"](?P<upstream>[\w.-]{1,255})['\"]"),
    "resource": (r"resource ['\"](?P<resource>[\w.-]{1,90})['\"] was disallowed",),
    "registry_id": (r"(?P<registry_id>/subscriptions/[\w-]{1,64}/resourceGroups/[\w.()-]{1,90}/providers/"
                    r"Microsoft\.ContainerRegistry/registries/[a-z0-9]{5,50})(?![\w.])",),
    "vault_id": (r"(?P<vault_id>/subscriptions/[\w-]{1,64}/resourceGroups/[\w.()-]{1,90}/providers/"
                 r"Microsoft\.KeyVault/vaults/[a-z][a-z0-9-]{2,23})(?![\w.-])",),
}
_NOUNS = {noun: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
          for noun, patterns in _PATTERNS.items()}

# Consumers by the flag that names them.
_CONSUMERS = {
    "containerapp": (rf"/containerApps/(?P<n>{_NAME})", r"container ?app:? ['\"](?P<n>[\w-]{1,63})['\"]",
                     r"az containerapp \w[^|;]{0,200}? (?:-n|--name)[ =](?P<n>[\w-]{1,63})",
                     r"\bcontainer ['\"](?P<n>[\w-]{1,63})['\"] was terminated"),
    "container-instance": (rf"/containerGroups/(?P<n>{_NAME})", r"container group ['\"](?P<n>[\w-]{1,63})['\"]",
                           r"az container create [^|;]{0,200}? (?:-n|--name)[ =](?P<n>[\w-]{1,63})"),
    "functionapp": (r"function ?app:? ['\"](?P<n>[\w-]{1,60})['\"]",
                    r"az functionapp \w[^|;]{0,200}? (?:-n|--name)[ =](?P<n>[\w-]{1,60})"),
    "webapp": (rf"Microsoft\.Web/sites/(?P<n>{_NAME})", r"\b(?P<n>[a-z0-9][\w-]{1,59})(?:\.scm)?\.azurewebsites\.net",
               r"(?:web ?app|app service|site):? ['\"](?P<n>[\w-]{1,60})['\"]", r"\bsite: (?P<n>[\w-]{1,60})",
               r"site container: (?P<n>[\w-]{1,60})", r"for site (?P<n>[\w-]{1,60})",
               r"az webapp \w[^|;]{0,200}? (?:-n|--name)[ =](?P<n>[\w-]{1,60})"),
    "aks": (rf"/managedClusters/(?P<n>{_NAME})", r"\bcluster ['\"]?(?P<n>[a-z0-9](?=[\w-]*[\d-])[\w-]{1,62})",
            r"az aks \w[^|;]{0,200}? (?:-n|--name)[ =](?P<n>[\w-]{1,63})"),
    "vmss": (rf"/virtualMachineScaleSets/(?P<n>{_NAME})",),
    "vm": (rf"/virtualMachines/(?P<n>{_NAME})",),
}
_CONSUMER_PATTERNS = {flag: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
                      for flag, patterns in _CONSUMERS.items()}

_TRAILING = ".,:;-/"


def nouns_of(near: str, text: str) -> dict[str, str]:
    """What `near`, the part of the text that speaks of the error, names; what it does not name, as `text` does.

    `registry` is a login server, or the bare name where the text has no more; `image` a repository with tag or digest,
    without this registry's host and with the host of any other; `consumer` a flag and a name, parted by a blank.
    """
    nouns: dict[str, str] = {}
    for part in (near, text):
        for noun, value in _names_in(part):
            nouns.setdefault(noun, value)
    return nouns


def _names_in(text: str) -> Iterable[tuple[str, str]]:
    yield from _registries(text)
    yield from _images(text)
    for host in (match[0].lower() for match in HOST.finditer(text)):
        vault, login_server = vault_name_of(host), login_server_of(host)
        if vault:
            yield "vault", vault
        if "privatelink" in host or (login_server or host) != host or speaker_of(host) == STORAGE:
            yield "host", host
    for noun, patterns in _NOUNS.items():
        for pattern in patterns:
            match = pattern.search(text)
            if match:
                value = shown(match[noun].rstrip(_TRAILING))
                yield noun, re.sub("%2f", "/", value, flags=re.IGNORECASE) if noun == "repository" else value
                break
    for flag, patterns in _CONSUMER_PATTERNS.items():
        for named in filter(None, (pattern.search(text) for pattern in patterns)):
            yield "consumer", f"{flag} {named['n'].rstrip(_TRAILING)}"
            break


def _registries(text: str) -> Iterable[tuple[str, str]]:
    for match in HOST.finditer(text):
        speaker = speaker_of(match[0])
        if speaker == REGISTRY:
            yield "registry", login_server_of(match[0]) or match[0].lower()
        elif speaker in (UPSTREAM, MCR):
            yield "upstream", upstream_of(match[0])


def _images(text: str) -> Iterable[tuple[str, str]]:
    repositories = []
    for pattern, joins in ((_MANIFEST, True), (_REFERENCE, False)):
        for match in pattern.finditer(text):
            host, repository = match["host"].partition(":")[0], match["repository"]
            speaker = speaker_of(host)
            if speaker not in (REGISTRY, UPSTREAM, MCR) or repository.startswith(("v2/", "oauth2/", "acr/v1")):
                continue
            version = (match["version"] or "").rstrip(_TRAILING)
            if joins:
                version = ("@" if version.startswith(("sha256:", "sha512:")) else ":") + version
            place = repository.rstrip(_TRAILING)
            if speaker != REGISTRY:
                if host.endswith("azurecr.io"):
                    continue  # MCR's own registry: its images are named with mcr.microsoft.com
                place = f"{upstream_of(host)}/{place}"
            if version:
                yield "image", place + version
            elif speaker == REGISTRY or "." in place.partition("/")[0]:
                repositories.append(place)
    for match in _CONTENT.finditer(text):
        if speaker_of(match["host"].partition(":")[0]) == REGISTRY:
            repositories.append(match["repository"])
    for repository in repositories:
        yield "repository", repository
    for bare in _BARE_IMAGE.finditer(text):
        version = (bare["version"] or "").rstrip(_TRAILING)
        # A word alone may be any word.
        if (version or "/" in bare["repository"]) and not speaker_of(bare["repository"].partition("/")[0]):
            yield "bare image", bare["repository"] + version
