"""The OCI distribution API as any registry speaks it: one manifest, and refusals in its own words.

Source: OCI distribution specification 1.1. No answer is asked for twice: a 429 is to be reported, and what waits is the
engine.
"""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Mapping

from azext_acrcache.domain.values.errors import ServiceUnreachable
from azext_acrcache.domain.values.image_manifests import ACCEPT

# Seconds to connect and to answer; the first pull through a cache rule waits for the upstream.
TIMEOUT = (5, 60)


@dataclass(frozen=True)
class DistributionResponse:
    """An answer to a request for a manifest, good or not.

    :ivar origin: `X-Azure-Origin`, which is `upstream` until an image is the registry's own (Azure/acr issue 862).
    :ivar code, message: the registry's own words for a status from 400 on.
    """

    status: int
    digest: str | None = None
    media_type: str = ""
    origin: str | None = None
    body: bytes = b""
    code: str = ""
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        return self.status < 300


def request(http, method: str, url: str, subject: str, **options):
    """One request. Raises ServiceUnreachable where no answer came."""
    import requests
    options.setdefault("timeout", TIMEOUT)
    try:
        return http.request(method, url, **options)
    except requests.RequestException as ex:
        raise ServiceUnreachable(subject, f"{type(ex).__name__}: {ex}") from ex


def ask_manifest(http, method: str, host: str, repository: str, reference: str, authorization: str | None,
                 subject: str) -> DistributionResponse:
    """HEAD or GET of a manifest. `authorization`: the header's value. Raises ServiceUnreachable."""
    headers = {"Accept": ACCEPT, **({"Authorization": authorization} if authorization else {})}
    url = f"https://{host}/v2/{repository}/manifests/{reference}"
    return served(request(http, method, url, subject, headers=headers))


def served(response) -> DistributionResponse:
    code, message = error_in(response) if response.status_code >= 300 else ("", "")
    headers = {key.lower(): value for key, value in response.headers.items()}
    return DistributionResponse(response.status_code, headers.get("docker-content-digest"), headers.get("content-type", ""),
                                headers.get("x-azure-origin"), response.content, code, message, headers)


def error_in(response) -> tuple[str, str]:
    """Code and message of the specification's error body, or of what stands in its place."""
    try:
        body = json.loads(response.content or b"{}")
        first = (body.get("errors") or [{}])[0]
        message = first.get("message") or body.get("details") or body.get("message") or body.get("detail")
        return str(first.get("code") or response.status_code), str(message or response.reason or "")
    except (AttributeError, ValueError, IndexError, TypeError):
        return str(response.status_code), str(response.reason or "")
